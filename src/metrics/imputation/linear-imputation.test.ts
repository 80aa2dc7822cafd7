import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomMap } from '../../core/statistics/random.ts';
import { formulaImage, imageOf } from '../../core/statistics/testing/images.ts';
import { readNumbers } from '../../core/statistics/testing/numbers.ts';
import { gridUpTo, holds, listOf } from '../../core/testing/property.ts';
import { pixelRanking, rankedMask } from '../ranking.ts';
import { linearlyImputed } from './linear-imputation.ts';

const numbers = readNumbers<{
  width: number;
  height: number;
  image: number[];
  small: { name: string; removed: number[]; values: number[] }[];
  large: { share: number; pixels: number[]; values: number[] }[];
}>('imputation.json');

/** In levels of 255. */
const ACCURACY = 0.05;
const SIDE = 224;

const large = formulaImage(SIDE, SIDE);

/** How far the values of these pixels are from the expected ones, `[pixels, 3]`, at the most. */
function largestError(values: Float32Array, pixels: readonly number[], expected: readonly number[]): number {
  return expected.reduce((worst, value, i) => {
    const off = Math.abs((values[(pixels[Math.floor(i / 3)] ?? 0) * 4 + (i % 3)] ?? Number.NaN) - value);
    return Math.max(worst, off);
  }, 0);
}

/** The mean of the pixels around one, those beside it weighing twice as much as those across. */
function meanAround(values: Float32Array, rows: number, columns: number, pixel: number, channel: number): number {
  const [row, column] = [Math.floor(pixel / columns), pixel % columns];
  let [sum, weights] = [0, 0];
  for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
    for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
      if (y === row && x === column) continue;
      const weight = y === row || x === column ? 2 : 1;
      sum += weight * (values[(y * columns + x) * 4 + channel] ?? Number.NaN);
      weights += weight;
    }
  }
  return sum / weights;
}

describe('linear imputation', () => {
  it.each(numbers.small)('gives what a direct solver gives: $name', ({ removed, values }) => {
    const image = imageOf(numbers.width, numbers.height, numbers.image);
    const pixels = removed.flatMap((isRemoved, pixel) => (isRemoved ? [pixel] : []));
    expect(largestError(linearlyImputed(image, Uint8Array.from(removed)), pixels, values)).toBeLessThan(ACCURACY);
  });

  it.each(numbers.large)('gives what a direct solver gives at 224 x 224, with a hole of $share', ({ share, pixels, values }) => {
    const order = Array.from({ length: SIDE * SIDE }, (_, i) => i);
    const distance = (i: number) => {
      const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
      return (x - 90) ** 2 * 2 + (y - 130) ** 2 * 3 + x / 1000 + y / 1e6;
    };
    order.sort((a, b) => distance(a) - distance(b));
    const removed = new Uint8Array(SIDE * SIDE);
    for (const pixel of order.slice(0, Math.round(share * order.length))) removed[pixel] = 1;
    expect(largestError(linearlyImputed(large, removed), pixels, values)).toBeLessThan(ACCURACY);
  });

  it('is a weighted mean of the neighbours, which one can work out by hand', () => {
    // One pixel in the middle, one at the border (5 neighbours: 3 beside it, 2 across), one in the corner (2 and 1).
    const image = imageOf(
      3,
      3,
      [10, 20, 30, 40, 50, 60, 70, 80, 90].flatMap((value) => [value, 0, 0]),
    );
    const imputed = (pixel: number) => {
      const removed = new Uint8Array(9);
      removed[pixel] = 1;
      return linearlyImputed(image, removed)[pixel * 4];
    };
    expect(imputed(4)).toBeCloseTo((20 + 40 + 60 + 80) / 6 + (10 + 30 + 70 + 90) / 12, 4);
    expect(imputed(1)).toBeCloseTo(((10 + 30 + 50) / 6 + (40 + 60) / 12) / (3 / 6 + 2 / 12), 4);
    expect(imputed(0)).toBeCloseTo(((20 + 40) / 6 + 50 / 12) / (2 / 6 + 1 / 12), 4);
  });

  it('leaves what is kept alone, and makes every other pixel the weighted mean of its neighbours, whatever is removed', () => {
    const cases = gridUpTo(24).chain(({ rows, columns }) =>
      fc.record({
        columns: fc.constant(columns),
        rows: fc.constant(rows),
        colours: listOf(rows * columns * 3, fc.integer({ min: 0, max: 255 })),
        removed: listOf(rows * columns, fc.boolean()),
      }),
    );
    holds(
      fc.property(cases, ({ columns, rows, colours, removed }) => {
        fc.pre(removed.includes(false));
        const image = imageOf(columns, rows, colours);
        const values = linearlyImputed(image, Uint8Array.from(removed, Number));
        for (const [i, value] of values.entries()) {
          const pixel = Math.floor(i / 4);
          const mean = removed[pixel] && i % 4 < 3 ? meanAround(values, rows, columns, pixel, i % 4) : image.data[i];
          expect(Math.abs(value - (mean ?? Number.NaN))).toBeLessThan(removed[pixel] ? 2 * ACCURACY : 1e-9);
        }
      }),
    );
  });

  it('stays within the values that are kept, in large images too', () => {
    for (const share of [0.1, 0.5, 0.9]) {
      const removed = rankedMask(pixelRanking(randomMap({ rows: 7, columns: 7 }, 8), large) ?? new Uint32Array(), share, true);
      const values = linearlyImputed(large, removed);
      let [low, high, changed] = [255, 0, 0];
      for (const [i, value] of values.entries()) {
        low = Math.min(low, value);
        high = Math.max(high, value);
        if (!removed[Math.floor(i / 4)] && value !== large.data[i]) changed++;
      }
      expect(changed).toBe(0);
      expect(low).toBeGreaterThan(-ACCURACY);
      expect(high).toBeLessThan(255 + ACCURACY);
    }
  });

  it('says the same to the last bit whatever was removed from the image before', () => {
    const ranking = pixelRanking(randomMap({ rows: 9, columns: 7 }, 3), large) ?? new Uint32Array();
    const [few, many] = [rankedMask(ranking, 0.2, true), rankedMask(ranking, 0.7, false)];
    const first = linearlyImputed(large, few);
    linearlyImputed(large, many);
    for (const image of [large, { ...large }]) {
      const again = linearlyImputed(image, few);
      expect(first.every((value, i) => value === again[i])).toBe(true);
    }
  });

  it('fills in transparency as it does a colour', () => {
    const [width, height] = [33, 20];
    const colours = formulaImage(width, height).data;
    const data = colours.map((value, i) => (i % 4 === 3 ? (colours[i - 2] ?? 0) : value));
    const removed = rankedMask(Uint32Array.from({ length: width * height }, (_, i) => i).reverse(), 0.4, true);
    const values = linearlyImputed({ width, height, data }, removed);
    expect(values.filter((_, i) => i % 4 === 3)).toEqual(values.filter((_, i) => i % 4 === 1));
  });

  it('goes on with a linear gradient where the border is kept', () => {
    const [width, height] = [41, 30];
    const image = imageOf(
      width,
      height,
      Array.from({ length: width * height * 3 }, (_, i) => (Math.floor(i / 3) % width) * 3 + Math.floor(i / 3 / width) * 4),
    );
    const removed = Uint8Array.from({ length: width * height }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return x > 0 && y > 0 && x < width - 1 && y < height - 1 ? 1 : 0;
    });
    const values = linearlyImputed(image, removed);
    for (const [i, value] of image.data.entries()) expect(Math.abs((values[i] ?? 0) - value)).toBeLessThan(ACCURACY);
  });

  it('fills everything with the one pixel that is kept', () => {
    const removed = new Uint8Array(SIDE * SIDE).fill(1);
    removed[777] = 0;
    const values = linearlyImputed(large, removed);
    for (const [i, value] of values.entries()) expect(Math.abs(value - (large.data[777 * 4 + (i % 4)] ?? 0))).toBeLessThan(ACCURACY);
  });

  it('changes nothing where nothing is removed, and leaves black where everything is', () => {
    const image = imageOf(3, 2, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
    expect([...linearlyImputed(image, new Uint8Array(6))]).toEqual([...image.data]);
    const black = linearlyImputed(image, new Uint8Array(6).fill(1));
    expect([...black]).toEqual(Array.from({ length: 24 }, (_, i) => (i % 4 === 3 ? 255 : 0)));
  });
});
