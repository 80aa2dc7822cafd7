/** Networks of one and of four channels, on every backend, from the image to the maps and what they are worth. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { type ChannelCount, channelOrders, normalisationOf, type Preprocessing } from '../core/images/preprocessing.ts';
import { mapOfSweep } from '../explain/ablation-plan.ts';
import { probabilities } from '../explain/target.ts';
import type { ModelArtifacts } from '../formats/network/artifacts.ts';
import { readModel } from '../formats/read-model.ts';
import { readImage } from '../formats/testing/goldens.ts';
import { fixture } from '../formats/testing/test-data.ts';
import { DEFAULT_MEASURE, type MapMeasures } from '../metrics/measures.ts';
import { REPLACEMENTS } from '../metrics/replacement.ts';
import type { RgbaPixels } from '../protocol/explain.ts';
import { loadModel } from './loading/loaded-model.ts';
import { LocalEngine } from './local-engine.ts';
import { availableBackends, nodeDeviceEnvironment } from './node/node-device.ts';
import { asRead, engineWith, explain, noDownload, resultOf, testManifest } from './testing/test-engine.ts';
import { artifactsOf } from './testing/tiny-models.ts';

const SIDE = 4;

/** Passes the last channel through, averages it, and scores two classes with it. */
async function lastChannelModel(channels: number): Promise<ModelArtifacts> {
  const input = tfl.input({ shape: [SIDE, SIDE, channels] });
  const spikes = tfl.layers.conv2d({ name: 'spikes', filters: 1, kernelSize: 1, useBias: false });
  const scores = tfl.layers.dense({ name: 'predictions', units: 2, useBias: false, activation: 'softmax' });
  const pooled = tfl.layers.globalAveragePooling2d({ name: 'avg_pool' }).apply(spikes.apply(input));
  const model = tfl.model({ inputs: input, outputs: scores.apply(pooled) as tfl.SymbolicTensor });
  spikes.setWeights([
    tf.tensor4d(
      Array.from({ length: channels }, (_, i) => (i === channels - 1 ? 1 : 0)),
      [1, 1, channels, 1],
    ),
  ]);
  scores.setWeights([tf.tensor2d([[8, -8]])]);
  return artifactsOf(model);
}

function unit(channels: ChannelCount): Preprocessing {
  return { ...normalisationOf('unit', channels), fit: 'stretched' };
}

/** Black and opaque, but for one pixel. */
function imageWith(pixel: readonly [number, number, number, number], at: number): RgbaPixels {
  const data = Uint8ClampedArray.from({ length: SIDE * SIDE * 4 }, (_, i) => (i % 4 === 3 ? 255 : 0));
  data.set(pixel, at * 4);
  return { width: SIDE, height: SIDE, data };
}

const SPIKE = 6;
/** The value that the network gets at the spike, of 255, and at all other places. */
const CASES = [
  { channels: 1, pixel: [200, 100, 50, 255], spike: (200 * 19595 + 100 * 38470 + 50 * 7471 + 0x8000) >> 16, elsewhere: 0 },
  { channels: 4, pixel: [200, 100, 50, 51], spike: 51, elsewhere: 255 },
] as const;

describe.each(await availableBackends())('networks of other channels than three on %s', (backend) => {
  it.each(CASES)('$channels: maps show what the network saw, and it is measured', async ({ channels, pixel, spike, elsewhere }) => {
    const manifest = testManifest(SIDE, SIDE, { preprocessing: unit(channels) });
    const engine = await engineWith(backend, await lastChannelModel(channels), manifest);
    const image = { id: 'spike', pixels: imageWith(pixel, SPIKE) };
    const classIndex = spike > elsewhere ? 0 : 1;
    const { logits, results } = await explain(engine, {
      image,
      layer: 'spikes',
      classIndex,
      score: 'logit',
      methods: ['grad-cam', 'fast-ablation-cam'],
    });
    const mean = (spike + elsewhere * (SIDE * SIDE - 1)) / 255 / (SIDE * SIDE);
    expect(logits[0]).toBeCloseTo(8 * mean, 4);
    const { sweep } = resultOf(results, 'fast-ablation-cam');
    const drops = mapOfSweep(sweep, { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' }).values;
    expect(drops[SPIKE]).toBeCloseTo((8 * spike) / 255 / (SIDE * SIDE), 4);
    expect(drops[0]).toBeCloseTo((8 * elsewhere) / 255 / (SIDE * SIDE), 4);

    const { map } = resultOf(results, 'grad-cam');
    const { tensors } = await engine.memory();
    for (const replacement of REPLACEMENTS) {
      const measured: MapMeasures[] = [];
      const settings = { ...DEFAULT_MEASURE, steps: 4, replacement };
      const score = { classIndex, kind: 'probability', versus: null, reading: 'softmax' } as const;
      await engine.measure({ image, score, maps: [{ id: 'map', map }], settings, budgetBytes: 64e6 }, (event) => {
        if (event.kind === 'measured') measured.push(event.measures);
      });
      const [{ deletion, insertion, intact } = { deletion: [], insertion: [], intact: Number.NaN }] = measured;
      expect(intact).toBeCloseTo(probabilities(logits, 'softmax')[classIndex] ?? Number.NaN, 4);
      expect([...deletion, ...insertion].every(Number.isFinite)).toBe(true);
      // Both curves end where the other begins: the intact image, and the replacement alone.
      expect(deletion[0]).toBeCloseTo(intact, 5);
      expect(insertion.at(-1)).toBeCloseTo(intact, 5);
      if (replacement === 'black')
        expect(insertion[0]).toBeCloseTo(channels === 1 ? 0.5 : 1 / (1 + Math.exp(classIndex === 0 ? -16 : 16)), 4);
    }
    expect((await engine.memory()).tensors).toBe(tensors);
    engine.dispose();
  });
});

it('a manifest whose channels are not the network’s is refused in one sentence', async () => {
  const model = asRead(await lastChannelModel(1), testManifest(SIDE, SIDE, { preprocessing: unit(3) }));
  await expect(loadModel('grey', model, null)).rejects.toThrow(/^The manifest says “rgb”.*test\.h5 takes 1; .*\.$/);
});

const GREY = fixture('field/refused-grey-input');

describe.each(await availableBackends())('a Keras file of one channel on %s', (backend) => {
  it('gives what Keras gives', async () => {
    const [, numbers = '{}'] = /```json\n(.*)\n```/.exec(readFileSync(join(GREY, 'README.md'), 'utf8')) ?? [];
    const expected: { readonly what_keras_gives: number[]; readonly logits: number[] } = JSON.parse(numbers);
    const read = await readModel([{ name: 'model.h5', bytes: Uint8Array.from(readFileSync(join(GREY, 'model.h5'))) }]);
    expect(read.manifest.preprocessing).toEqual({
      channels: channelOrders(1)[0],
      scale: 1 / 255,
      mean: [0],
      std: [1],
      fit: 'stretched',
    });
    const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel: async () => read, download: noDownload });
    await engine.start(backend);
    const { defaultLayer } = await engine.loadModel({ kind: 'folder', id: 'grey', url: '' }, () => {});
    const image = { id: 'field', pixels: await readImage(join(GREY, 'picture.png')) };
    const { logits } = await explain(engine, { image, layer: defaultLayer, classIndex: null, score: 'logit', methods: ['grad-cam'] });
    for (const [i, logit] of expected.logits.entries()) expect(logits[i]).toBeCloseTo(logit, 4);
    for (const [i, share] of expected.what_keras_gives.entries()) expect(probabilities(logits, 'softmax')[i]).toBeCloseTo(share, 4);
    engine.dispose();
  });
});
