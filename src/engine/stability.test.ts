/** Explaining a changed input: the same as an image that was changed beforehand, by every method, and nothing is left behind. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { InputChange } from '../core/images/input-change.ts';
import { METHODS, methodOf } from '../explain/methods/list.ts';
import { runChanges } from '../explain/stability/run-changes.ts';
import { meanMap, noRuns, stdMap, withRun } from '../explain/stability/steady-map.ts';
import type { ClassScore } from '../explain/target.ts';
import { ask } from '../protocol/ask.ts';
import type { BackendName, Engine } from '../protocol/engine.ts';
import type { RgbaPixels } from '../protocol/explain.ts';
import { availableBackends } from './node/node-device.ts';
import { engineWith, testManifest, unevenImage, type WorkKind, workOf } from './testing/test-engine.ts';
import { denseModel, withTrainedShifts } from './testing/tiny-models.ts';

/** As large as the network's input. */
const INPUT = { width: 4, height: 6 };
const IMAGE = unevenImage(INPUT.width, INPUT.height);
const SCORE: ClassScore = { classIndex: 1, kind: 'logit', versus: null, reading: 'softmax' };
const NOTHING: InputChange = { shiftX: 0, shiftY: 0, isMirrored: false, isUpsideDown: false, noise: 0, noiseKind: 'gaussian', seed: 0 };

/** The image after a change, made here pixel by pixel. */
function changedByHand({ shiftX, shiftY, isMirrored, isUpsideDown }: InputChange): RgbaPixels {
  const { width, height } = INPUT;
  const data = new Uint8ClampedArray(IMAGE.data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const movedX = Math.min(width - 1, Math.max(0, (isMirrored ? width - 1 - x : x) - shiftX));
      const movedY = Math.min(height - 1, Math.max(0, (isUpsideDown ? height - 1 - y : y) - shiftY));
      for (let channel = 0; channel < 4; channel++)
        data[(y * width + x) * 4 + channel] = IMAGE.data[(movedY * width + movedX) * 4 + channel] ?? 0;
    }
  }
  return { width, height, data };
}

async function mapOf(engine: Engine, id: string, pixels: RgbaPixels, method: WorkKind, change = NOTHING, stop?: AbortController) {
  const image = { id, pixels };
  const work = workOf(method, { image, layer: 'joined', classIndex: 1, score: 'logit', methods: [] }, 1);
  const { result } = await ask(
    engine,
    { image, layer: 'joined', work, budgetBytes: 64e6, change },
    ({ kind }) => kind === 'begun' && stop?.abort(),
    stop?.signal,
  );
  if (!result) throw new Error(`no map by ${method}`);
  return methodOf(method).mapOf(result, SCORE, null).map;
}

const BACKENDS = await availableBackends();

async function open(backend: BackendName) {
  return engineWith(backend, withTrainedShifts(await denseModel(INPUT.height, INPUT.width)), testManifest(INPUT.height, INPUT.width));
}

describe.each(BACKENDS)('a changed input on %s', (backend) => {
  // On a software driver one of each kind stands for all.
  const methods = backend === 'webgpu' ? (['grad-cam', 'fast-ablation-cam'] as const) : METHODS.map(({ id }) => id);
  it('is explained as an image that was changed beforehand, by every method', async () => {
    const engine = await open(backend);
    const change = { ...NOTHING, shiftX: 1, shiftY: -2, isMirrored: true };
    await mapOf(engine, 'as it is', IMAGE, 'grad-cam');
    const tensors = tf.memory().numTensors;
    for (const id of methods) {
      const own = await mapOf(engine, 'as it is', IMAGE, id);
      const changed = await mapOf(engine, 'as it is', IMAGE, id, change);
      expect([...changed.values]).not.toEqual([...own.values]);
      expect([...changed.values]).toEqual([...(await mapOf(engine, 'by hand', changedByHand(change), id)).values]);
    }
    // The pass that was kept of the changed input is not taken for one of the image.
    await mapOf(engine, 'as it is', IMAGE, 'grad-cam', change);
    const again = await mapOf(engine, 'as it is', IMAGE, 'grad-cam');
    expect(tf.memory().numTensors).toBe(tensors);
    expect(again).toEqual(await mapOf(engine, 'new', IMAGE, 'grad-cam'));
    engine.dispose();
  });
});

// What is done to the input is the same on every backend: a software driver would only take its time.
describe.each(BACKENDS.filter((backend) => backend !== 'webgpu'))('runs on %s', (backend) => {
  it('have a mean that is the mean of the runs done by hand, flips undone', async () => {
    const engine = await open(backend);
    const settings = { runs: 5, flips: 'both', isShifted: false, noisePercent: 0, seed: 3 } as const;
    const method = methodOf('fast-ablation-cam');
    let steady = noRuns({ map: await mapOf(engine, 'as it is', IMAGE, method.id), caveat: '' });
    const sums = new Float64Array(steady.own.values.length);
    const changes = runChanges(settings, INPUT, method);
    expect(changes).toHaveLength(4);
    for (const change of changes) {
      const map = await mapOf(engine, 'as it is', IMAGE, method.id, change);
      steady = withRun(steady, { map, caveat: '' }, change, INPUT, method);
      const { rows, columns, values } = await mapOf(engine, JSON.stringify(change), changedByHand(change), method.id);
      for (const i of sums.keys()) {
        const row = change.isUpsideDown ? rows - 1 - Math.floor(i / columns) : Math.floor(i / columns);
        const column = change.isMirrored ? columns - 1 - (i % columns) : i % columns;
        sums[i] = (sums[i] ?? 0) + (values[row * columns + column] ?? 0) / changes.length;
      }
    }
    const mean = meanMap(steady)?.values ?? [];
    expect(mean).toHaveLength(sums.length);
    for (const [i, value] of mean.entries()) expect(value).toBeCloseTo(sums[i] ?? 0, 5);
    expect(Math.max(...(stdMap(steady)?.values ?? []))).toBeGreaterThan(0);
    engine.dispose();
  });

  it('have noise by its seed, and leave nothing behind when they are cancelled', async () => {
    const engine = await open(backend);
    const noisy = (seed: number) => mapOf(engine, 'as it is', IMAGE, 'grad-cam', { ...NOTHING, noise: 0.2, seed });
    const first = await noisy(1);
    expect(await noisy(1)).toEqual(first);
    expect(await noisy(2)).not.toEqual(first);
    const tensors = tf.memory().numTensors;
    const controller = new AbortController();
    const cancelled = mapOf(engine, 'as it is', IMAGE, 'occlusion', { ...NOTHING, noise: 0.2, seed: 2 }, controller);
    await expect(cancelled).rejects.toThrow();
    await noisy(2);
    expect(tf.memory().numTensors).toBe(tensors);
    engine.dispose();
  });
});
