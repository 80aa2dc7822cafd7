/**
 * Deletion and insertion (RISE: Petsiuk, Das and Saenko, BMVC 2018, section 4.2): how fast the probability falls as the most salient pixels
 * are removed, and rises as they are put in.
 */
import type { Pixels } from '../core/images/resize.ts';
import type { MeasuredMapImages, Metric, Series } from './metric.ts';
import { rankedMask } from './ranking.ts';

/** The shares of the pixels after each step, from none to all: `[steps + 1]`. */
export function stepShares(steps: number): number[] {
  return Array.from({ length: steps + 1 }, (_, step) => step / steps);
}

/** The image with every pixel of the mask replaced. */
function withReplaced({ data }: Pixels, replacement: Uint8ClampedArray, mask: Uint8Array): Uint8ClampedArray {
  const result = data.slice();
  for (const [pixel, isReplaced] of mask.entries()) {
    if (isReplaced) for (let i = pixel * 4; i < pixel * 4 + 4; i++) result[i] = replacement[i] ?? 0;
  }
  return result;
}

/** Which pixels are replaced where the most salient share of them is, or everything else. */
function replacedMask(ranking: Uint32Array, share: number, isInsertion: boolean): Uint8Array {
  const salient = rankedMask(ranking, share, true);
  return isInsertion ? salient.map((isSalient) => 1 - isSalient) : salient;
}

/** The image without the most salient share of its pixels. */
export function deletionImage(image: Pixels, replacement: Uint8ClampedArray, ranking: Uint32Array, share: number): Uint8ClampedArray {
  return withReplaced(image, replacement, replacedMask(ranking, share, false));
}

/** The replacement with the most salient share of the image's pixels put in. */
export function insertionImage(image: Pixels, replacement: Uint8ClampedArray, ranking: Uint32Array, share: number): Uint8ClampedArray {
  return withReplaced(image, replacement, replacedMask(ranking, share, true));
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
function curve(first: number, last: number, isInsertion: boolean, of: MeasuredMapImages): ReturnType<Series> {
  return stepShares(of.steps).map((share, step) => {
    if (step === 0) return first;
    if (step === of.steps) return last;
    const mask = () => replacedMask(of.ranking, share, isInsertion);
    return { change: { kind: 'replaced', mask }, make: () => withReplaced(of.image, of.replacement, mask()) };
  });
}

export const deletionSeries: Series = (of) => curve(of.intact, of.left, false, of);

export const insertionSeries: Series = (of) => curve(of.left, of.intact, true, of);

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
