/**
 * Average drop and increase in confidence (Grad-CAM++: Chattopadhay et al., WACV 2018, section 4.1): does the map's own part of the image
 * do?
 */

import type { Pixels } from '../core/images/resize.ts';
import { onGrid, positiveMaxOf } from '../core/maps/map-comparison.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import type { Metric, Series } from './metric.ts';

/** The image times the map's positive part, which reaches from 0 to 1. Where the map has none, nothing is left. */
export function maskedImage({ width, height, data }: Pixels, map: SaliencyMap): Uint8ClampedArray {
  const { values } = onGrid(map, { rows: height, columns: width });
  const largest = positiveMaxOf(values);
  const result = data.slice();
  for (const [i, value] of values.entries()) {
    const share = largest > 0 ? Math.max(0, value) / largest : 0;
    for (let channel = 0; channel < 3; channel++) result[i * 4 + channel] = (data[i * 4 + channel] ?? 0) * share;
  }
  return result;
}

/**
 * How much of the probability is lost, as a share of it: 0 to 1. Its mean over images is what the paper calls average drop.
 *
 * @returns null where a probability is no number
 */
export function shareLost(intact: number, masked: number): number | null {
  if (!Number.isFinite(intact) || !Number.isFinite(masked)) return null;
  return intact > 0 ? Math.max(0, intact - masked) / intact : 0;
}

export function isIncrease(intact: number, masked: number): boolean {
  return masked > intact;
}

/** One image. */
export const maskedSeries: Series = ({ image, map }) => [{ change: null, make: () => maskedImage(image, map) }];

type Confidence = { readonly intact: number; readonly masked: readonly number[] };

export const averageDrop: Metric<'average-drop', Confidence> = {
  id: 'average-drop',
  title: 'Average drop',
  isMoreBetter: false,
  isYesOrNo: false,
  needsBox: false,
  needsProbability: true,
  needsExplanations: false,
  isAgainstRandom: true,
  summary: 'The share of the probability that is lost when only the map’s own part of the image is left.',
  formula: 'max(0, p(image) − p(image × map)) / p(image)',
  weakness: 'A map that covers everything loses nothing: alone it says little.',
  source: 'Grad-CAM++: Chattopadhay et al., WACV 2018, section 4.1',
  score: (measures) => measures && shareLost(measures.intact, measures.masked[0] ?? Number.NaN),
};

export const increase: Metric<'increase', Confidence> = {
  id: 'increase',
  title: 'Increase',
  isMoreBetter: true,
  isYesOrNo: true,
  needsBox: false,
  needsProbability: true,
  needsExplanations: false,
  isAgainstRandom: true,
  summary: 'Whether the probability rises when only the map’s own part of the image is left; over a set, how often.',
  formula: 'p(image × map) > p(image)',
  weakness: 'It does not say by how much, and rewards covering everything as well.',
  source: 'Grad-CAM++: Chattopadhay et al., WACV 2018, section 4.1',
  score: (measures) => measures && Number(isIncrease(measures.intact, measures.masked[0] ?? Number.NaN)),
};
