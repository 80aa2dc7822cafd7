/**
 * A multigrid cycle for the imputation's linear system: the preconditioner that makes its solution fast for large holes, across which plain
 * conjugate gradients carry values by one pixel per iteration.
 *
 * Squares of 2 x 2 cells become one cell of the next grid, the unknowns inside it moving together (aggregation multigrid, Braess,
 * *Towards algebraic multigrid for elliptic problems of second order*, Computing 1995). Links between squares add up, so every grid has links
 * to eight neighbours again, whatever the shape of the hole. All vectors have one cell of padding on each side, where they stay zero.
 */
import type { Grid } from '../../core/maps/grid.ts';

/** One grid: `diagonal[i] x[i] - sum_j link[i, j] x[j] = right[i]` at every unknown `i`. Arrays are `[rows + 2, columns + 2]`. */
export interface Level extends Grid {
  /** Where the unknowns lie in the padded arrays, in reading order. */
  readonly unknowns: Int32Array;
  /** Where each unknown's square lies in the padded arrays of the next level. */
  readonly parents: Int32Array;
  readonly diagonal: Float64Array;
  /** Links to four of the neighbours, by the cell that comes first; the matrix is symmetric, so the other four are theirs. */
  readonly east: Float64Array;
  readonly southWest: Float64Array;
  readonly south: Float64Array;
  readonly southEast: Float64Array;
  readonly right: Float64Array;
  readonly solution: Float64Array;
}

/**
 * By how much corrections from the next level are enlarged. Squares that move as one are too stiff by a factor of about two, and a
 * factor below two keeps the cycle positive definite (Braess 1995, section 5).
 */
const OVERCORRECTION = 1.6;

/** The padded index of a cell. */
export function paddedIndex(columns: number, row: number, column: number): number {
  return (row + 1) * (columns + 2) + column + 1;
}

/** A level without links. */
export function emptyLevel({ rows, columns }: Grid, unknowns: Int32Array): Level {
  const zeros = () => new Float64Array((rows + 2) * (columns + 2));
  return {
    rows,
    columns,
    unknowns,
    parents: new Int32Array(unknowns.length),
    diagonal: zeros(),
    east: zeros(),
    southWest: zeros(),
    south: zeros(),
    southEast: zeros(),
    right: zeros(),
    solution: zeros(),
  };
}

/** The links to neighbours that come earlier in reading order, times their values. */
function fromEarlier({ columns, east, southWest, south, southEast }: Level, values: Float64Array, i: number): number {
  const above = i - columns - 2;
  return (
    (southEast[above - 1] ?? 0) * (values[above - 1] ?? 0) +
    (south[above] ?? 0) * (values[above] ?? 0) +
    (southWest[above + 1] ?? 0) * (values[above + 1] ?? 0) +
    (east[i - 1] ?? 0) * (values[i - 1] ?? 0)
  );
}

/** The links to neighbours that come later in reading order, times their values. */
function fromLater({ columns, east, southWest, south, southEast }: Level, values: Float64Array, i: number): number {
  const below = i + columns + 2;
  return (
    (east[i] ?? 0) * (values[i + 1] ?? 0) +
    (southWest[i] ?? 0) * (values[below - 1] ?? 0) +
    (south[i] ?? 0) * (values[below] ?? 0) +
    (southEast[i] ?? 0) * (values[below + 1] ?? 0)
  );
}

/** The matrix times `values` at the unknown `i`. */
export function productAt(level: Level, values: Float64Array, i: number): number {
  return (level.diagonal[i] ?? 0) * (values[i] ?? 0) - fromEarlier(level, values, i) - fromLater(level, values, i);
}

/** Adds a link from the square at `i` to the one `down` and `right` of it, or, inside a square, takes it off its diagonal from both ends. */
function addLink({ diagonal, east, southWest, south, southEast }: Level, i: number, down: number, right: number, link: number): void {
  if (down === 0 && right === 0) diagonal[i] = (diagonal[i] ?? 0) - 2 * link;
  else if (down === 0 && right < 0) east[i - 1] = (east[i - 1] ?? 0) + link;
  else if (down === 0) east[i] = (east[i] ?? 0) + link;
  else if (right < 0) southWest[i] = (southWest[i] ?? 0) + link;
  else if (right === 0) south[i] = (south[i] ?? 0) + link;
  else southEast[i] = (southEast[i] ?? 0) + link;
}

/** The next level: `sum_{i in I, j in J} A[i, j]` for squares I and J. */
function coarser(fine: Level): Level {
  const grid = { rows: Math.ceil(fine.rows / 2), columns: Math.ceil(fine.columns / 2) };
  const { unknowns, parents, diagonal, east, southWest, south, southEast } = fine;
  const stride = fine.columns + 2;
  for (const [k, i] of unknowns.entries()) {
    parents[k] = paddedIndex(grid.columns, (Math.floor(i / stride) - 1) >> 1, ((i % stride) - 1) >> 1);
  }
  const coarse = emptyLevel(grid, Int32Array.from(new Set(parents)).sort());
  for (let k = 0; k < unknowns.length; k++) {
    const i = unknowns[k] ?? 0;
    const square = parents[k] ?? 0;
    // 1 in the square's lower row, or its right column, from where a step leaves it.
    const isLow = (Math.floor(i / stride) - 1) & 1;
    const isRight = ((i % stride) - 1) & 1;
    coarse.diagonal[square] = (coarse.diagonal[square] ?? 0) + (diagonal[i] ?? 0);
    addLink(coarse, square, 0, isRight, east[i] ?? 0);
    addLink(coarse, square, isLow, isRight - 1, southWest[i] ?? 0);
    addLink(coarse, square, isLow, 0, south[i] ?? 0);
    addLink(coarse, square, isLow, isRight, southEast[i] ?? 0);
  }
  return coarse;
}

/** The system's own level and all coarser ones, down to a single cell. */
export function levelsOf(finest: Level): Level[] {
  const levels = [finest];
  for (let level = finest; level.unknowns.length > 1; ) {
    level = coarser(level);
    levels.push(level);
  }
  return levels;
}

/**
 * An approximate solution of a level's system, from `right` into `solution`. One sweep of Gauss-Seidel forwards, the correction of the next
 * level, one sweep backwards: a symmetric cycle, as conjugate gradients need it.
 */
export function cycle(levels: readonly Level[], depth = 0): void {
  const level = levels[depth];
  if (level === undefined) return;
  const { unknowns, parents, diagonal, right, solution } = level;
  // From zero, so later neighbours say nothing yet, and are all that the residual is made of afterwards.
  for (const i of unknowns) solution[i] = ((right[i] ?? 0) + fromEarlier(level, solution, i)) / (diagonal[i] ?? 1);
  const next = levels[depth + 1];
  if (next === undefined) return;
  next.right.fill(0);
  for (let k = 0; k < unknowns.length; k++) {
    const parent = parents[k] ?? 0;
    next.right[parent] = (next.right[parent] ?? 0) + fromLater(level, solution, unknowns[k] ?? 0);
  }
  cycle(levels, depth + 1);
  for (let k = 0; k < unknowns.length; k++) {
    const i = unknowns[k] ?? 0;
    solution[i] = (solution[i] ?? 0) + OVERCORRECTION * (next.solution[parents[k] ?? 0] ?? 0);
  }
  for (let k = unknowns.length - 1; k >= 0; k--) {
    const i = unknowns[k] ?? 0;
    solution[i] = ((right[i] ?? 0) + fromEarlier(level, solution, i) + fromLater(level, solution, i)) / (diagonal[i] ?? 1);
  }
}
