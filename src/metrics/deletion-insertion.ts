/**
 * Deletion and insertion (RISE: Petsiuk, Das and Saenko, BMVC 2018, section 4.2): how fast the probability falls as the most salient pixels are
 * removed, and rises as they are put in.
 */
import type { Pixels } from '../core/images/resize.ts';

/** The shares of the pixels after each step, from none to all: `[steps + 1]`. */
export function stepShares(steps: number): number[] {
  return Array.from({ length: steps + 1 }, (_, step) => step / steps);
}

/** `base` with the first share of the ranked pixels taken from `source`. */
function withPixels(base: Uint8ClampedArray, source: Uint8ClampedArray, ranking: Uint32Array, share: number): Uint8ClampedArray {
  const result = base.slice();
  for (const pixel of ranking.subarray(0, Math.round(ranking.length * share))) {
    for (let channel = 0; channel < 4; channel++) result[pixel * 4 + channel] = source[pixel * 4 + channel] ?? 0;
  }
  return result;
}

/** The image without the most salient share of its pixels. */
export function deletionImage({ data }: Pixels, replacement: Uint8ClampedArray, ranking: Uint32Array, share: number): Uint8ClampedArray {
  return withPixels(data, replacement, ranking, share);
}

/** The replacement with the most salient share of the image's pixels put in. */
export function insertionImage({ data }: Pixels, replacement: Uint8ClampedArray, ranking: Uint32Array, share: number): Uint8ClampedArray {
  return withPixels(replacement, data, ranking, share);
}

/**
 * By trapezoids over equal steps, of the unit interval: the mean height of the curve.
 *
 * @returns null for less than two points, or where one is no number
 */
export function areaUnderCurve(values: readonly number[]): number | null {
  const ends = ((values[0] ?? Number.NaN) + (values.at(-1) ?? Number.NaN)) / 2;
  const between = values.slice(1, -1).reduce((sum, value) => sum + value, 0);
  const area = (ends + between) / (values.length - 1);
  return Number.isFinite(area) ? area : null;
}
