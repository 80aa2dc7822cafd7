/** What stands in for ablated activations, on a network whose score is the mean of its cells: every drop is known beforehand. */
import { describe, expect, it } from 'vitest';
import type { Preprocessing } from '../core/images/preprocessing.ts';
import { type AblationSettings, mapOfSweep, positionGrid, windowCells } from '../explain/ablation-plan.ts';
import { availableBackends } from './node/node-device.ts';
import { engineWith, explain, plainImage, resultOf, testManifest } from './testing/test-engine.ts';
import { spikeModel } from './testing/tiny-models.ts';

const PLAIN: Preprocessing = { channels: 'rgb', scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1], fit: 'stretched' };
const ROWS = 4;
const COLUMNS = 5;
/** The model's weight of the mean activation in class 0. Class 1 has the opposite one. */
const WEIGHT = 8;

/** Green values without a pattern; they are the activations. */
const GREEN = Array.from({ length: ROWS * COLUMNS }, (_, i) => (i * 73 + 41) % 256);
const ACTIVATIONS = GREEN.map((value) => value / 255);

function image() {
  const pixels = plainImage(COLUMNS, ROWS);
  for (const [i, value] of GREEN.entries()) pixels.data[i * 4 + 1] = value;
  return { id: 'green', pixels };
}

/** A Gaussian of two cells whose weights add up to one wherever it stands. */
function blurred(row: number, column: number): number {
  let sum = 0;
  let weights = 0;
  for (const [i, value] of ACTIVATIONS.entries()) {
    const distance = (Math.floor(i / COLUMNS) - row) ** 2 + ((i % COLUMNS) - column) ** 2;
    const weight = Math.exp(-distance / 8);
    sum += weight * value;
    weights += weight;
  }
  return sum / weights;
}

const MEAN = ACTIVATIONS.reduce((a, b) => a + b, 0) / ACTIVATIONS.length;

const CASES: readonly (readonly [AblationSettings, (cell: number) => number])[] = [
  [{ window: 1, stride: 1, value: 0 }, () => 0],
  [{ window: 1, stride: 1, value: 2 }, (cell) => 2 * (ACTIVATIONS[cell] ?? Number.NaN)],
  [{ window: 1, stride: 1, value: -0.5 }, (cell) => -0.5 * (ACTIVATIONS[cell] ?? Number.NaN)],
  [{ window: 1, stride: 1, value: 'mean' }, () => MEAN],
  [{ window: 1, stride: 1, value: 'blur' }, (cell) => blurred(Math.floor(cell / COLUMNS), cell % COLUMNS)],
  [{ window: 3, stride: 2, value: 0 }, () => 0],
  [{ window: 2, stride: 3, value: 'mean' }, () => MEAN],
  [{ window: 9, stride: 9, value: 0 }, () => 0],
];

describe.each(await availableBackends())('ablated activations on %s', (backend) => {
  it.each(CASES)('with %j drop the score by what they lose', async (ablation, replacement) => {
    const engine = await engineWith(backend, await spikeModel(ROWS, COLUMNS), testManifest(ROWS, COLUMNS, { preprocessing: PLAIN }));
    const request = {
      image: image(),
      layer: 'spikes',
      classIndex: 0,
      score: 'logit',
      ablation,
      methods: ['fast-ablation-cam'],
    } as const;
    await explain(engine, request);
    const before = (await engine.memory()).tensors;
    const { sweep } = resultOf((await explain(engine, request)).results, 'fast-ablation-cam');
    expect((await engine.memory()).tensors).toBe(before);

    const map = mapOfSweep(sweep, { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' });
    expect({ rows: map.rows, columns: map.columns }).toEqual(positionGrid({ rows: ROWS, columns: COLUMNS }, ablation));
    for (const [position, { top, left, bottom, right }] of windowCells({ rows: ROWS, columns: COLUMNS }, ablation).entries()) {
      let lost = 0;
      for (let row = top; row < bottom; row++)
        for (let column = left; column < right; column++) {
          const cell = row * COLUMNS + column;
          lost += (ACTIVATIONS[cell] ?? Number.NaN) - replacement(cell);
        }
      expect(map.values[position]).toBeCloseTo((WEIGHT * lost) / ACTIVATIONS.length, 4);
    }
    // Class 1 is the opposite of class 0, so the difference of the two drops twice as far.
    const difference = mapOfSweep(sweep, { classIndex: 0, kind: 'logit', versus: 1, reading: 'softmax' });
    for (const [i, value] of difference.values.entries()) expect(value).toBeCloseTo(2 * (map.values[i] ?? Number.NaN), 4);
    engine.dispose();
  });

  it('Grad-CAM of one class against another is the difference of their maps', async () => {
    const engine = await engineWith(backend, await spikeModel(ROWS, COLUMNS), testManifest(ROWS, COLUMNS, { preprocessing: PLAIN }));
    const mapOf = async (classIndex: number, versus: number | null) => {
      const request = { image: image(), layer: 'spikes', classIndex, score: 'logit', versus, methods: ['grad-cam'] } as const;
      return resultOf((await explain(engine, request)).results, 'grad-cam').map.values;
    };
    const [own, other, difference] = [await mapOf(0, null), await mapOf(1, null), await mapOf(0, 1)];
    for (const [i, value] of difference.entries()) expect(value).toBeCloseTo((own[i] ?? Number.NaN) - (other[i] ?? Number.NaN), 5);
    engine.dispose();
  });
});
