/** Averages before convolutions: the same scores for less. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { goldenExpected, loadGoldenModel } from '../../formats/testing/goldens.ts';
import { openDevice } from '../backend/device.ts';
import { loadModel } from '../loading/loaded-model.ts';
import { availableBackends, nodeDeviceEnvironment } from '../node/node-device.ts';
import { asRead, testManifest } from '../testing/test-engine.ts';
import { disposePass, forwardPass } from './graph-executor.ts';
import { findNode } from './layer-graph.ts';
import { pooledFirst } from './pooled-first.ts';
import { workOf } from './work-size.ts';

const MODEL = 'tiny-pollen-head';

async function network() {
  const [height, width] = goldenExpected(MODEL).inputSize;
  return loadModel('golden', asRead(await loadGoldenModel(MODEL), testManifest(height, width)), null);
}

describe.each(await availableBackends())('on %s', (backend) => {
  it('the transitions of a DenseNet pool first, and give what they gave', async () => {
    await openDevice(backend, await nodeDeviceEnvironment());
    const { graph, dispose } = await network();
    const pooled = pooledFirst(graph, () => false);
    const transitions = graph.nodes.filter(({ kind }) => kind === 'AveragePooling2D').map(({ inputs: [id = -1] }) => id);
    expect(transitions.length).toBeGreaterThan(1);
    const less = transitions.reduce((sum, id) => sum + ((graph.nodes[id]?.macs ?? 0) * 3) / 4, 0);
    const ids = [...graph.nodes.keys()];
    expect(workOf(pooled, ids).macs).toBeCloseTo(workOf(graph, ids).macs - less, 0);

    const [height, width] = goldenExpected(MODEL).inputSize;
    const image = tf.randomNormal<tf.Rank.R4>([1, height, width, 3], 0, 1, 'float32', 7);
    const logits = [];
    for (const each of [graph, pooled]) {
      const pass = await forwardPass(each, image, []);
      logits.push(Float32Array.from(await pass.logits.data()));
      disposePass(pass);
    }
    const [before = new Float32Array(), after = new Float32Array()] = logits;
    const range = Math.max(...before) - Math.min(...before);
    for (const [i, value] of before.entries()) expect(Math.abs(value - (after[i] ?? Number.NaN))).toBeLessThan(1e-5 * range);
    image.dispose();
    dispose();
  });
});

describe('pooling first', () => {
  it('leaves a convolution alone whose own activation is wanted, or taken by others', async () => {
    const { graph, dispose } = await network();
    const pool = graph.nodes.find(({ kind }) => kind === 'AveragePooling2D');
    const id = pool?.inputs[0] ?? -1;
    expect(pooledFirst(graph, (wanted) => wanted === id).nodes[id]).toBe(graph.nodes[id]);
    expect(pooledFirst(graph, () => false).nodes[id]).not.toBe(graph.nodes[id]);
    // A layer of the block is taken by the next concatenation too.
    const inside = findNode(graph, 'relu');
    expect(pooledFirst(graph, () => false).nodes[inside?.id ?? -1]).toBe(inside);
    dispose();
  });
});
