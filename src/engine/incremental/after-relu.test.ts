/**
 * What becomes nothing after the next ReLU is worked out from that alone, and gives what the whole tail gives: dense blocks drawn at random,
 * cut anywhere, with cells, windows and channels anywhere.
 */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsAsync } from '../../core/testing/property.ts';
import { openDevice } from '../backend/device.ts';
import { afterReluTailOf } from '../graph/after-relu-tail.ts';
import { tailOf } from '../graph/layer-graph.ts';
import { loadModel } from '../loading/loaded-model.ts';
import { availableBackends, nodeDeviceEnvironment } from '../node/node-device.ts';
import { afterReluAndDense, type Both } from '../testing/incremental-and-dense.ts';
import { asRead, testManifest } from '../testing/test-engine.ts';
import { artifactsOf, withTrainedShifts } from '../testing/tiny-models.ts';
import { THRESHOLDS } from './window.ts';

const BATCH = 3;

/** A layer of a dense block. */
const block = fc.record({
  filters: fc.integer({ min: 1, max: 5 }),
  activation: fc.constantFrom('relu', 'relu6', 'swish'),
  hasBottleneck: fc.boolean(),
  isFirst: fc.boolean(),
  /** What goes in is joined with itself as well. */
  isTwice: fc.boolean(),
});

const head = fc.constantFrom('mean', 'maximum', 'flat', 'residual', 'pooled');

const network = fc.record({
  rows: fc.integer({ min: 3, max: 13 }),
  columns: fc.integer({ min: 3, max: 13 }),
  stem: fc.integer({ min: 2, max: 7 }),
  blocks: fc.array(block, { minLength: 1, maxLength: 3 }),
  head,
});

interface Network {
  readonly rows: number;
  readonly columns: number;
  readonly stem: number;
  readonly blocks: readonly { filters: number; activation: string; hasBottleneck: boolean; isFirst: boolean; isTwice: boolean }[];
  readonly head: string;
}

async function modelOf({ rows, columns, stem, blocks, head: kind }: Network) {
  let count = 0;
  const through = (x: tfl.SymbolicTensor, ...layers: tfl.layers.Layer[]) =>
    layers.reduce((y, layer) => layer.apply(y) as tfl.SymbolicTensor, x);
  const conv = (filters: number, kernelSize: number) => {
    const kernelInitializer = tfl.initializers.glorotNormal({ seed: ++count });
    return tfl.layers.conv2d({ filters, kernelSize, padding: 'same', kernelInitializer });
  };
  const active = (activation: string) =>
    activation === 'swish'
      ? tfl.layers.activation({ activation: 'swish' })
      : tfl.layers.reLU(activation === 'relu6' ? { maxValue: 6 } : {});
  const input = tfl.input({ shape: [rows, columns, 3] });
  let x = through(input, conv(stem, 3));
  for (const { filters, activation, hasBottleneck, isFirst, isTwice } of blocks) {
    const normalised = through(x, tfl.layers.batchNormalization(), active(activation));
    const narrow = hasBottleneck ? through(normalised, conv(4, 1), tfl.layers.batchNormalization(), active('relu')) : normalised;
    const made = through(narrow, conv(filters, 3));
    const before = isTwice && x.shape[3] && x.shape[3] < 20 ? [x, x] : [x];
    x = tfl.layers.concatenate().apply(isFirst ? [made, ...before] : [...before, made]) as tfl.SymbolicTensor;
  }
  x = through(x, tfl.layers.batchNormalization(), active('relu'));
  if (kind === 'residual') x = tfl.layers.add().apply([x, through(x, conv(x.shape[3] ?? 1, 3))]) as tfl.SymbolicTensor;
  if (kind === 'pooled')
    x = through(x, conv(3, 1), tfl.layers.averagePooling2d({ poolSize: 2, padding: 'same' }), conv(4, 3), active('relu'));
  if (kind === 'maximum') x = through(x, tfl.layers.maxPooling2d({ poolSize: 3, strides: 2 }));
  x = through(x, kind === 'flat' ? tfl.layers.flatten() : tfl.layers.globalAveragePooling2d({}));
  const logits = tfl.layers.dense({ units: 3, kernelInitializer: tfl.initializers.glorotNormal({ seed: 99 }) });
  return withTrainedShifts(await artifactsOf(tfl.model({ inputs: input, outputs: through(x, logits) })));
}

const cases = fc.record({
  network,
  /** Which of the layers that a ReLU takes, as a share of them all. */
  cut: fc.double({ min: 0, max: 0.999, noNaN: true }),
  what: fc.constantFrom('cells', 'other-cells', 'channels'),
  side: fc.integer({ min: 1, max: 3 }),
  /** Where copies' windows or channels are, as shares of the sides. */
  places: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 2 * BATCH, maxLength: 2 * BATCH }),
  thresholds: fc.constantFrom(
    THRESHOLDS,
    { denseShare: 9, leastMap: 1, mostWastedMacs: 0 },
    { denseShare: 0.85, leastMap: 1, mostWastedMacs: 20_000 },
  ),
});

/** How far both are apart, in what is tolerated: a thousandth of the range of logits, or 1e-5. */
function gapOf({ incremental, dense }: Both): number {
  const range = Math.max(...dense) - Math.min(...dense);
  const off = dense.map((value, i) => Math.abs(value - (incremental[i] ?? Number.NaN)));
  return Math.max(...off) / Math.max(1e-3 * range, 1e-5 * Math.max(1, ...dense.map(Math.abs)));
}

const TIMES = { cpu: 30, wasm: 90, webgpu: 2 } as const;

describe.each(await availableBackends())('nothing after the next ReLU on %s', (backend) => {
  it('is what the whole tail gives', async () => {
    await openDevice(backend, await nodeDeviceEnvironment());
    const property = fc.asyncProperty(cases, async ({ network: drawn, cut, what, side, places, thresholds }) => {
      const { graph, dispose } = await loadModel('drawn', asRead(await modelOf(drawn), testManifest(drawn.rows, drawn.columns)), null);
      const image = tf.randomNormal<tf.Rank.R4>([1, drawn.rows, drawn.columns, 3], 0, 1, 'float32', 3);
      const layers = graph.nodes.filter(({ id, operation }) => operation && afterReluTailOf(graph, tailOf(graph, id)));
      const layer = layers[Math.floor(cut * layers.length)];
      if (!layer) throw new Error('no ReLU takes what a layer gives');
      const each = (first: number, most: number) =>
        Int32Array.from({ length: BATCH }, (_, i) => Math.floor((places[first + i] ?? 0) * most));
      const [, rows = 1, columns = 1, channels = 1] = layer.shape.map((size) => size ?? 1);
      const width = Math.min(side, channels);
      const own = each(0, width).map((place) => place + Math.floor((places[BATCH] ?? 0) * (channels - width + 1)));
      const windows = {
        rows: Math.min(side, rows),
        columns: Math.min(side, columns),
        positions: { rows: each(0, rows), columns: each(BATCH, columns) },
        thresholds,
      };
      const before = tf.memory().numTensors;
      const both = await afterReluAndDense(graph, image, layer.id, what === 'channels' ? { what, own, width } : { what, ...windows });
      expect(tf.memory().numTensors).toBe(before);
      image.dispose();
      dispose();
      expect(both && gapOf(both)).toBeLessThan(1);
    });
    await holdsAsync(property, process.env.NETWORKS === 'all' ? 10 * TIMES[backend] : TIMES[backend]);
  });
});
