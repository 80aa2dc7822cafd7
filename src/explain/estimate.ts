/**
 * What is known of a long sweep before it is finished: an estimate for every window position, and the order in which to run them.
 *
 * Two estimates can be had. The *first-order* one is linear in the activations, `sum_k (A - R)[p, k] dy/dA[p, k]` with R in place of what
 * is ablated; for R = 0 it is HiResCAM (Draelos & Carin, 2020). It costs one backward pass. The *coarse* one ablates squares of windows
 * together: a real ablation, but a blunt one.
 */

import type { Grid } from '../core/maps/grid.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import { type AblationSettings, type AblationSweep, mapOfSweep, positionGrid, type Window, windowCells } from './ablation-plan.ts';
import type { ClassScore } from './target.ts';

/** Which windows of a long sweep are run first. */
export type SweepOrder = 'largest-first' | 'coarse-first';

/** Up to this many windows an estimate would hardly be seen before the sweep is over. */
const FEW_WINDOWS = 64;
/** The coarse sweep's grid has at most this many positions along either side. */
const COARSE_SIDE = 8;

export function isLongSweep(cells: Grid, settings: Window): boolean {
  const { rows, columns } = positionGrid(cells, settings);
  return rows * columns > FEW_WINDOWS;
}

function cellCount({ top, left, bottom, right }: { top: number; left: number; bottom: number; right: number }): number {
  return (bottom - top) * (right - left);
}

/**
 * The first-order estimate of every window position: the sum over its cells.
 *
 * @param cellEstimate one value per cell of the layer
 */
export function windowSums(cellEstimate: SaliencyMap, settings: Window): Float32Array {
  const { columns, values } = cellEstimate;
  return Float32Array.from(windowCells(cellEstimate, settings), ({ top, left, bottom, right }) => {
    let sum = 0;
    for (let row = top; row < bottom; row++) for (let column = left; column < right; column++) sum += values[row * columns + column] ?? 0;
    return sum;
  });
}

/** Windows along either side of a square that the coarse sweep ablates as one. */
function coarseStep(cells: Grid, settings: Window): number {
  const { rows, columns } = positionGrid(cells, settings);
  let step = 1;
  while (Math.ceil(Math.max(rows, columns) / step) > COARSE_SIDE) step *= 2;
  return step;
}

/** The coarse sweep of a long one: every window is the union of a square of its windows. */
export function coarseSettings(cells: Grid, settings: AblationSettings): AblationSettings {
  const step = coarseStep(cells, settings);
  return { window: settings.stride * (step - 1) + settings.window, stride: settings.stride * step, value: settings.value };
}

/** The coarse estimate of every window position of `settings`: its share, by cells, of the drop of the square that it belongs to. */
export function coarseEstimate(coarse: AblationSweep, settings: AblationSettings, score: ClassScore): Float32Array {
  const step = coarseStep(coarse.cells, settings);
  const squares = mapOfSweep(coarse, score);
  const squareCells = windowCells(coarse.cells, coarse);
  const { columns } = positionGrid(coarse.cells, settings);
  return Float32Array.from(windowCells(coarse.cells, settings), (range, position) => {
    const square = Math.floor(position / columns / step) * squares.columns + Math.floor((position % columns) / step);
    const whole = squareCells[square];
    return whole ? ((squares.values[square] ?? Number.NaN) * cellCount(range)) / cellCount(whole) : Number.NaN;
  });
}
