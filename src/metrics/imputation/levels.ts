/**
 * The grids of the imputation's linear system: where its unknowns are, and its matrix on each of them.
 *
 * Squares of 2 x 2 cells become one cell of the next grid, the unknowns inside it moving together (aggregation multigrid, Braess,
 * *Towards algebraic multigrid for elliptic problems of second order*, Computing 1995). Links between squares add up, so every grid has links
 * to eight neighbours again, whatever the shape of the hole.
 */
import type { Grid } from '../../core/maps/grid.ts';

/** How many systems of the same matrix are solved at once, one per colour: what is looked up is looked up once for all of them. */
export const LANES = 3;

/** How many numbers of `runs` belong to one run. */
export const RUN = 3;

/**
 * One grid: `diagonal[i] x[i] - sum_j link[i, j] x[j] = right[i]` at every unknown `i`, in each lane. The matrix's arrays are
 * `[rows + 2, columns + 2]`, one cell of padding on each side; vectors are `[rows + 2, columns + 2, LANES]`. Both are zero where nothing is
 * unknown.
 */
export interface Level extends Grid {
  /** From a cell to the one below it. */
  readonly stride: number;
  /** 1 at every unknown. */
  readonly isUnknown: Uint8Array;
  /** The unknowns in reading order, as runs within a row: the first one, the cell behind the last one, the row. */
  readonly runs: Int32Array;
  /** How many numbers of `runs` are in use. */
  runsEnd: number;
  readonly diagonal: Float64Array;
  /** One over the diagonal. */
  readonly inverse: Float64Array;
  /** Links to four of the neighbours, by the cell that comes first; the matrix is symmetric, so the other four are theirs. */
  readonly east: Float64Array;
  readonly southWest: Float64Array;
  readonly south: Float64Array;
  readonly southEast: Float64Array;
  readonly right: Float64Array;
  readonly solution: Float64Array;
}

/** The padded index of a cell. */
export function paddedIndex(columns: number, row: number, column: number): number {
  return (row + 1) * (columns + 2) + column + 1;
}

/** Room for a vector of a level. */
export function vectorFor({ rows, columns }: Grid): Float64Array {
  return new Float64Array((rows + 2) * (columns + 2) * LANES);
}

/** A level without unknowns. */
function emptyLevel({ rows, columns }: Grid): Level {
  const cells = (rows + 2) * (columns + 2);
  const zeros = () => new Float64Array(cells);
  return {
    rows,
    columns,
    stride: columns + 2,
    isUnknown: new Uint8Array(cells),
    runs: new Int32Array(rows * Math.ceil(columns / 2) * RUN),
    runsEnd: 0,
    diagonal: zeros(),
    inverse: zeros(),
    east: zeros(),
    southWest: zeros(),
    south: zeros(),
    southEast: zeros(),
    right: vectorFor({ rows, columns }),
    solution: vectorFor({ rows, columns }),
  };
}

/** A grid and all coarser ones, down to a single cell. */
export type Levels = readonly [Level, ...Level[]];

/** Room for any number of systems, one after the other. */
export function emptyLevels(grid: Grid): Levels {
  const levels: [Level, ...Level[]] = [emptyLevel(grid)];
  for (let { rows, columns } = grid; rows > 1 || columns > 1; ) {
    rows = Math.ceil(rows / 2);
    columns = Math.ceil(columns / 2);
    levels.push(emptyLevel({ rows, columns }));
  }
  return levels;
}

/** Takes the last system off a level. */
export function clear({ isUnknown, diagonal, east, southWest, south, southEast, solution }: Level): void {
  isUnknown.fill(0);
  for (const values of [diagonal, east, southWest, south, southEast, solution]) values.fill(0);
}

/** Finds the runs of a level's unknowns. */
function findRuns(level: Level): void {
  const { rows, columns, isUnknown, runs } = level;
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const start = paddedIndex(columns, row, 0);
    // The padding ends the last run of a row.
    for (let i = start; i <= start + columns; i++) {
      if (isUnknown[i] === isUnknown[i - 1]) continue;
      if (isUnknown[i]) {
        runs[count] = i;
        runs[count + 2] = row;
      } else {
        runs[count + 1] = i;
        count += RUN;
      }
    }
  }
  level.runsEnd = count;
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

/** The next level's matrix: `sum_{i in I, j in J} A[i, j]` for squares I and J. */
function coarsen(fine: Level, coarse: Level): void {
  clear(coarse);
  const { runs, diagonal, east, southWest, south, southEast } = fine;
  for (let run = 0; run < fine.runsEnd; run += RUN) {
    const row = runs[run + 2] ?? 0;
    const rowStart = paddedIndex(fine.columns, row, 0);
    const squares = paddedIndex(coarse.columns, row >> 1, 0);
    // 1 in the square's lower row, or its right column, from where a step leaves it.
    const isLow = row & 1;
    const end = runs[run + 1] ?? 0;
    for (let i = runs[run] ?? 0; i < end; i++) {
      const square = squares + ((i - rowStart) >> 1);
      const isRight = (i - rowStart) & 1;
      coarse.isUnknown[square] = 1;
      coarse.diagonal[square] = (coarse.diagonal[square] ?? 0) + (diagonal[i] ?? 0);
      addLink(coarse, square, 0, isRight, east[i] ?? 0);
      addLink(coarse, square, isLow, isRight - 1, southWest[i] ?? 0);
      addLink(coarse, square, isLow, 0, south[i] ?? 0);
      addLink(coarse, square, isLow, isRight, southEast[i] ?? 0);
    }
  }
}

function invertDiagonal({ runs, runsEnd, diagonal, inverse }: Level): void {
  for (let run = 0; run < runsEnd; run += RUN) {
    const end = runs[run + 1] ?? 0;
    for (let i = runs[run] ?? 0; i < end; i++) inverse[i] = 1 / (diagonal[i] ?? 1);
  }
}

/** Makes all levels those of the finest one's matrix. */
export function prepareLevels(levels: Levels): void {
  const [finest] = levels;
  findRuns(finest);
  for (const [depth, level] of levels.entries()) {
    invertDiagonal(level);
    const next = levels[depth + 1];
    if (next === undefined) return;
    coarsen(level, next);
    findRuns(next);
  }
}
