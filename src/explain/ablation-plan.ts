/** Which cells FastAblationCAM ablates together, and how the scores of a sweep become a map. */
import type { CellRange, Grid } from '../core/maps/grid.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import { emptySweep, type ItemSweep, itemLogits } from './item-sweep.ts';
import type { LayerInfo } from './layer-info.ts';
import { type ClassScore, scoreOf } from './target.ts';

/** Side and step of the ablated square of cells, both in cells. */
export interface Window {
  readonly window: number;
  readonly stride: number;
}

/**
 * What ablated activations are replaced with: themselves times a number (0 zeroes them out, above 1 gives counterfactual maps), each
 * channel's mean over the layer, the layer blurred, or what the next ReLU turns into nothing (`after-relu`, see `LayerInfo.afterRelu`).
 */
export type AblationValue = number | 'mean' | 'blur' | 'after-relu';

export const NAMED_VALUES = ['mean', 'blur', 'after-relu'] as const satisfies readonly AblationValue[];

/** What ablated channels become: zeros, as published, or what the next ReLU turns into nothing. */
export type ChannelValue = 0 | 'after-relu';

export const CHANNEL_VALUES = [0, 'after-relu'] as const satisfies readonly ChannelValue[];

/** Those that stand in the layer itself. */
export type ReplacingValue = Exclude<AblationValue, 'after-relu'>;

/** Whether a window is smaller than the grid, and there is more than one of them: otherwise there is nothing to compare. */
export function fitsGrid({ rows, columns }: Grid, { window, stride }: Window): boolean {
  return Math.max(window, stride) < Math.max(rows, columns);
}

/** Everything that a person can choose about a sweep. */
export interface AblationSettings extends Window {
  readonly value: AblationValue;
  /** What ablated channels become; left out for zeros. */
  readonly channelValue?: ChannelValue;
}

export const DEFAULT_ABLATION: AblationSettings = { window: 1, stride: 1, value: 0 };

/** The settings as they can be had at a layer: where no ReLU comes next, ablated activations are zeroed. */
export function ablationAt<Settings extends AblationSettings>(layer: Pick<LayerInfo, 'afterRelu'> | null, settings: Settings): Settings {
  if (!layer || layer.afterRelu) return settings;
  return { ...settings, value: settings.value === 'after-relu' ? 0 : settings.value, channelValue: 0 };
}

/** Why activations cannot become nothing after the next ReLU at a layer, as the beginning of a sentence; empty where they can. */
export function noReluReason({ name, afterRelu }: Pick<LayerInfo, 'name' | 'afterRelu'>): string {
  return afterRelu ? '' : `Between the layer ${name} and the next ReLU lies more than BatchNorm and concatenation, or there is none`;
}

/** The grid of window positions: `ceil(rows / stride) x ceil(columns / stride)`. */
export function positionGrid(cells: Grid, { stride }: Window): Grid {
  return { rows: Math.ceil(cells.rows / stride), columns: Math.ceil(cells.columns / stride) };
}

/** The cells that each window position covers, row-major; windows start at their top-left cell and are cut at the border. */
export function windowCells(cells: Grid, { window, stride }: Window): CellRange[] {
  const ranges: CellRange[] = [];
  for (let top = 0; top < cells.rows; top += stride) {
    for (let left = 0; left < cells.columns; left += stride) {
      ranges.push({ top, left, bottom: Math.min(top + window, cells.rows), right: Math.min(left + window, cells.columns) });
    }
  }
  return ranges;
}

/** A FastAblationCAM sweep of one layer and one image, finished or not. Its items are window positions, row-major. */
export interface AblationSweep extends AblationSettings, ItemSweep {
  /** The layer's grid. */
  readonly cells: Grid;
}

export function emptyAblationSweep(cells: Grid, { window, stride, value }: AblationSettings, baseline: Float32Array): AblationSweep {
  const { rows, columns } = positionGrid(cells, { window, stride });
  return { cells, window, stride, value, ...emptySweep(rows * columns, baseline) };
}

/**
 * FastAblationCAM's map: the score's drop `y - y_p` at every window position (positive: evidence for the class).
 * Shape: `positionGrid(sweep.cells, sweep)`.
 *
 * @param estimate what stands at positions that are not exact yet, `[positions]`; without it they are no numbers
 */
export function mapOfSweep(sweep: AblationSweep, score: ClassScore, estimate: Float32Array | null = null): SaliencyMap {
  const { rows, columns } = positionGrid(sweep.cells, sweep);
  const intact = scoreOf(sweep.baseline, score);
  const values = new Float32Array(rows * columns);
  for (let position = 0; position < values.length; position++) {
    values[position] = sweep.isExact[position]
      ? intact - scoreOf(itemLogits(sweep, position), score)
      : (estimate?.[position] ?? Number.NaN);
  }
  return { rows, columns, values };
}

/**
 * A map over window positions, laid out on the layer's cells, as it must be drawn: windows at the border are cut, so positions do not divide
 * the image evenly. A cell gets the mean of the windows that cover it; a cell between two windows that of the position it belongs to.
 */
export function onCells(map: SaliencyMap, cells: Grid, settings: Window): SaliencyMap {
  if (settings.window === 1 && settings.stride === 1) return map;
  const sums = new Float64Array(cells.rows * cells.columns);
  const counts = new Uint16Array(sums.length);
  for (const [position, { top, left, bottom, right }] of windowCells(cells, settings).entries()) {
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const cell = row * cells.columns + column;
        sums[cell] = (sums[cell] ?? 0) + (map.values[position] ?? Number.NaN);
        counts[cell] = (counts[cell] ?? 0) + 1;
      }
    }
  }
  const values = Float32Array.from(sums, (sum, cell) => {
    const count = counts[cell] ?? 0;
    if (count > 0) return sum / count;
    const row = Math.floor(cell / cells.columns / settings.stride);
    const column = Math.floor((cell % cells.columns) / settings.stride);
    return map.values[row * map.columns + column] ?? Number.NaN;
  });
  return { ...cells, values };
}

/** The cells whose values are not all exact yet: 1 for each that a window covers which has not been run, row-major. */
export function estimatedCells({ cells, isExact, window, stride }: AblationSweep): Uint8Array {
  const settings = { window, stride };
  const open: SaliencyMap = { ...positionGrid(cells, settings), values: Float32Array.from(isExact, (exact) => (exact ? 0 : 1)) };
  return Uint8Array.from(onCells(open, cells, settings).values, (share) => (share > 0 ? 1 : 0));
}
