/** What a tail gives that is worked out from what copies change, on every backend: all kinds of layers are drawn by `tools/fuzz`. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { openDevice } from '../backend/device.ts';
import { findNode } from '../graph/layer-graph.ts';
import { loadModel } from '../loading/loaded-model.ts';
import { availableBackends, nodeDeviceEnvironment } from '../node/node-device.ts';
import { channelsAndDense, incrementalAndDense } from '../testing/incremental-and-dense.ts';
import { asRead, testManifest } from '../testing/test-engine.ts';
import { artifactsOf, denseModel, withTrainedShifts } from '../testing/tiny-models.ts';
import { THRESHOLDS } from './window.ts';

const [ROWS, COLUMNS] = [17, 15];

/** A branch joined to what it comes from, and a convolution whose filters are no multiple or share of what goes in. */
async function unevenModel() {
  const convolution = (name: string, filters: number, seed: number) =>
    tfl.layers.conv2d({ name, filters, kernelSize: 3, activation: 'relu', kernelInitializer: tfl.initializers.glorotNormal({ seed }) });
  const input = tfl.input({ shape: [ROWS, COLUMNS, 3] });
  const first = tfl.layers.conv2d({ name: 'first', filters: 4, kernelSize: 1 }).apply(input) as tfl.SymbolicTensor;
  const inner = tfl.layers.conv2d({ name: 'inner', filters: 2, kernelSize: 1 }).apply(first) as tfl.SymbolicTensor;
  const joined = tfl.layers.concatenate({ name: 'joined' }).apply([first, inner]);
  const uneven = convolution('next', 7, 2).apply(convolution('uneven', 5, 1).apply(joined));
  const pooled = tfl.layers.globalAveragePooling2d({ name: 'pool' }).apply(uneven);
  return artifactsOf(tfl.model({ inputs: input, outputs: tfl.layers.dense({ units: 3 }).apply(pooled) as tfl.SymbolicTensor }));
}

/** Maps that grow at their right and lower ends alone, as in Keras' MobileNets before each stride. */
async function grownModel() {
  const convolution = (name: string, padding: 'same' | 'valid', strides: number, seed: number) =>
    tfl.layers.conv2d({ name, filters: 4, kernelSize: 3, padding, strides, kernelInitializer: tfl.initializers.glorotNormal({ seed }) });
  const padding: [[number, number], [number, number]] = [
    [0, 1],
    [0, 2],
  ];
  const input = tfl.input({ shape: [ROWS, COLUMNS, 3] });
  const first = convolution('next', 'same', 1, 2).apply(convolution('first', 'same', 1, 1).apply(input));
  const grown = tfl.layers.zeroPadding2d({ padding }).apply(tfl.layers.reLU().apply(first));
  const pooled = tfl.layers.globalAveragePooling2d({ name: 'pool' }).apply(convolution('last', 'valid', 2, 3).apply(grown));
  return artifactsOf(tfl.model({ inputs: input, outputs: tfl.layers.dense({ units: 3 }).apply(pooled) as tfl.SymbolicTensor }));
}

describe.each(await availableBackends())('on %s', (backend) => {
  it.each([
    ['dense', 'first', () => denseModel(ROWS, COLUMNS)],
    ['dense', 'joined', () => denseModel(ROWS, COLUMNS)],
    ['uneven', 'inner', unevenModel],
    ['grown', 'first', grownModel],
  ] as const)('windows anywhere give what the whole tail gives, for less: %s, from %s on', async (_name, layer, make) => {
    await openDevice(backend, await nodeDeviceEnvironment());
    const artifacts = withTrainedShifts(await make());
    const { graph, dispose } = await loadModel('test', asRead(artifacts, testManifest(ROWS, COLUMNS)), null);
    const image = tf.randomNormal<tf.Rank.R4>([1, ROWS, COLUMNS, 3], 0, 1, 'float32', 3);
    const positions = { rows: Int32Array.of(0, 8, 16, 3), columns: Int32Array.of(0, 7, 14, 13) };
    const cut = findNode(graph, layer)?.id ?? -1;
    for (const isInside of [true, false]) {
      const before = tf.memory().numTensors;
      const windows = { cut, rows: 2, columns: 2, positions, factor: 0.25, isInside, thresholds: { ...THRESHOLDS, mostWastedMacs: 0 } };
      const { incremental, dense, incrementalMacs } = await incrementalAndDense(graph, image, windows);
      const range = Math.max(...dense) - Math.min(...dense);
      for (const [i, value] of dense.entries()) expect(Math.abs(value - (incremental[i] ?? Number.NaN))).toBeLessThan(1e-5 * range);
      const wholeMacs = graph.nodes.reduce((sum, { id, macs }) => sum + (id > cut ? macs : 0), 0);
      expect(incrementalMacs).toBeLessThanOrEqual(wholeMacs / (layer === 'first' ? 4 : 1));
      expect(tf.memory().numTensors).toBe(before);
    }
    image.dispose();
    dispose();
  });

  it('a channel of each copy zeroed gives what the whole tail gives, for less', async () => {
    await openDevice(backend, await nodeDeviceEnvironment());
    const artifacts = withTrainedShifts(await denseModel(ROWS, COLUMNS, 12));
    const { graph, dispose } = await loadModel('test', asRead(artifacts, testManifest(ROWS, COLUMNS)), null);
    const image = tf.randomNormal<tf.Rank.R4>([1, ROWS, COLUMNS, 3], 0, 1, 'float32', 3);
    const cut = findNode(graph, 'first')?.id ?? -1;
    const before = tf.memory().numTensors;
    for (const own of [Int32Array.of(0, 1), Int32Array.of(5, 4, 5), Int32Array.of(11)]) {
      const { incremental, dense, incrementalMacs } = await channelsAndDense(graph, image, cut, { own, width: 2 });
      const range = Math.max(...dense) - Math.min(...dense);
      for (const [i, value] of dense.entries()) expect(Math.abs(value - (incremental[i] ?? Number.NaN))).toBeLessThan(1e-5 * range);
      expect(incrementalMacs).toBeLessThan(0.8 * graph.nodes.reduce((sum, { id, macs }) => sum + (id > cut ? macs : 0), 0));
      expect(tf.memory().numTensors).toBe(before);
    }
    image.dispose();
    dispose();
  });
});
