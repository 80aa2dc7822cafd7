import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../core/statistics/random.ts';
import { fillMask, KEPT_SHARE, riseMask } from './rise-masks.ts';

const IMAGE = { rows: 20, columns: 33 };

function maskOf(seed: number, index: number, image = IMAGE): Float32Array {
  const mask = new Float32Array(image.rows * image.columns);
  fillMask(riseMask(seed, index, image), image, image, mask);
  return mask;
}

describe('RISE’s masks', () => {
  it('are the same whatever was asked for before, and others for another seed', () => {
    const [first, second] = [maskOf(3, 7), maskOf(3, 8)];
    expect(maskOf(3, 8)).toEqual(second);
    expect(maskOf(3, 7)).toEqual(first);
    expect(first).not.toEqual(second);
    expect(maskOf(4, 7)).not.toEqual(first);
  });

  it('are drawn from one row of numbers, mask after mask', () => {
    const random = randomFrom(5);
    for (let index = 0; index < 3; index++) {
      const { grid, top, left } = riseMask(5, index, IMAGE);
      expect([...grid.values]).toEqual(Array.from({ length: 49 }, () => (random() < KEPT_SHARE ? 1 : 0)));
      expect([top, left]).toEqual([Math.floor(random() * 3), Math.floor(random() * 5)]);
    }
  });

  it('are a grid of seven cells, enlarged to one cell more than the image, with half-pixel centres, and cut', () => {
    // 14 pixels: cells of 2, so that 7 cells are laid over 16 pixels.
    const image = { rows: 14, columns: 14 };
    const mask = riseMask(1, 0, image);
    const values = maskOf(1, 0, image);
    const at = (row: number, column: number) => mask.grid.values[row * 7 + column] ?? Number.NaN;
    for (const [y, x] of [
      [0, 0],
      [3, 9],
      [13, 13],
    ] as const) {
      const place = (pixel: number, start: number) => Math.min(6, Math.max(0, ((pixel + start + 0.5) * 7) / 16 - 0.5));
      const [v, u] = [place(y, mask.top), place(x, mask.left)];
      const [r, c] = [Math.min(5, Math.floor(v)), Math.min(5, Math.floor(u))];
      const [dv, du] = [v - r, u - c];
      const expected = (at(r, c) * (1 - du) + at(r, c + 1) * du) * (1 - dv) + (at(r + 1, c) * (1 - du) + at(r + 1, c + 1) * du) * dv;
      expect(values[y * 14 + x]).toBeCloseTo(expected, 6);
    }
  });

  it('show every pixel half of the time', () => {
    const count = 2000;
    const sums = new Float64Array(IMAGE.rows * IMAGE.columns);
    for (let index = 0; index < count; index++) for (const [i, value] of maskOf(2, index).entries()) sums[i] = (sums[i] ?? 0) + value;
    // Five times the error of a mean of so many zeros and ones.
    for (const sum of sums) expect(Math.abs(sum / count - KEPT_SHARE)).toBeLessThan(5 * Math.sqrt(0.25 / count));
  });

  it('over fewer cells than pixels are what they are in the middle of each', () => {
    const image = { rows: 21, columns: 21 };
    const coarse = new Float32Array(49);
    fillMask(riseMask(9, 4, image), image, { rows: 7, columns: 7 }, coarse);
    const fine = maskOf(9, 4, image);
    // Of three pixels the second lies in the middle.
    for (let row = 0; row < 7; row++)
      for (let column = 0; column < 7; column++) {
        expect(coarse[row * 7 + column]).toBeCloseTo(fine[(row * 3 + 1) * 21 + column * 3 + 1] ?? Number.NaN, 6);
      }
  });
});
