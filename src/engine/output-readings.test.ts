/** Maps of what one unit, several independent units, and numbers mean, on every backend: held against each other and against arithmetic. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutputReading } from '../core/models/output-reading.ts';
import { DEFAULT_ABLATION, mapOfSweep } from '../explain/ablation-plan.ts';
import { channelWeights, mapOfChannels } from '../explain/channel-sweep.ts';
import { itemLogits } from '../explain/item-sweep.ts';
import { type ClassScore, type ScoreKind, shownValues } from '../explain/target.ts';
import type { ModelArtifacts } from '../formats/network/artifacts.ts';
import type { LocalEngine } from './local-engine.ts';
import { availableBackends } from './node/node-device.ts';
import { engineWith, explain, resultOf, testManifest, unevenImage } from './testing/test-engine.ts';
import { artifactsOf } from './testing/tiny-models.ts';

const SIDE = 6;
const IMAGE = { id: 'uneven', pixels: unevenImage(SIDE, SIDE) };

/** A convolution whose activations are averaged and weighted: what a cell adds to the score is known. */
async function network(units: number, activation: 'linear' | 'sigmoid'): Promise<ModelArtifacts> {
  const seeded = (seed: number) => tfl.initializers.randomNormal({ stddev: 0.7, seed });
  const input = tfl.input({ shape: [SIDE, SIDE, 3] });
  const conv = tfl.layers.conv2d({
    name: 'conv',
    filters: 4,
    kernelSize: 3,
    padding: 'same',
    activation: 'relu',
    kernelInitializer: seeded(1),
  });
  const head = tfl.layers.dense({ name: 'scores', units, activation, kernelInitializer: seeded(2), biasInitializer: seeded(3) });
  const pooled = tfl.layers.globalAveragePooling2d({ name: 'pool' }).apply(conv.apply(input));
  return artifactsOf(tfl.model({ inputs: input, outputs: head.apply(pooled) as tfl.SymbolicTensor }));
}

function expectTimes(actual: Float32Array, expected: Float32Array, factor: number): void {
  const maxAbs = Math.max(...expected.map(Math.abs)) * Math.abs(factor);
  expect(maxAbs).toBeGreaterThan(0);
  for (const [i, value] of expected.entries()) expect(Math.abs((actual[i] ?? Number.NaN) - value * factor)).toBeLessThan(1e-4 * maxAbs);
}

describe.each(await availableBackends())('outputs on %s', (backend) => {
  const engines = new Map<string, LocalEngine>();
  const engineFor = (name: string): LocalEngine => {
    const engine = engines.get(name);
    if (!engine) throw new Error(`there is no ${name}`);
    return engine;
  };

  beforeAll(async () => {
    for (const [name, units, activation] of [
      ['one sigmoid', 1, 'sigmoid'],
      ['one linear', 1, 'linear'],
      ['three sigmoids', 3, 'sigmoid'],
    ] as const)
      engines.set(name, await engineWith(backend, await network(units, activation), testManifest(SIDE, SIDE, { outputReading: null })));
  });
  afterAll(() => {
    for (const engine of engines.values()) engine.dispose();
  });

  async function gradCam(name: string, classIndex: number, score: ScoreKind, reading: OutputReading): Promise<Float32Array> {
    const { results } = await explain(engineFor(name), {
      image: IMAGE,
      layer: 'conv',
      classIndex,
      score,
      reading,
      methods: ['grad-cam'],
    });
    return resultOf(results, 'grad-cam').map.values;
  }

  async function sweeps(name: string, reading: OutputReading) {
    const question = { image: IMAGE, layer: 'conv', classIndex: 0, score: 'logit', reading, ablation: DEFAULT_ABLATION } as const;
    const { logits, results } = await explain(engineFor(name), { ...question, methods: ['fast-ablation-cam', 'ablation-cam'] });
    return { logits, cells: resultOf(results, 'fast-ablation-cam').sweep, channels: resultOf(results, 'ablation-cam').sweep };
  }

  it('the negative class of one unit is explained by minus the map of the positive one, by every method', async () => {
    const { logits, cells, channels } = await sweeps('one sigmoid', 'binary');
    for (const kind of ['logit', 'probability'] as const) {
      const [negative, positive] = [await gradCam('one sigmoid', 0, kind, 'binary'), await gradCam('one sigmoid', 1, kind, 'binary')];
      expectTimes(negative, positive, -1);
      const of = (classIndex: number): ClassScore => ({ classIndex, kind, versus: null, reading: 'binary' });
      expectTimes(mapOfSweep(cells, of(0)).values, mapOfSweep(cells, of(1)).values, -1);
    }
    // Ablation-CAM's weights are shares of the score: -z loses the share that z loses.
    const logit = (classIndex: number): ClassScore => ({ classIndex, kind: 'logit', versus: null, reading: 'binary' });
    const mapOf = (score: ClassScore) => mapOfChannels(channels, channelWeights(channels, score)).values;
    expectTimes(mapOf(logit(0)), mapOf(logit(1)), 1);
    // Of a probability the chain rule gives its slope.
    const [, p = Number.NaN] = shownValues(logits, 'binary');
    expectTimes(await gradCam('one sigmoid', 1, 'probability', 'binary'), await gradCam('one sigmoid', 1, 'logit', 'binary'), p * (1 - p));
  });

  it('the map of a number is the drop of its value, and Grad-CAM of a linear head is that times the cells', async () => {
    const { logits, cells } = await sweeps('one linear', 'number');
    const score: ClassScore = { classIndex: 0, kind: 'value', versus: null, reading: 'number' };
    const drops = mapOfSweep(cells, score).values;
    for (const [cell, drop] of drops.entries())
      expect(drop).toBeCloseTo((logits[0] ?? Number.NaN) - (itemLogits(cells, cell)[0] ?? Number.NaN), 6);
    expectTimes(await gradCam('one linear', 0, 'value', 'number'), drops, 1);
    // The same network read as two classes: the same numbers.
    expectTimes(await gradCam('one linear', 1, 'logit', 'binary'), drops, 1);
  });

  it('each of several sigmoid units is explained by itself', async () => {
    const { logits, cells } = await sweeps('three sigmoids', 'independent');
    const shares = shownValues(logits, 'independent');
    for (const classIndex of [0, 1, 2]) {
      const drops = mapOfSweep(cells, { classIndex, kind: 'logit', versus: null, reading: 'independent' }).values;
      const p = shares[classIndex] ?? Number.NaN;
      expectTimes(await gradCam('three sigmoids', classIndex, 'logit', 'independent'), drops, 1);
      expectTimes(await gradCam('three sigmoids', classIndex, 'probability', 'independent'), drops, p * (1 - p));
    }
  });

  it('measures follow the negative class, and numbers, as they are asked', async () => {
    const { logits, cells } = await sweeps('one linear', 'number');
    const map = mapOfSweep(cells, { classIndex: 0, kind: 'value', versus: null, reading: 'number' });
    const { tensors } = await engineFor('one linear').memory();
    const intactOf = async (score: ClassScore) => {
      const found: number[] = [];
      const request = {
        image: IMAGE,
        score,
        maps: [{ id: 'a', map }],
        settings: { steps: 4, replacement: 'black' },
        budgetBytes: 64e6,
      } as const;
      await engineFor('one linear').measure(request, (event) => {
        if (event.kind === 'measured') found.push(event.measures.intact);
      });
      return found;
    };
    const [z = Number.NaN] = logits;
    expect(await intactOf({ classIndex: 0, kind: 'value', versus: null, reading: 'number' })).toEqual([expect.closeTo(z, 4)]);
    const negative = await intactOf({ classIndex: 0, kind: 'probability', versus: null, reading: 'binary' });
    expect(negative).toEqual([expect.closeTo(1 / (1 + Math.exp(z)), 4)]);
    expect((await engineFor('one linear').memory()).tensors).toBe(tensors);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('a class that the reading has not is refused', async () => {
    await expect(gradCam('one linear', 1, 'value', 'number')).rejects.toMatchObject({ code: 'class-unknown' });
    await expect(gradCam('one sigmoid', 2, 'logit', 'binary')).rejects.toMatchObject({ code: 'class-unknown' });
  });
});
