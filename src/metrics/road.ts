/**
 * ROAD, remove and debias (Rong et al., ICML 2022): pixels are removed by noisy linear imputation, which leaves no edges that a network could
 * read the mask from.
 */
import type { Pixels } from '../core/images/resize.ts';
import { channelsWithContent } from '../core/images/transparency.ts';
import { gaussianFrom } from '../core/statistics/random.ts';
import { linearlyImputed } from './imputation/linear-imputation.ts';
import type { MeasuredMapImages, Metric, Series } from './metric.ts';
import { rankedMask } from './ranking.ts';

/** The shares of pixels that are removed. */
export const ROAD_SHARES: readonly number[] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** The noise's std, of values from 0 to 1, as in the authors' code (`NoisyLinearImputer`): there, too, it is added before normalisation. */
const NOISE = 0.01;

/** The seed of the noise: the same for every map, so that maps are compared under the same noise. */
const NOISE_SEED = 1;

interface Noise {
  readonly seed: number;
  readonly values: Float64Array;
}

/** Drawn once for all holes in an image, as that takes a good part of what filling one in does, and kept for as long as the image is. */
const noises = new WeakMap<Pixels, Noise>();

/** The first standard normal numbers of a seed. */
function noiseFor(image: Pixels, seed: number, count: number): Float64Array {
  const known = noises.get(image);
  if (known?.seed === seed && known.values.length >= count) return known.values;
  const next = gaussianFrom(seed);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = next();
  noises.set(image, { seed, values });
  return values;
}

/**
 * The image with the removed pixels imputed, and a little noise on them: every one is then the same mixture, and none gives away the mask.
 *
 * @param removed 1 for every removed pixel, row-major; where all are, they become black
 * @param seed of the noise; null: none
 * @returns RGBA
 */
export function imputed(image: Pixels, removed: Uint8Array, seed: number | null): Uint8ClampedArray {
  const values = linearlyImputed(image, removed);
  if (seed !== null) {
    const channels = channelsWithContent(image);
    const noise = noiseFor(image, seed, removed.length * channels);
    let used = 0;
    for (let pixel = 0; pixel < removed.length; pixel++) {
      if (!removed[pixel]) continue;
      for (let i = pixel * 4; i < pixel * 4 + channels; i++) values[i] = (values[i] ?? 0) + (noise[used++] ?? 0) * NOISE * 255;
    }
  }
  return new Uint8ClampedArray(values);
}

/**
 * How much better the least important pixels can be spared than the most important ones: the mean of half the difference of the
 * probabilities, as `ROADCombined` of pytorch-grad-cam does. Larger is better; around zero for a map that knows nothing.
 *
 * @returns null for no shares, or where a probability is missing or no number
 */
export function roadScore(most: readonly number[], least: readonly number[]): number | null {
  const score = least.reduce((sum, value, i) => sum + (value - (most[i] ?? Number.NaN)) / 2, 0) / least.length;
  return Number.isFinite(score) ? score : null;
}

function withoutShares({ image, ranking }: MeasuredMapImages, isMost: boolean): ReturnType<Series> {
  return ROAD_SHARES.map((share) => {
    const mask = () => rankedMask(ranking, share, isMost);
    return { change: { kind: 'imputed', mask }, make: () => imputed(image, mask(), NOISE_SEED) };
  });
}

export const roadMostSeries: Series = (of) => withoutShares(of, true);

export const roadLeastSeries: Series = (of) => withoutShares(of, false);

export const road: Metric<'road', { readonly roadMost: readonly number[]; readonly roadLeast: readonly number[] }> = {
  id: 'road',
  title: 'ROAD',
  isMoreBetter: true,
  isYesOrNo: false,
  needsBox: false,
  needsProbability: false,
  needsExplanations: false,
  isAgainstRandom: true,
  summary:
    'Half of how much higher the probability stays without the least important pixels than without the most important ones, which are filled in from their surroundings; zero for a map that knows nothing.',
  formula: 'mean over shares of (p(without the least important) − p(without the most important)) / 2',
  weakness: 'What is filled in is smooth, which is a cue of its own to networks that look at texture.',
  source: 'Rong et al., ICML 2022; combined as in pytorch-grad-cam',
  score: (measures) => measures && roadScore(measures.roadMost, measures.roadLeast),
};
