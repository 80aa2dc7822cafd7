import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridUpTo, holds, listOf } from '../testing/property.ts';
import { type Fit, placeImage } from './geometry.ts';
import { type Pixels, resizeAntialiased } from './resize.ts';

const sides = fc.integer({ min: 1, max: 33 });
const levels = fc.integer({ min: 0, max: 255 });
const rowsOfGrey = gridUpTo(20).chain(({ rows, columns }) => listOf(rows, listOf(columns, levels)));

/** A grey image from rows of values. */
function grey(rows: number[][]): Pixels {
  const data = new Uint8ClampedArray(rows.flat().flatMap((value) => [value, value, value, 255]));
  return { width: rows[0]?.length ?? 0, height: rows.length, data };
}

function values({ data }: { data: Uint8ClampedArray }): number[] {
  return Array.from(data).filter((_, i) => i % 4 === 0);
}

function resized(image: Pixels, width: number, height: number, fit: Fit = 'stretched'): number[] {
  const target = { width, height };
  return values({ data: resizeAntialiased(image, placeImage(image, target, fit), target, 'bilinear') });
}

describe('resizeAntialiased', () => {
  it('leaves an image of the wanted size as it is', () => {
    const image = grey([
      [0, 50, 255],
      [7, 130, 99],
    ]);
    expect(resized(image, 3, 2)).toEqual(values(image));
  });

  it('halves with a triangle that reaches two pixels to either side', () => {
    // Centres at 1 and 3, support 2. Left: pixels 0, 1, 2 at distances 0.5, 0.5, 1.5 weigh 3, 3, 1 (of 7).
    expect(resized(grey([[0, 70, 140, 210]]), 2, 1)).toEqual([
      Math.floor((3 * 0 + 3 * 70 + 140) / 7 + 0.5),
      Math.floor((70 + 3 * 140 + 3 * 210) / 7 + 0.5),
    ]);
  });

  it('doubles by plain interpolation, half-pixel centres, borders repeated', () => {
    // 0.25 and 0.75 of the way between the two centres; beyond them the border's own value.
    expect(resized(grey([[0, 100]]), 4, 1)).toEqual([0, 25, 75, 100]);
  });

  it('works on rows as on columns', () => {
    holds(
      fc.property(fc.array(levels, { minLength: 1, maxLength: 20 }), sides, (row, length) => {
        expect(resized(grey(row.map((value) => [value])), 1, length)).toEqual(resized(grey([row]), length, 1));
      }),
    );
  });

  it('keeps a plain image plain, and any other within its own values, at any size', () => {
    holds(
      fc.property(rowsOfGrey, sides, sides, (rows, width, height) => {
        const before = rows.flat();
        const after = resized(grey(rows), width, height);
        expect(after).toHaveLength(width * height);
        expect(Math.min(...after)).toBeGreaterThanOrEqual(Math.min(...before));
        expect(Math.max(...after)).toBeLessThanOrEqual(Math.max(...before));
        const plain = rows.map((row) => row.map(() => before[0] ?? 0));
        expect(new Set(resized(grey(plain), width, height))).toEqual(new Set([before[0]]));
      }),
    );
  });

  it('makes one pixel fill everything', () => {
    expect(new Set(resized(grey([[42]]), 5, 5))).toEqual(new Set([42]));
  });

  it('crops the middle, and fills letter-box bars with black', () => {
    const wide = grey([
      [10, 20, 30, 40],
      [10, 20, 30, 40],
    ]);
    expect(resized(wide, 2, 2, 'centre-crop')).toEqual([20, 30, 20, 30]);
    const boxed = resized(wide, 4, 4, 'letterbox');
    expect(boxed.slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(boxed.slice(4, 8)).toEqual([10, 20, 30, 40]);
    expect(boxed.slice(12)).toEqual([0, 0, 0, 0]);
  });
});
