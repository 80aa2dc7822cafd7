/**
 * A multigrid cycle for the imputation's linear system: the preconditioner that makes its solution fast for large holes, across which plain
 * conjugate gradients carry values by one pixel per iteration.
 */
import { LANES, type Level, paddedIndex, RUN } from './levels.ts';

/**
 * By how much corrections from the next level are enlarged. Squares that move as one are too stiff by a factor of about two, and a
 * factor below two keeps the cycle positive definite (Braess 1995, section 5).
 */
const OVERCORRECTION = 1.6;

/** Gauss-Seidel in reading order, from zero: later neighbours say nothing yet. */
function sweepForwards({ stride, runs, runsEnd, inverse, east, southWest, south, southEast, right, solution }: Level): void {
  for (let run = 0; run < runsEnd; run += RUN) {
    const end = runs[run + 1] ?? 0;
    for (let i = runs[run] ?? 0; i < end; i++) {
      const above = i - stride;
      const linkNw = southEast[above - 1] ?? 0;
      const linkN = south[above] ?? 0;
      const linkNe = southWest[above + 1] ?? 0;
      const linkW = east[i - 1] ?? 0;
      const share = inverse[i] ?? 0;
      for (let lane = 0; lane < LANES; lane++) {
        const k = i * LANES + lane;
        const n = above * LANES + lane;
        const sum =
          (right[k] ?? 0) +
          linkNw * (solution[n - LANES] ?? 0) +
          linkN * (solution[n] ?? 0) +
          linkNe * (solution[n + LANES] ?? 0) +
          linkW * (solution[k - LANES] ?? 0);
        solution[k] = share * sum;
      }
    }
  }
}

/** The next level's right-hand side: what is left of this one's, of which only later neighbours are a part after a sweep forwards. */
function restrict({ columns, stride, runs, runsEnd, east, southWest, south, southEast, solution }: Level, next: Level): void {
  const { right } = next;
  right.fill(0);
  for (let run = 0; run < runsEnd; run += RUN) {
    const end = runs[run + 1] ?? 0;
    const row = runs[run + 2] ?? 0;
    const rowStart = paddedIndex(columns, row, 0);
    const squares = paddedIndex(next.columns, row >> 1, 0);
    for (let i = runs[run] ?? 0; i < end; i++) {
      const below = i + stride;
      const linkE = east[i] ?? 0;
      const linkSw = southWest[i] ?? 0;
      const linkS = south[i] ?? 0;
      const linkSe = southEast[i] ?? 0;
      const square = squares + ((i - rowStart) >> 1);
      for (let lane = 0; lane < LANES; lane++) {
        const k = i * LANES + lane;
        const s = below * LANES + lane;
        const p = square * LANES + lane;
        right[p] =
          (right[p] ?? 0) +
          linkE * (solution[k + LANES] ?? 0) +
          linkSw * (solution[s - LANES] ?? 0) +
          linkS * (solution[s] ?? 0) +
          linkSe * (solution[s + LANES] ?? 0);
      }
    }
  }
}

/** Adds the next level's solution. */
export function correct({ columns, runs, runsEnd, solution }: Level, next: Level): void {
  const { solution: corrections } = next;
  for (let run = 0; run < runsEnd; run += RUN) {
    const end = runs[run + 1] ?? 0;
    const row = runs[run + 2] ?? 0;
    const rowStart = paddedIndex(columns, row, 0);
    const squares = paddedIndex(next.columns, row >> 1, 0);
    for (let i = runs[run] ?? 0; i < end; i++) {
      const square = squares + ((i - rowStart) >> 1);
      for (let lane = 0; lane < LANES; lane++) {
        const k = i * LANES + lane;
        solution[k] = (solution[k] ?? 0) + OVERCORRECTION * (corrections[square * LANES + lane] ?? 0);
      }
    }
  }
}

/** Gauss-Seidel in the opposite order. */
function sweepBackwards({ stride, runs, runsEnd, inverse, east, southWest, south, southEast, right, solution }: Level): void {
  for (let run = runsEnd - RUN; run >= 0; run -= RUN) {
    const start = runs[run] ?? 0;
    for (let i = (runs[run + 1] ?? 0) - 1; i >= start; i--) {
      const above = i - stride;
      const below = i + stride;
      const linkNw = southEast[above - 1] ?? 0;
      const linkN = south[above] ?? 0;
      const linkNe = southWest[above + 1] ?? 0;
      const linkW = east[i - 1] ?? 0;
      const linkE = east[i] ?? 0;
      const linkSw = southWest[i] ?? 0;
      const linkS = south[i] ?? 0;
      const linkSe = southEast[i] ?? 0;
      const share = inverse[i] ?? 0;
      for (let lane = 0; lane < LANES; lane++) {
        const k = i * LANES + lane;
        const n = above * LANES + lane;
        const s = below * LANES + lane;
        const sum =
          (right[k] ?? 0) +
          linkNw * (solution[n - LANES] ?? 0) +
          linkN * (solution[n] ?? 0) +
          linkNe * (solution[n + LANES] ?? 0) +
          linkW * (solution[k - LANES] ?? 0) +
          linkE * (solution[k + LANES] ?? 0) +
          linkSw * (solution[s - LANES] ?? 0) +
          linkS * (solution[s] ?? 0) +
          linkSe * (solution[s + LANES] ?? 0);
        solution[k] = share * sum;
      }
    }
  }
}

/**
 * An approximate solution of a level's system, from `right` into `solution`. One sweep of Gauss-Seidel forwards, the correction of the next
 * level, one sweep backwards: a symmetric cycle, as conjugate gradients need it.
 */
export function cycle(levels: readonly Level[], depth = 0): void {
  const level = levels[depth];
  if (level === undefined) return;
  sweepForwards(level);
  const next = levels[depth + 1];
  if (next === undefined) return;
  restrict(level, next);
  cycle(levels, depth + 1);
  correct(level, next);
  sweepBackwards(level);
}
