/**
 * Deletion and insertion (RISE: Petsiuk, Das and Saenko, BMVC 2018, section 4.2): how fast the probability falls as the most salient pixels
 * are removed, and rises as they are put in.
 */
import type { Pixels } from '../core/images/resize.ts';
import type { MeasuredMapImages, Metric, Series } from './metric.ts';

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

/** From the score of an image of nothing changed to that of one of which everything is. */
function curve(first: number, last: number, make: typeof deletionImage, of: MeasuredMapImages): ReturnType<Series> {
  return stepShares(of.steps).map((share, step) => {
    if (step === 0) return first;
    return step === of.steps ? last : () => make(of.image, of.replacement, of.ranking, share);
  });
}

export const deletionSeries: Series = (of) => curve(of.intact, of.left, deletionImage, of);

export const insertionSeries: Series = (of) => curve(of.left, of.intact, insertionImage, of);

export const deletion: Metric<'deletion', { readonly deletion: readonly number[] }> = {
  id: 'deletion',
  title: 'Deletion',
  isMoreBetter: false,
  isYesOrNo: false,
  needsBox: false,
  needsProbability: false,
  needsExplanations: false,
  isAgainstRandom: true,
  summary: 'The mean probability of the class while the most salient pixels are removed, step by step: the area under the curve.',
  formula: 'mean over steps s of p(image without its s most salient pixels), by trapezoids',
  weakness: 'Removed pixels leave shapes that no training image had, so a network may fall for the shape rather than for what is missing.',
  source: 'RISE: Petsiuk, Das and Saenko, BMVC 2018, section 4.2',
  score: (measures) => measures && areaUnderCurve(measures.deletion),
};

export const insertion: Metric<'insertion', { readonly insertion: readonly number[] }> = {
  id: 'insertion',
  title: 'Insertion',
  isMoreBetter: true,
  isYesOrNo: false,
  needsBox: false,
  needsProbability: false,
  needsExplanations: false,
  isAgainstRandom: true,
  summary: 'The mean probability of the class while the most salient pixels are put into a replaced image, step by step.',
  formula: 'mean over steps s of p(replacement with the s most salient pixels), by trapezoids',
  weakness: 'It rewards maps of one compact piece, and depends on what the image begins with.',
  source: 'RISE: Petsiuk, Das and Saenko, BMVC 2018, section 4.2',
  score: (measures) => measures && areaUnderCurve(measures.insertion),
};
