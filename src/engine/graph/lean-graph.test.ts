/** Normalisations and the ReLUs after them in one pass: the same scores, and every layer that is asked for gives its own activation. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openDevice } from '../backend/device.ts';
import { loadModel } from '../loading/loaded-model.ts';
import { availableBackends, nodeDeviceEnvironment } from '../node/node-device.ts';
import { asRead, testManifest } from '../testing/test-engine.ts';
import { denseModel, withTrainedShifts } from '../testing/tiny-models.ts';
import { disposePass, forwardPass } from './graph-executor.ts';
import { tailOf } from './layer-graph.ts';
import { leanGraph } from './lean-graph.ts';
import { tailMemory } from './tail-memory.ts';
import { workOf } from './work-size.ts';

const [ROWS, COLUMNS] = [9, 7];

describe.each(await availableBackends())('on %s', (backend) => {
  it('a pass gives the same with fewer steps, and what is asked for is there', async () => {
    await openDevice(backend, await nodeDeviceEnvironment());
    const artifacts = withTrainedShifts(await denseModel(ROWS, COLUMNS));
    const { graph, dispose } = await loadModel('test', asRead(artifacts, testManifest(ROWS, COLUMNS)), null);
    const normalizations = graph.nodes.filter(({ kind }) => kind === 'BatchNormalization').map(({ id }) => id);
    const lean = leanGraph(graph, () => false);
    const leftOut = lean.nodes.filter(({ id, inputs }) => id !== graph.input && inputs.length === 0).map(({ id }) => id);
    expect(leftOut.length).toBeGreaterThan(0);
    expect(normalizations).toEqual(expect.arrayContaining(leftOut));
    expect(leanGraph(graph, () => false)).toBe(lean);
    const [one = -1] = leftOut;
    expect(leanGraph(graph, (id) => id === one).nodes[one]).toBe(graph.nodes[one]);
    // No more than before is counted, of work and of memory.
    const tail = tailOf(graph, graph.input);
    expect(workOf(lean, tail.steps).macs).toBeLessThanOrEqual(workOf(graph, tail.steps).macs);
    expect(workOf(lean, tail.steps).values).toBeLessThan(workOf(graph, tail.steps).values);
    expect(tailMemory(lean, tail).peakBytes).toBeLessThanOrEqual(tailMemory(graph, tail).peakBytes);
    const image = tf.randomNormal<tf.Rank.R4>([1, ROWS, COLUMNS, 3], 0, 1, 'float32', 3);
    const before = tf.memory().numTensors;
    const whole = await forwardPass(graph, image, [one]);
    const lighter = await forwardPass(lean, image, []);
    const asked = await forwardPass(
      leanGraph(graph, (id) => id === one),
      image,
      [one],
    );
    const logits = await whole.logits.data();
    for (const pass of [lighter, asked]) {
      for (const [i, value] of (await pass.logits.data()).entries()) expect(value).toBeCloseTo(logits[i] ?? Number.NaN, 5);
    }
    expect(await asked.activations.get(one)?.data()).toEqual(await whole.activations.get(one)?.data());
    for (const pass of [whole, lighter, asked]) disposePass(pass);
    expect(tf.memory().numTensors).toBe(before);
    image.dispose();
    dispose();
  });
});
