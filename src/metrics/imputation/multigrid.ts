/**
 * A multigrid cycle for the imputation's linear system: the preconditioner that makes its solution fast for large holes, across which plain
 * conjugate gradients carry values by one pixel per iteration. The lanes are written out, as this is where the time goes.
 */
import { type Level, paddedIndex, RUN } from './levels.ts';

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
      const k = i * 3;
      const n = above * 3;
      const sum0 =
        (right[k] ?? 0) +
        linkNw * (solution[n - 3] ?? 0) +
        linkN * (solution[n] ?? 0) +
        linkNe * (solution[n + 3] ?? 0) +
        linkW * (solution[k - 3] ?? 0);
      solution[k] = share * sum0;
      const sum1 =
        (right[k + 1] ?? 0) +
        linkNw * (solution[n - 2] ?? 0) +
        linkN * (solution[n + 1] ?? 0) +
        linkNe * (solution[n + 4] ?? 0) +
        linkW * (solution[k - 2] ?? 0);
      solution[k + 1] = share * sum1;
      const sum2 =
        (right[k + 2] ?? 0) +
        linkNw * (solution[n - 1] ?? 0) +
        linkN * (solution[n + 2] ?? 0) +
        linkNe * (solution[n + 5] ?? 0) +
        linkW * (solution[k - 1] ?? 0);
      solution[k + 2] = share * sum2;
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
      const k = i * 3;
      const s = below * 3;
      const p = (squares + ((i - rowStart) >> 1)) * 3;
      right[p] =
        (right[p] ?? 0) +
        linkE * (solution[k + 3] ?? 0) +
        linkSw * (solution[s - 3] ?? 0) +
        linkS * (solution[s] ?? 0) +
        linkSe * (solution[s + 3] ?? 0);
      right[p + 1] =
        (right[p + 1] ?? 0) +
        linkE * (solution[k + 4] ?? 0) +
        linkSw * (solution[s - 2] ?? 0) +
        linkS * (solution[s + 1] ?? 0) +
        linkSe * (solution[s + 4] ?? 0);
      right[p + 2] =
        (right[p + 2] ?? 0) +
        linkE * (solution[k + 5] ?? 0) +
        linkSw * (solution[s - 1] ?? 0) +
        linkS * (solution[s + 2] ?? 0) +
        linkSe * (solution[s + 5] ?? 0);
    }
  }
}

/** Adds the next level's solution. */
export function correct({ columns, runs, runsEnd, solution }: Level, next: Level): void {
  const { solution: corrections } = next;
  const factor = OVERCORRECTION;
  for (let run = 0; run < runsEnd; run += RUN) {
    const end = runs[run + 1] ?? 0;
    const row = runs[run + 2] ?? 0;
    const rowStart = paddedIndex(columns, row, 0);
    const squares = paddedIndex(next.columns, row >> 1, 0);
    for (let i = runs[run] ?? 0; i < end; i++) {
      const k = i * 3;
      const p = (squares + ((i - rowStart) >> 1)) * 3;
      solution[k] = (solution[k] ?? 0) + factor * (corrections[p] ?? 0);
      solution[k + 1] = (solution[k + 1] ?? 0) + factor * (corrections[p + 1] ?? 0);
      solution[k + 2] = (solution[k + 2] ?? 0) + factor * (corrections[p + 2] ?? 0);
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
      const k = i * 3;
      const n = above * 3;
      const s = below * 3;
      const sum0 =
        (right[k] ?? 0) +
        linkNw * (solution[n - 3] ?? 0) +
        linkN * (solution[n] ?? 0) +
        linkNe * (solution[n + 3] ?? 0) +
        linkW * (solution[k - 3] ?? 0) +
        linkE * (solution[k + 3] ?? 0) +
        linkSw * (solution[s - 3] ?? 0) +
        linkS * (solution[s] ?? 0) +
        linkSe * (solution[s + 3] ?? 0);
      solution[k] = share * sum0;
      const sum1 =
        (right[k + 1] ?? 0) +
        linkNw * (solution[n - 2] ?? 0) +
        linkN * (solution[n + 1] ?? 0) +
        linkNe * (solution[n + 4] ?? 0) +
        linkW * (solution[k - 2] ?? 0) +
        linkE * (solution[k + 4] ?? 0) +
        linkSw * (solution[s - 2] ?? 0) +
        linkS * (solution[s + 1] ?? 0) +
        linkSe * (solution[s + 4] ?? 0);
      solution[k + 1] = share * sum1;
      const sum2 =
        (right[k + 2] ?? 0) +
        linkNw * (solution[n - 1] ?? 0) +
        linkN * (solution[n + 2] ?? 0) +
        linkNe * (solution[n + 5] ?? 0) +
        linkW * (solution[k - 1] ?? 0) +
        linkE * (solution[k + 5] ?? 0) +
        linkSw * (solution[s - 1] ?? 0) +
        linkS * (solution[s + 2] ?? 0) +
        linkSe * (solution[s + 5] ?? 0);
      solution[k + 2] = share * sum2;
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
