/** Two maps of one picture, side by side: laid on one grid, and what one has that the other has not. */
import type { Grid } from './ablation-plan.ts';
import type { SaliencyMap } from './saliency-map.ts';

/** For each place of the finer side, the two cells it lies between and its share of the second. */
function between(from: number, to: number): { first: number; second: number; share: number }[] {
  return Array.from({ length: to }, (_, i) => {
    const place = Math.min(from - 1, Math.max(0, ((i + 0.5) / to) * from - 0.5));
    const first = Math.min(Math.floor(place), Math.max(0, from - 2));
    return { first, second: Math.min(first + 1, from - 1), share: place - first };
  });
}

/** The map on a finer grid: bilinear, with half-pixel centres, as it is drawn. */
export function onGrid({ rows, columns, values }: SaliencyMap, grid: Grid): SaliencyMap {
  if (rows === grid.rows && columns === grid.columns) return { rows, columns, values };
  const down = between(rows, grid.rows);
  const across = between(columns, grid.columns);
  const result = new Float32Array(grid.rows * grid.columns);
  const at = (row: number, column: number) => values[row * columns + column] ?? Number.NaN;
  let i = 0;
  for (const y of down) {
    for (const x of across) {
      const upper = at(y.first, x.first) * (1 - x.share) + at(y.first, x.second) * x.share;
      const lower = at(y.second, x.first) * (1 - x.share) + at(y.second, x.second) * x.share;
      result[i++] = upper * (1 - y.share) + lower * y.share;
    }
  }
  return { ...grid, values: result };
}

/** Both maps on the finer of their grids, side by side of each axis. */
export function onCommonGrid(a: SaliencyMap, b: SaliencyMap): readonly [SaliencyMap, SaliencyMap] {
  const grid = { rows: Math.max(a.rows, b.rows), columns: Math.max(a.columns, b.columns) };
  return [onGrid(a, grid), onGrid(b, grid)];
}

/** How far the map reaches from zero. */
export function reachOf({ values }: SaliencyMap): number {
  return values.reduce((reach, value) => (Number.isFinite(value) ? Math.max(reach, Math.abs(value)) : reach), 0);
}

/** The greatest value, or zero where none is positive. */
export function positiveReachOf(values: Float32Array): number {
  return values.reduce((reach, value) => (Number.isFinite(value) ? Math.max(reach, value) : reach), 0);
}

/**
 * What `a` has more than `b`, each as a share of its own reach, because methods have units of their own; null where one of them is nothing but
 * zeros.
 */
export function differenceOf(a: SaliencyMap, b: SaliencyMap): SaliencyMap | null {
  const [reachA, reachB] = [reachOf(a), reachOf(b)];
  if (reachA === 0 || reachB === 0) return null;
  const [first, second] = onCommonGrid(a, b);
  return { ...first, values: first.values.map((value, i) => value / reachA - (second.values[i] ?? Number.NaN) / reachB) };
}
