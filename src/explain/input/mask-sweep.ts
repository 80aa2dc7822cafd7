/** RISE (Petsiuk, Das & Saenko, BMVC 2018, section 3): how the scores of an image behind random masks become a map. */
import type { Grid } from '../../core/maps/grid.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { emptySweep, type ItemSweep, itemLogits } from '../item-sweep.ts';
import { scoreScale } from '../rounding.ts';
import { type ClassScore, scoreOf } from '../target.ts';
import type { MaskSettings } from './input-settings.ts';
import { fillMask, KEPT_SHARE, riseMask } from './rise-masks.ts';

/** A sweep over random masks, finished or not. Its items are masks, which follow from the seed. */
export interface MaskSweep extends ItemSweep {
  /** The pixels of the network's input. */
  readonly cells: Grid;
  readonly seed: number;
}

export function emptyMaskSweep(cells: Grid, { count, seed }: MaskSettings, baseline: Float32Array): MaskSweep {
  return { cells, seed, ...emptySweep(count, baseline) };
}

/** Masks are seven blurred cells wide: a map with more cells along a side than this would say nothing more. */
const MOST_CELLS = 56;

/** The cells of the map: the image's pixels where they are few. */
export function maskMapGrid({ rows, columns }: Grid): Grid {
  const pixels = Math.max(1, Math.max(rows, columns) / MOST_CELLS);
  return { rows: Math.max(1, Math.round(rows / pixels)), columns: Math.max(1, Math.round(columns / pixels)) };
}

/** How large the numbers are that the map is made from. */
export function maskScale({ baseline }: MaskSweep, score: ClassScore): number {
  return scoreScale(baseline, score) / KEPT_SHARE;
}

interface MaskMaps {
  /** The mean score of the image behind masks that show the place, `sum_i y_i M_i / (p N)` (equation 6). */
  readonly published: SaliencyMap;
  /** The same, less what it would be if all masks had scored their mean: positive where it raises the score to be seen. */
  readonly centred: SaliencyMap;
}

/** @throws RangeError for a sweep that is not finished */
export function mapsOfMasks(sweep: MaskSweep, score: ClassScore): MaskMaps {
  const { cells, seed, isExact, exactCount } = sweep;
  const count = isExact.length;
  if (exactCount !== count) throw new RangeError(`${exactCount} of ${count} masks make no map`);
  const scores = Float64Array.from(isExact, (_, mask) => scoreOf(itemLogits(sweep, mask), score));
  const mean = scores.reduce((sum, value) => sum + value, 0) / count;
  const grid = maskMapGrid(cells);
  const size = grid.rows * grid.columns;
  const weighted = new Float64Array(size);
  const shown = new Float64Array(size);
  const mask = new Float32Array(size);
  for (const [index, value] of scores.entries()) {
    fillMask(riseMask(seed, index, cells), cells, grid, mask);
    for (let cell = 0; cell < size; cell++) {
      const share = mask[cell] ?? Number.NaN;
      // Differences from the mean keep the digits that the sum of large scores would lose.
      weighted[cell] = (weighted[cell] ?? 0) + (value - mean) * share;
      shown[cell] = (shown[cell] ?? 0) + share;
    }
  }
  const weight = 1 / (KEPT_SHARE * count);
  const centred = Float32Array.from(weighted, (sum) => sum * weight);
  const published = Float32Array.from(weighted, (sum, cell) => (sum + mean * (shown[cell] ?? 0)) * weight);
  return { published: { ...grid, values: published }, centred: { ...grid, values: centred } };
}
