/** Ablation-CAM (Desai & Ramaswamy, WACV 2020, section 3): how the scores of a sweep over channels become a map. */
import type { Grid } from '../core/maps/grid.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import { emptySweep, type ItemSweep, itemLogits } from './item-sweep.ts';
import { scoreScale } from './rounding.ts';
import { type ClassScore, scoreOf } from './target.ts';

/** A sweep over a layer's channels, finished or not. Its items are channels. */
export interface ChannelSweep extends ItemSweep {
  /** The layer's grid. */
  readonly cells: Grid;
  /** The layer's activation, `[cells, channels]`: what the channels' weights are for. */
  readonly activation: Float32Array;
}

export function emptyChannelSweep(cells: Grid, activation: Float32Array, baseline: Float32Array): ChannelSweep {
  return { cells, activation, ...emptySweep(activation.length / (cells.rows * cells.columns), baseline) };
}

/**
 * `w_k = (y - y_k) / y` (equation 3), `[channels]`. Dividing by a negative score turns all signs around, and by nothing gives no numbers:
 * that is the published formula, and the figure says so.
 */
export function channelWeights(sweep: ChannelSweep, score: ClassScore): Float32Array {
  const intact = scoreOf(sweep.baseline, score);
  return Float32Array.from(sweep.isExact, (_, channel) => (intact - scoreOf(itemLogits(sweep, channel), score)) / intact);
}

/** How large the numbers are that the map is made from: a weight may be off by the score's rounding, as a share of the score. */
export function channelScale({ cells, activation: values, baseline }: ChannelSweep, score: ClassScore): number {
  const intact = scoreOf(baseline, score);
  if (intact === 0) return 0;
  const channels = values.length / (cells.rows * cells.columns);
  let largest = 0;
  for (let start = 0; start < values.length; start += channels) {
    let sum = 0;
    for (let i = start; i < start + channels; i++) sum += Math.abs(values[i] ?? 0);
    largest = Math.max(largest, sum);
  }
  return (largest * scoreScale(baseline, score)) / Math.abs(intact);
}

/** `sum_k w_k A_k`, raw and signed: the ReLU of equation 4 is left to the display. */
export function mapOfChannels(sweep: ChannelSweep, score: ClassScore): SaliencyMap {
  const weights = channelWeights(sweep, score);
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
