/** What must be true of any network, without a reference implementation. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mapOfSweep } from '../explain/ablation-plan.ts';
import { canBeExplained } from '../explain/layer-info.ts';
import { methodOf } from '../explain/methods/list.ts';
import { scoreGradient } from '../explain/target.ts';
import { goldenExpected, goldenImage, loadGoldenModel } from '../formats/testing/goldens.ts';
import { yieldToEventLoop } from './backend/yield-to-event-loop.ts';
import { disposePass, forwardPass, runTail } from './graph/graph-executor.ts';
import { findNode, tailOf } from './graph/layer-graph.ts';
import { loadModel } from './loading/loaded-model.ts';
import type { LocalEngine } from './local-engine.ts';
import { availableBackends } from './node/node-device.ts';
import { asRead, engineWith, explain, resultOf, testManifest } from './testing/test-engine.ts';

const MODEL = 'tiny-pollen-head';

describe.each(await availableBackends())('oracles on %s', (backend) => {
  let engine: LocalEngine;
  beforeAll(async () => {
    const [height, width] = goldenExpected(MODEL).inputSize;
    engine = await engineWith(backend, await loadGoldenModel(MODEL), testManifest(height, width));
  });
  afterAll(() => engine.dispose());

  it('FastAblationCAM is HiResCAM, and Grad-CAM before ReLU up to one positive factor, where the tail is linear', async () => {
    const image = { id: MODEL, pixels: await goldenImage(MODEL) };
    for (const classIndex of [14, 4, 9]) {
      const request = {
        image,
        layer: 'relu',
        classIndex,
        score: 'logit',
        methods: ['grad-cam', 'hires-cam', 'fast-ablation-cam'],
      } as const;
      const { results } = await explain(engine, request);
      const grad = resultOf(results, 'grad-cam').map.values;
      const drop = mapOfSweep(resultOf(results, 'fast-ablation-cam').sweep, {
        classIndex: classIndex,
        kind: 'logit',
        versus: null,
        reading: 'softmax',
      }).values;
      const strongest = grad.indexOf(grad.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a)));
      const factor = (drop[strongest] ?? 0) / (grad[strongest] ?? 0);
      expect(factor).toBeGreaterThan(0);
      const range = Math.max(...drop) - Math.min(...drop);
      for (const [i, value] of drop.entries()) expect(Math.abs(value - factor * (grad[i] ?? Number.NaN)) / range).toBeLessThan(1e-4);
      // HiResCAM needs no factor: gradient times activation is the drop itself.
      const { values: hires } = resultOf(results, 'hires-cam').map;
      for (const [i, value] of drop.entries()) expect(Math.abs(value - (hires[i] ?? Number.NaN)) / range).toBeLessThan(1e-4);
    }
  });

  it.each([0, 0.5, 'mean'] as const)(
    'what a cell adds alone is what its loss takes away, where the tail is linear: cells are replaced with %s',
    async (value) => {
      const image = { id: MODEL, pixels: await goldenImage(MODEL) };
      const ablation = { window: 1, stride: 1, value };
      const methods = ['recipro-cam', 'fast-ablation-cam'] as const;
      const { results } = await explain(engine, { image, layer: 'relu', classIndex: 14, score: 'logit', ablation, methods });
      const score = { classIndex: 14, kind: 'logit', versus: null, reading: 'softmax' } as const;
      const [alone, drop] = methods.map((method) => methodOf(method).mapOf(resultOf(results, method), score, null).raw.values);
      const range = Math.max(...(drop ?? [])) - Math.min(...(drop ?? []));
      // Kept alone, a cell has the score of nothing and its own share; without it, the intact score less that share.
      const nothing = (alone ?? new Float32Array()).map((own, i) => own - (drop?.[i] ?? Number.NaN));
      expect(Math.max(...nothing) - Math.min(...nothing)).toBeLessThan(1e-4 * range);
      expect(range).toBeGreaterThan(0);
    },
  );

  it('Grad-CAM of a probability is the mix of the logits’ maps that the softmax’s derivative says', async () => {
    const image = { id: MODEL, pixels: await goldenImage(MODEL) };
    const request = { image, layer: 'conv4_block1_2_conv', methods: ['grad-cam'] } as const;
    const mapOf = async (classIndex: number, score: 'logit' | 'probability') => {
      const { logits, results } = await explain(engine, { ...request, classIndex, score });
      return { logits, values: resultOf(results, 'grad-cam').map.values };
    };
    const { logits, values } = await mapOf(4, 'probability');
    const shares = scoreGradient(logits, { classIndex: 4, kind: 'probability', versus: null, reading: 'softmax' });
    const mixed = new Float64Array(values.length);
    for (const [classIndex, share] of shares.entries()) {
      const { values: own } = await mapOf(classIndex, 'logit');
      for (const [i, value] of own.entries()) mixed[i] = (mixed[i] ?? 0) + share * value;
    }
    const range = Math.max(...mixed) - Math.min(...mixed);
    for (const [i, value] of values.entries()) expect(Math.abs(value - (mixed[i] ?? Number.NaN)) / range).toBeLessThan(1e-3);
  });

  it('a tail that runs from the activations as they were gives the network’s own logits, at every layer', async () => {
    const [height, width] = goldenExpected(MODEL).inputSize;
    const before = tf.memory().numTensors;
    const { graph, info, dispose } = await loadModel('probe', asRead(await loadGoldenModel(MODEL), testManifest(height, width)), null);
    const input = tf.randomNormal<tf.Rank.R4>([1, height, width, 3], 0, 1, 'float32', 7);
    const pass = await forwardPass(
      graph,
      input,
      graph.nodes.map(({ id }) => id),
    );
    for (const { name } of info.layers.filter(canBeExplained)) {
      const node = findNode(graph, name);
      const activation = node && pass.activations.get(node.id);
      if (!node || !activation) throw new Error(`${name} was not kept`);
      const tail = tailOf(graph, node.id);
      const skipInputs = new Map([...pass.activations].filter(([id]) => tail.skipInputs.includes(id)));
      const again = await runTail(graph, tail, new Map([[node.id, activation]]), skipInputs, yieldToEventLoop());
      const difference = tf.tidy(() => tf.max(tf.abs(tf.sub(again, pass.logits))));
      expect((await difference.data())[0], name).toBeLessThan(1e-3);
      tf.dispose([again, difference]);
    }
    disposePass(pass);
    input.dispose();
    dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
