/** How the scores of a sweep over channels become a map, by Ablation-CAM or by Score-CAM. */
import type { Grid } from '../core/maps/grid.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import type { ChannelValue } from './ablation-plan.ts';
import { emptySweep, type ItemSweep, itemLogits } from './item-sweep.ts';
import { scoreScale } from './rounding.ts';
import { type ClassScore, scoreOf } from './target.ts';

/** A sweep over a layer's channels, finished or not. Its items are channels. */
export interface ChannelSweep extends ItemSweep {
  /** The layer's grid. */
  readonly cells: Grid;
  /** The layer's activation, `[cells, channels]`: what the channels' weights are for. */
  readonly activation: Float32Array;
  /** What ablated channels became; left out for zeros. */
  readonly value?: ChannelValue;
}

export function emptyChannelSweep(
  cells: Grid,
  activation: Float32Array,
  baseline: Float32Array,
  value?: ChannelSweep['value'],
): ChannelSweep {
  return { cells, activation, ...(value && { value }), ...emptySweep(activation.length / (cells.rows * cells.columns), baseline) };
}

/**
 * Ablation-CAM's `w_k = (y - y_k) / y` (Desai & Ramaswamy, WACV 2020, equation 3), `[channels]`. Dividing by a negative score turns all signs around, and by nothing gives no numbers:
 * that is the published formula, and the figure says so.
 */
export function channelWeights(sweep: ChannelSweep, score: ClassScore): Float32Array {
  const intact = scoreOf(sweep.baseline, score);
  return Float32Array.from(sweep.isExact, (_, channel) => (intact - scoreOf(itemLogits(sweep, channel), score)) / intact);
}

/** Score-CAM's `w = softmax_k y_k` (Wang et al., CVPR workshops 2020, algorithm 1), `[channels]`: the intact score would cancel out. */
export function softmaxWeights(sweep: ChannelSweep, score: ClassScore): Float32Array {
  const scores = Float64Array.from(sweep.isExact, (_, channel) => scoreOf(itemLogits(sweep, channel), score));
  const largest = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const parts = scores.map((value) => Math.exp(value - largest));
  const sum = parts.reduce((a, b) => a + b, 0);
  return Float32Array.from(parts, (part) => part / sum);
}

/** The largest `sum_k |w_k| |A_k|` of a cell; without weights, of the activations alone. */
function largestSum({ cells, activation }: ChannelSweep, weights: Float32Array | null): number {
  const channels = activation.length / (cells.rows * cells.columns);
  let largest = 0;
  for (let start = 0; start < activation.length; start += channels) {
    let sum = 0;
    for (let k = 0; k < channels; k++) sum += Math.abs((activation[start + k] ?? 0) * (weights ? (weights[k] ?? 0) : 1));
    largest = Math.max(largest, sum);
  }
  return largest;
}

/** How large the numbers are that Ablation-CAM's map is made from: a weight may be off by the score's rounding, as a share of the score. */
export function channelScale(sweep: ChannelSweep, score: ClassScore): number {
  const intact = scoreOf(sweep.baseline, score);
  if (intact === 0) return 0;
  return (largestSum(sweep, null) * scoreScale(sweep.baseline, score)) / Math.abs(intact);
}

/** The same for Score-CAM: what rounding adds to a score becomes a factor of its weight. */
export function softmaxScale(sweep: ChannelSweep, score: ClassScore): number {
  return largestSum(sweep, softmaxWeights(sweep, score)) * Math.max(1, scoreScale(sweep.baseline, score));
}

/** `sum_k w_k A_k`, raw and signed: the papers' ReLU is left to the display. */
export function mapOfChannels(sweep: ChannelSweep, weights: Float32Array): SaliencyMap {
  const channels = weights.length;
  const { rows, columns } = sweep.cells;
  const values = Float32Array.from({ length: rows * columns }, (_, cell) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      sum += (weights[channel] ?? Number.NaN) * (sweep.activation[cell * channels + channel] ?? Number.NaN);
    }
    return sum;
  });
  return { rows, columns, values };
}
