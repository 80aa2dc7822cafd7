/** Measures of maps whose worth is known beforehand: a spike planted in the image, and maps that find it or look away. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import type { Preprocessing } from '../../core/images/preprocessing.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { randomMap } from '../../core/statistics/random.ts';
import { areaUnderCurve } from '../../metrics/deletion-insertion.ts';
import type { MapMeasures } from '../../metrics/measures.ts';
import type { Removal } from '../../metrics/removal.ts';
import { REPLACEMENTS } from '../../metrics/replacement.ts';
import { metricScores } from '../../metrics/scores.ts';
import type { MeasureEvent } from '../../protocol/measure.ts';
import type { LocalEngine } from '../local-engine.ts';
import { availableBackends } from '../node/node-device.ts';
import { engineWith, plainImage, testManifest } from '../testing/test-engine.ts';
import { spikeModel } from '../testing/tiny-models.ts';

const SIDE = 8;
const STEPS = 16;
const PLAIN: Preprocessing = { channels: 'rgb', scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1], fit: 'stretched' };
/** Four of sixty-four pixels: one step of sixteen. */
const SPIKE = [18, 19, 26, 27];

const SCORE = { classIndex: 0, kind: 'probability', versus: null, reading: 'softmax' } as const;

function image() {
  const pixels = plainImage(SIDE, SIDE);
  for (const pixel of SPIKE) pixels.data[pixel * 4 + 1] = 255;
  return { id: 'spike', pixels };
}

/** One value per pixel: `inside` at the spike, `outside` elsewhere. */
function mapOf(inside: number, outside: number): SaliencyMap {
  return {
    rows: SIDE,
    columns: SIDE,
    values: Float32Array.from({ length: SIDE * SIDE }, (_, i) => (SPIKE.includes(i) ? inside : outside)),
  };
}

async function measured(
  engine: LocalEngine,
  maps: Record<string, SaliencyMap>,
  signal?: AbortSignal,
  onTotal?: (total: number) => void,
): Promise<Map<string, MapMeasures>> {
  const found = new Map<string, MapMeasures>();
  const request = {
    image: image(),
    score: SCORE,
    maps: Object.entries(maps).map(([id, map]) => ({ id, map })),
    settings: { steps: STEPS, replacement: 'black' },
    budgetBytes: 64e6,
  } as const;
  await engine.measure(
    request,
    (event: MeasureEvent) => {
      if (event.kind === 'measured') found.set(event.id, event.measures);
      if (event.kind === 'progress') onTotal?.(event.total);
    },
    signal,
  );
  return found;
}

const MAPS = { perfect: mapOf(1, 0), inverted: mapOf(-1, 0) };
const byBackend = new Map<string, Map<string, MapMeasures>>();

describe.each(await availableBackends())('measures on %s', (backend) => {
  const open = async () => engineWith(backend, await spikeModel(SIDE, SIDE), testManifest(SIDE, SIDE, { preprocessing: PLAIN }));

  it('deletion by a perfect map falls at the first step, by an inverted one at the last', async () => {
    const engine = await open();
    const tensors = tf.memory().numTensors;
    const found = await measured(engine, MAPS);
    byBackend.set(backend, found);
    expect(tf.memory().numTensors).toBe(tensors);
    const [perfect, inverted] = [found.get('perfect'), found.get('inverted')];
    if (!perfect || !inverted) throw new Error('a map was not measured');
    // The image's four pixels of 64, times 8 and -8: logits of 0.5 and -0.5.
    const intact = 1 / (1 + Math.exp(-1));
    expect(perfect.intact).toBeCloseTo(intact, 5);
    for (const [step, value] of perfect.deletion.entries()) expect(value).toBeCloseTo(step === 0 ? intact : 0.5, 5);
    for (const [step, value] of inverted.deletion.entries()) expect(value).toBeCloseTo(step === STEPS ? 0.5 : intact, 5);
    for (const [step, value] of perfect.insertion.entries()) expect(value).toBeCloseTo(step === 0 ? 0.5 : intact, 5);
    for (const [step, value] of inverted.insertion.entries()) expect(value).toBeCloseTo(step === STEPS ? intact : 0.5, 5);
    expect(areaUnderCurve(perfect.deletion)).toBeCloseTo(0.5 + (intact - 0.5) / (2 * STEPS), 5);
    engine.dispose();
  });

  it('an image that several maps ask for runs once, and says the same to the last bit as where each is measured alone', async () => {
    const engine = await open();
    const alike = { ...MAPS, scaled: mapOf(3, 0), other: randomMap({ rows: SIDE, columns: SIDE }, 5) };
    const passes: number[] = [];
    const together = await measured(engine, alike, undefined, (total) => passes.push(total));
    const [ofAll = Number.NaN] = passes.splice(0);
    for (const [id, map] of Object.entries(alike)) {
      expect(together.get(id)).toEqual((await measured(engine, { [id]: map }, undefined, (total) => passes.push(total))).get(id));
    }
    // All of the scaled map's are there already, but for its own part of the image.
    const ofOne = 2 * (STEPS - 1) + 2 * 9 + 1;
    expect(new Set(passes)).toEqual(new Set([ofOne]));
    expect(ofAll).toBeLessThanOrEqual(3 * ofOne + 1);
    engine.dispose();
  });

  it('every metric prefers the map that finds the spike', async () => {
    const engine = await open();
    const found = await measured(engine, MAPS);
    const [good, bad] = [
      metricScores(found.get('perfect') ?? null, null, 'softmax'),
      metricScores(found.get('inverted') ?? null, null, 'softmax'),
    ];
    expect(good.deletion).toBeLessThan(bad.deletion ?? 0);
    expect(good.insertion).toBeGreaterThan(bad.insertion ?? 1);
    expect(good['average-drop']).toBeLessThan(bad['average-drop'] ?? 0);
    expect(good.road).toBeGreaterThan(bad.road ?? 1);
    engine.dispose();
  });

  it('what pixels become is chosen by what the network says without them, for all maps alike', async () => {
    const engine = await open();
    const tensors = tf.memory().numTensors;
    const removals: Removal[] = [];
    const found: MapMeasures[] = [];
    const request = { image: image(), score: SCORE, budgetBytes: 64e6 };
    const onEvent = (event: MeasureEvent) => {
      if (event.kind === 'removal') removals.push(event.removal);
      if (event.kind === 'measured') found.push(event.measures);
    };
    await engine.measure(
      { ...request, maps: Object.entries(MAPS).map(([id, map]) => ({ id, map })), settings: { steps: STEPS, replacement: 'auto' } },
      onEvent,
    );
    // The network sees the mean of green alone, which only black changes.
    const [{ removed, ...removal } = { removed: {} }] = removals;
    const intact = 1 / (1 + Math.exp(-1));
    expect(removal).toMatchObject({ replacement: 'black', isAutomatic: true, isNumber: false, intact: expect.closeTo(intact, 5) });
    expect(removed.mean).toBeCloseTo(intact, 2);
    expect(removed.black).toBeCloseTo(0.5, 5);
    for (const { deletion, insertion } of found) {
      expect([deletion[0], deletion[STEPS]]).toEqual([expect.closeTo(intact, 5), expect.closeTo(0.5, 5)]);
      expect([insertion[0], insertion[STEPS]]).toEqual([expect.closeTo(0.5, 5), expect.closeTo(intact, 5)]);
    }
    expect(found).toHaveLength(2);
    // Without maps only that is found out; a person's choice stands.
    await engine.measure({ ...request, maps: [], settings: { steps: STEPS, replacement: 'mean' } }, onEvent);
    expect(removals.at(-1)).toMatchObject({ replacement: 'mean', isAutomatic: false });
    expect(Object.keys(removals.at(-1)?.removed ?? {})).toEqual(['mean']);
    expect(tf.memory().numTensors).toBe(tensors);
    engine.dispose();
  });

  it('what is known of the image and its replacements is not asked again, and taken as it is', async () => {
    const engine = await open();
    const run = vi.spyOn(tf.engine(), 'runKernel');
    /** Of the image that ran since, by the tensors that the network was given. */
    const imagesRun = () => {
      const taken = run.mock.calls.flatMap(([, inputs]) => Object.values(inputs) as (tf.Tensor | undefined)[]);
      const given = taken.flatMap((x) => (x && /^\d+,8,8,3$/.test(x.shape.join()) ? [x] : []));
      run.mockClear();
      return [...new Map(given.map(({ dataId, shape }) => [dataId, shape[0] ?? 0])).values()].reduce((sum, count) => sum + count, 0);
    };
    const removalFrom = async (known?: Pick<Removal, 'intact' | 'removed'>) => {
      const removals: Removal[] = [];
      const request = { image: image(), score: SCORE, budgetBytes: 64e6, maps: [], ...(known && { known }) };
      await engine.measure({ ...request, settings: { steps: STEPS, replacement: 'auto' } }, (event) => {
        if (event.kind === 'removal') removals.push(event.removal);
      });
      return { removal: removals[0], images: imagesRun() };
    };
    const { removal, images } = await removalFrom();
    expect(images).toBe(1 + REPLACEMENTS.length);
    if (!removal) throw new Error('nothing was found out');
    expect(await removalFrom({ intact: removal.intact, removed: {} })).toEqual({ removal, images: REPLACEMENTS.length });
    expect(await removalFrom(removal)).toEqual({ removal, images: 0 });
    const { black: _, ...others } = removal.removed;
    expect(await removalFrom({ intact: 0.75, removed: others })).toEqual({ removal: { ...removal, intact: 0.75 }, images: 1 });
    run.mockRestore();
    engine.dispose();
  });

  it('a cancelled measurement leaves nothing behind', async () => {
    const engine = await open();
    const tensors = tf.memory().numTensors;
    const controller = new AbortController();
    controller.abort();
    await expect(measured(engine, MAPS, controller.signal)).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(tensors);
    engine.dispose();
  });
});

it('measures are the same on every backend, to 1e-3', () => {
  const [first, ...others] = [...byBackend.values()];
  for (const other of others) {
    for (const [id, measures] of first ?? []) {
      const numbers = (of: MapMeasures | undefined) => Object.values(of ?? {}).flat();
      const theirs = numbers(other.get(id));
      expect(theirs).toHaveLength(numbers(measures).length);
      for (const [i, value] of numbers(measures).entries()) expect(Math.abs(value - (theirs[i] ?? Number.NaN))).toBeLessThan(1e-3);
    }
  }
});
