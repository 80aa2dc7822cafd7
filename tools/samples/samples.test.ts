/** The samples that come with the built-in models: what is stored of them, and what they are there to show. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inputFrame } from '../../src/core/images/geometry.ts';
import type { SaliencyMap } from '../../src/core/maps/saliency-map.ts';
import { methodOf } from '../../src/explain/methods/list.ts';
import { topClasses } from '../../src/explain/target.ts';
import { readImage } from '../../src/formats/testing/goldens.ts';
import { parseManifest } from '../../src/formats/usage/manifest.ts';
import { pointingOf } from '../../src/metrics/pointing.ts';
import { restoreSample, type StoredSample } from '../../src/platform/samples.ts';
import { SHIPPED } from '../model-index/model-index.ts';
import { EVERYDAY_SAMPLES } from './everyday-samples.ts';
import { explainImages } from './explain-images.ts';

const FOLDER = 'public/samples';
const EVERYDAY = 'densenet169-everyday';

function storedSamples(modelId: string): StoredSample[] {
  return JSON.parse(readFileSync(`${FOLDER}/${modelId}/samples.json`, 'utf8'));
}

/** The greatest difference, as a share of the range of what is wanted. */
function difference(actual: readonly number[], wanted: readonly number[]): number {
  expect(actual.length).toBe(wanted.length);
  const range = Math.max(...wanted) - Math.min(...wanted);
  return Math.max(...wanted.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN)))) / range;
}

describe.each(SHIPPED)('the samples of %s', (modelId) => {
  const samples = storedSamples(modelId);

  it('are stored as the engine explains them today', async () => {
    const today = await explainImages(modelId, `${FOLDER}/${modelId}`, samples);
    for (const [i, stored] of samples.entries()) {
      const { logits, gradCam, sweep, named, layer } = today[i] ?? stored;
      expect([named, layer, gradCam.classIndex], stored.name).toEqual([stored.named, stored.layer, stored.gradCam.classIndex]);
      expect(difference(logits, stored.logits), stored.name).toBeLessThan(1e-3);
      expect(difference(gradCam.values, stored.gradCam.values), stored.name).toBeLessThan(1e-3);
      // Ablated one cell at a time, logits differ by little: what counts is the drop.
      const drops = (explained: StoredSample) =>
        explained.sweep.logits.map((logit, j) => (explained.logits[j % explained.logits.length] ?? Number.NaN) - logit);
      expect(difference(drops({ ...stored, logits, sweep }), drops(stored)), stored.name).toBeLessThan(1e-3);
    }
  });

  it('are small, and all that lies in their folder', async () => {
    expect(readdirSync(`${FOLDER}/${modelId}`).sort()).toEqual([...samples.map(({ name }) => name), 'samples.json'].sort());
    for (const { name } of samples) {
      const { width, height } = await readImage(`${FOLDER}/${modelId}/${name}`);
      expect(Math.max(width, height)).toBeLessThanOrEqual(480);
    }
  });
});

/** The map with every cell taken from somewhere else. */
function moved({ rows, columns, values }: SaliencyMap, from: (row: number, column: number) => readonly [number, number]): SaliencyMap {
  const source = (row: number, column: number) => ((row + rows) % rows) * columns + ((column + columns) % columns);
  const cell = (i: number) => values[source(...from(Math.floor(i / columns), i % columns))] ?? Number.NaN;
  return { rows, columns, values: Float32Array.from(values, (_, i) => cell(i)) };
}

/** Not down: what speaks for persons and houses is in the upper part of their boxes. */
const MOVES: Readonly<Record<string, (row: number, column: number) => readonly [number, number]>> = {
  'one cell to the right': (row, column) => [row, column - 1],
  'one cell to the left': (row, column) => [row, column + 1],
  'one cell up': (row, column) => [row + 1, column],
  'upside down': (row, column) => [-1 - row, column],
  'left to right': (row, column) => [row, -1 - column],
};

describe('the everyday samples', () => {
  const samples = storedSamples(EVERYDAY);
  const path = `public/models/${EVERYDAY}/manifest.json`;
  const model = parseManifest(path, readFileSync(path, 'utf8'));

  /** Both maps of the best class. */
  function mapsOf(stored: StoredSample): SaliencyMap[] {
    const { results, logits } = restoreSample(stored, () => Promise.reject(new Error('not needed')));
    const score = { classIndex: topClasses(logits, 'softmax', 1)[0] ?? -1, kind: 'logit', versus: null, reading: 'softmax' } as const;
    return results.map(({ result }) => methodOf(result.method).mapOf(result, score, null).raw);
  }

  /** Of the samples that are named rightly: how each method's map points at the object, the map having been moved. */
  async function pointings(move: (map: SaliencyMap) => SaliencyMap = (map) => map) {
    const all = [];
    for (const stored of samples.filter(({ label, named }) => label === named)) {
      const size = await readImage(`${FOLDER}/${EVERYDAY}/${stored.name}`);
      const frame = inputFrame(size, model.input, model.preprocessing.fit);
      for (const map of mapsOf(stored)) all.push({ name: stored.name, pointing: stored.box && pointingOf(move(map), stored.box, frame) });
    }
    return all;
  }

  const total = (all: Awaited<ReturnType<typeof pointings>>) =>
    all.reduce((sum, { pointing }) => sum + (pointing?.energy ?? Number.NaN), 0);

  it('have more energy in the box around the object than chance would put there, by both methods', async () => {
    const all = await pointings();
    expect(all.length).toBe(2 * (samples.length - 1));
    for (const { name, pointing } of all) {
      expect(pointing?.energy, name).toBeGreaterThan(pointing?.boxShare ?? 1);
      expect(pointing?.isHit, name).toBe(true);
    }
  });

  it.each(Object.entries(MOVES))('would point less at their objects with maps moved %s', async (_, from) => {
    expect(total(await pointings((map) => moved(map, from)))).toBeLessThan(total(await pointings()));
  });

  it('have boxes inside their images', async () => {
    for (const { name, box } of samples) {
      const { width, height } = await readImage(`${FOLDER}/${EVERYDAY}/${name}`);
      if (!box) throw new Error(`${name} has no box`);
      expect(Math.min(box.left, box.top, width - box.left - box.width, height - box.top - box.height), name).toBeGreaterThanOrEqual(0);
      expect((box.width * box.height) / (width * height), name).toBeLessThan(0.95);
    }
  });

  it('are the ones that are described, with what is said of them', () => {
    const described = ({ name, label, caption, credit, box }: StoredSample) => ({ name, label, caption, credit, box });
    expect(samples.map(described)).toEqual(EVERYDAY_SAMPLES);
    expect(samples.every(({ credit, label }) => credit && label)).toBe(true);
  });

  it('are credited to their makers, in the folder too, with URL and licence', () => {
    const readme = readFileSync(`${FOLDER}/README.md`, 'utf8');
    for (const { name, credit } of samples) {
      const row = readme.split('\n').find((line) => line.startsWith(`| ${name} `)) ?? '';
      expect(row).toContain(credit?.text.split(',')[0]);
      expect(row).toContain(credit?.url);
      expect(row).toMatch(/public domain|CC0/);
      expect(credit?.text).toMatch(/public domain|CC0/);
    }
  });

  it('are named rightly, but for the one that shows what the maps are for', () => {
    expect(samples.filter(({ label, named }) => label !== named).map(({ name }) => name)).toEqual(['airplane.jpg']);
  });
});
