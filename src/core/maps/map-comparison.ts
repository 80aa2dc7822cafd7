/** Two maps of one image, side by side: laid on one grid, and what one has that the other has not. */

import { betweenCells, rowInterpolator } from './bilinear.ts';
import type { Grid } from './grid.ts';
import type { SaliencyMap } from './saliency-map.ts';

/** The map on a finer grid, as it is drawn. */
export function onGrid(map: SaliencyMap, grid: Grid): SaliencyMap {
  const { rows, columns, values } = map;
  if (rows === grid.rows && columns === grid.columns) return { rows, columns, values };
  const down = betweenCells(0, grid.rows, 0, grid.rows, rows);
  const across = betweenCells(0, grid.columns, 0, grid.columns, columns);
  const fillRow = rowInterpolator(map, down, across);
  const result = new Float32Array(grid.rows * grid.columns);
  for (let y = 0; y < grid.rows; y++) fillRow(y, result.subarray(y * grid.columns, (y + 1) * grid.columns));
  return { ...grid, values: result };
}

/** The finer side of each axis. */
export function finestGrid(grids: readonly Grid[]): Grid {
  return { rows: Math.max(...grids.map(({ rows }) => rows)), columns: Math.max(...grids.map(({ columns }) => columns)) };
}

/** Both maps on the finer of their grids, side by side of each axis. */
export function onCommonGrid(a: SaliencyMap, b: SaliencyMap): readonly [SaliencyMap, SaliencyMap] {
  const grid = finestGrid([a, b]);
  return [onGrid(a, grid), onGrid(b, grid)];
}

/** How far the map reaches from zero. */
export function maxAbsOf({ values }: SaliencyMap): number {
  return values.reduce((maxAbs, value) => (Number.isFinite(value) ? Math.max(maxAbs, Math.abs(value)) : maxAbs), 0);
}

/** The greatest value, or zero where none is positive. */
export function positiveMaxOf(values: Float32Array): number {
  return values.reduce((maxAbs, value) => (Number.isFinite(value) ? Math.max(maxAbs, value) : maxAbs), 0);
}

/**
 * What `a` has more than `b`, each as a share of its own largest value, because methods have units of their own; null where one of them is
 * nothing but zeros.
 */
export function differenceOf(a: SaliencyMap, b: SaliencyMap): SaliencyMap | null {
  const [maxA, maxB] = [maxAbsOf(a), maxAbsOf(b)];
  if (maxA === 0 || maxB === 0) return null;
  const [first, second] = onCommonGrid(a, b);
  return { ...first, values: first.values.map((value, i) => value / maxA - (second.values[i] ?? Number.NaN) / maxB) };
}

/** The mean over maps, at every place of the finest grid; null of none. */
export function meanOfMaps(maps: readonly SaliencyMap[]): SaliencyMap | null {
  if (maps.length === 0) return null;
  const grid = finestGrid(maps);
  const values = new Float32Array(grid.rows * grid.columns);
  for (const map of maps) for (const [i, value] of onGrid(map, grid).values.entries()) values[i] = (values[i] ?? 0) + value / maps.length;
  return { ...grid, values };
}

/** Turned to the side on which it agrees with the other map; cells without a value do not count. */
export function turnedTowards({ values: other }: SaliencyMap, map: SaliencyMap): SaliencyMap {
  const product = map.values.reduce((sum, value, i) => (Number.isFinite(value) ? sum + value * (other[i] ?? 0) : sum), 0);
  return product < 0 ? { ...map, values: map.values.map((value) => -value) } : map;
}

/**
 * How far another map of the same grid is from this one: the Euclidean norm of their difference, as a share of this one's. No finite
 * number where this one is nothing but zeros.
 */
export function relativeChange({ values: own }: SaliencyMap, { values: other }: SaliencyMap): number {
  let [apart, whole] = [0, 0];
  for (const [i, value] of own.entries()) {
    apart += ((other[i] ?? Number.NaN) - value) ** 2;
    whole += value ** 2;
  }
  return Math.sqrt(apart / whole);
}
