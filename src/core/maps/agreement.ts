/** How far several maps of one image agree: which of them rank the same places alike, and where they do not. */
import { memoize } from '../memoize.ts';
import { correlation } from '../statistics/correlation.ts';
import { ranksOf } from '../statistics/rank-correlation.ts';
import { finestGrid, maxAbsOf, onGrid } from './map-comparison.ts';
import type { SaliencyMap } from './saliency-map.ts';

/** Null where two maps cannot be ranked against each other. */
export type Correlations = readonly (readonly (number | null)[])[];

/**
 * Spearman's rank correlation of every two maps, each pair on the finer of its grids, so that what is said of two does not depend on the
 * others. Sorting is what takes time: every map is ranked once for each grid.
 *
 * @returns a symmetric matrix in the order of the maps; null for a constant map, or one with values that are no numbers
 */
export function correlationsOf(maps: readonly SaliencyMap[]): Correlations {
  const ranked = maps.map((map) =>
    memoize((rows: number, columns: number) => {
      const { values } = onGrid(map, { rows, columns });
      return values.every(Number.isFinite) ? ranksOf(values) : null;
    }, maps.length),
  );
  const below = maps.map((map, row) =>
    maps.slice(0, row + 1).map((other, column) => {
      const grid = finestGrid([map, other]);
      const [a, b] = [ranked[row]?.(grid.rows, grid.columns), ranked[column]?.(grid.rows, grid.columns)];
      return a && b ? correlation(a, b) : null;
    }),
  );
  return maps.map((_, row) => maps.map((_map, column) => below[Math.max(row, column)]?.[Math.min(row, column)] ?? null));
}

/**
 * Where maps differ: the std over them, at every place of the finest grid, each as a share of its own largest magnitude, because methods have
 * units of their own. 0 where all say the same, at most 1; maps of nothing but zeros say nothing, and do not count.
 *
 * @returns null where fewer than two maps say something
 */
export function disagreementOf(maps: readonly SaliencyMap[]): SaliencyMap | null {
  const told = maps.filter((map) => maxAbsOf(map) > 0);
  if (told.length < 2) return null;
  const grid = finestGrid(told);
  const shares = told.map((map) => {
    const maxAbs = maxAbsOf(map);
    return onGrid(map, grid).values.map((value) => value / maxAbs);
  });
  const values = new Float32Array(grid.rows * grid.columns);
  for (let i = 0; i < values.length; i++) {
    const here = shares.map((share) => share[i] ?? Number.NaN);
    const mean = here.reduce((sum, value) => sum + value, 0) / here.length;
    values[i] = Math.sqrt(here.reduce((sum, value) => sum + (value - mean) ** 2, 0) / here.length);
  }
  return { ...grid, values };
}
