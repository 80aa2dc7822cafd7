/** What must be true of Ablation-CAM's sweep and of the first-order estimate, by other ways to the same numbers. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type AblationValue, mapOfSweep } from '../core/ablation-plan.ts';
import { itemLogits } from '../core/item-sweep.ts';
import { prepareInput } from '../core/prepare-input.ts';
import type { Preprocessing } from '../core/preprocessing.ts';
import { ask } from '../protocol/ask.ts';
import { breathe } from './breathe.ts';
import { disposePass, forwardPass, runTail } from './graph-executor.ts';
import { findNode, tailOf } from './layer-graph.ts';
import { loadModel } from './loaded-model.ts';
import { availableBackends } from './node/node-device.ts';
import { engineWith, explain, plainPicture, resultOf, testManifest } from './testing/test-engine.ts';
import { denseModel, spikeModel } from './testing/tiny-models.ts';

const PLAIN: Preprocessing = { channels: 'rgb', scale: 1 / 255, mean: [0, 0, 0], deviation: [1, 1, 1], fit: 'squeeze' };
const ROWS = 5;
const COLUMNS = 4;
const BUDGET_BYTES = 64e6;
const SCORE = { classIndex: 0, kind: 'logit', versus: null } as const;

function colourful() {
  const pixels = plainPicture(COLUMNS, ROWS);
  for (let i = 0; i < pixels.data.length; i++) if (i % 4 !== 3) pixels.data[i] = (i * 67 + 31) % 256;
  return { id: 'colourful', pixels };
}

const manifest = () => testManifest(ROWS, COLUMNS, { preprocessing: PLAIN });

/** The logits of the tail with one channel of the layer silenced by hand, for every channel. */
async function silencedByHand(layer: string): Promise<Float32Array[]> {
  const { graph, info, dispose } = await loadModel('by-hand', await denseModel(ROWS, COLUMNS), manifest());
  const node = findNode(graph, layer);
  if (!node) throw new Error(`the model has no layer ${layer}`);
  const tail = tailOf(graph, node.id);
  const input = tf.tensor4d(prepareInput(colourful().pixels, info.input, PLAIN), [1, ROWS, COLUMNS, 3]);
  const pass = await forwardPass(graph, input, [node.id, ...tail.sideInputs]);
  const activation = pass.activations.get(node.id) as tf.Tensor4D;
  const results: Float32Array[] = [];
  for (let channel = 0; channel < activation.shape[3]; channel++) {
    const keep = tf.tensor1d(Array.from({ length: activation.shape[3] }, (_, k) => (k === channel ? 0 : 1)));
    const silenced = tf.mul(activation, keep);
    const logits = await runTail(graph, tail, new Map([[node.id, silenced]]), pass.activations, breathe());
    results.push(Float32Array.from(await logits.data()));
    tf.dispose([keep, silenced, logits]);
  }
  disposePass(pass);
  input.dispose();
  dispose();
  return results;
}

describe.each(await availableBackends())('on %s', (backend) => {
  it.each(['first', 'inner_bn', 'inner', 'joined', 'out'])(
    'Ablation-CAM at %s gives what silencing each channel by hand gives',
    async (layer) => {
      const engine = await engineWith(backend, await denseModel(ROWS, COLUMNS), manifest());
      const about = { picture: colourful(), layer, budgetBytes: BUDGET_BYTES };
      const { result: whole } = await ask(engine, { ...about, work: { method: 'ablation-cam', items: null } });
      const { result: some } = await ask(engine, { ...about, work: { method: 'ablation-cam', items: Uint32Array.from([1, 0]) } });
      if (whole?.method !== 'ablation-cam' || some?.method !== 'ablation-cam') throw new Error('there is no sweep');
      const expected = await silencedByHand(layer);
      expect(whole.sweep.exactCount).toBe(expected.length);
      expect([...some.sweep.isExact]).toEqual(expected.map((_, channel) => (channel < 2 ? 1 : 0)));
      for (const [channel, logits] of expected.entries()) {
        for (const [c, logit] of logits.entries()) {
          expect(itemLogits(whole.sweep, channel)[c]).toBeCloseTo(logit, 4);
          if (channel < 2) expect(itemLogits(some.sweep, channel)[c]).toBeCloseTo(logit, 4);
        }
      }
      // Silencing a channel must matter somewhere, or this test would pass on nothing.
      expect(expected.some((logits) => Math.abs((logits[0] ?? 0) - (whole.sweep.baseline[0] ?? 0)) > 1e-4)).toBe(true);
      engine.dispose();
    },
  );

  it.each<AblationValue>([0, 2, 'mean', 'blur'])('the first-order estimate is exact where the tail is linear: %s', async (value) => {
    const engine = await engineWith(backend, await spikeModel(ROWS, COLUMNS), manifest());
    const ablation = { window: 1, stride: 1, value };
    const methods = ['first-order', 'fast-ablation-cam'] as const;
    const { results } = await explain(engine, { picture: colourful(), layer: 'spikes', classIndex: 0, score: 'logit', ablation, methods });
    const exact = mapOfSweep(resultOf(results, 'fast-ablation-cam').sweep, SCORE, 'softmax').values;
    const estimate = resultOf(results, 'first-order').map.values;
    for (const [cell, drop] of exact.entries()) expect(estimate[cell]).toBeCloseTo(drop, 4);
    expect(Math.max(...exact.map(Math.abs))).toBeGreaterThan(1e-3);
    engine.dispose();
  });

  it('the first-order estimate is the slope of the drop where the tail is not linear', async () => {
    const engine = await engineWith(backend, await denseModel(ROWS, COLUMNS), manifest());
    const step = 0.01;
    const sweepAt = async (value: number) => {
      const question = { picture: colourful(), layer: 'first', classIndex: 0, score: 'logit', methods: ['fast-ablation-cam'] } as const;
      const { results } = await explain(engine, { ...question, ablation: { window: 1, stride: 1, value } });
      return mapOfSweep(resultOf(results, 'fast-ablation-cam').sweep, SCORE, 'softmax').values;
    };
    const [below, above] = [await sweepAt(1 - step), await sweepAt(1 + step)];
    const question = { picture: colourful(), layer: 'first', classIndex: 0, score: 'logit', methods: ['first-order'] } as const;
    const estimate = resultOf((await explain(engine, question)).results, 'first-order').map.values;
    const range = Math.max(...estimate) - Math.min(...estimate);
    for (const [cell, value] of estimate.entries()) {
      const slope = ((below[cell] ?? Number.NaN) - (above[cell] ?? Number.NaN)) / (2 * step);
      expect(Math.abs(value - slope) / range).toBeLessThan(0.02);
    }
    engine.dispose();
  });
});
