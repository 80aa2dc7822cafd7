/**
 * Which cells FastAblationCAM ablates together, and how the scores of a finished sweep become a map.
 *
 * A sweep is kept as the logits of *all* classes for every window position. A map for any class and either score is then arithmetic on
 * numbers already there: choosing another class never runs the network again.
 */
import type { SaliencyMap } from './saliency-map.ts';
import { type OutputActivation, type ScoreKind, scoreOf } from './scores.ts';

/** The cells of a layer's grid. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/** Side and step of the ablated square of cells, both in cells. */
export interface Window {
  readonly window: number;
  readonly stride: number;
}

/** Cells `[top, bottom) x [left, right)` of a layer's grid. */
export interface CellRange {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
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

/** A finished FastAblationCAM sweep of one layer and one picture. */
export interface AblationSweep extends Window {
  /** The layer's grid. */
  readonly cells: Grid;
  /** What the ablated activations were multiplied by. */
  readonly value: number;
  /** The intact network's logits, `[classes]`. */
  readonly baseline: Float32Array;
  /** The logits with each window position ablated, `[positions, classes]`, positions row-major. */
  readonly logits: Float32Array;
}

/**
 * FastAblationCAM's map of one class: the score's drop `y - y_p` at every window position (positive: evidence for the class).
 * Shape: `positionGrid(sweep.cells, sweep)`.
 */
export function mapOfSweep(sweep: AblationSweep, classIndex: number, kind: ScoreKind, activation: OutputActivation): SaliencyMap {
  const { rows, columns } = positionGrid(sweep.cells, sweep);
  const classes = sweep.baseline.length;
  const intact = scoreOf(sweep.baseline, classIndex, kind, activation);
  const values = new Float32Array(rows * columns);
  for (let position = 0; position < values.length; position++) {
    const ablated = sweep.logits.subarray(position * classes, (position + 1) * classes);
    values[position] = intact - scoreOf(ablated, classIndex, kind, activation);
  }
  return { rows, columns, values };
}
