/**
 * The finest level: the matrix of linear imputation on the image itself. As vectors are zero where nothing is unknown, its links need not be
 * looked up, and sweeps slide along runs of unknowns, so that most neighbours are loaded once. This is where the time goes: lanes are
 * written out, passes over the same vectors are one, and the weights, which would be looked up wherever they are used, are locals.
 */
import { type Level, type Levels, paddedIndex, RUN } from './levels.ts';
import { correct, cycle } from './multigrid.ts';
import { ACROSS, BESIDE } from './system.ts';

/** One number for each lane. */
export type Lanes = [number, number, number];

/** What conjugate gradients search, and along what: vectors of the finest level. */
export interface Search {
  /** Those that are known, and those of the unknowns, which are sought. */
  readonly values: Float64Array;
  readonly direction: Float64Array;
  /** The matrix times the direction. */
  readonly product: Float64Array;
}

/** Takes steps along the search direction, and sweeps over what is left of the right-hand side: Gauss-Seidel in reading order, from zero. */
function sweepForwards(level: Level, { values, direction, product }: Search, [step0, step1, step2]: Lanes): void {
  const { stride, runs, runsEnd, inverse, right, solution } = level;
  const [beside, across] = [BESIDE, ACROSS];
  for (let run = 0; run < runsEnd; run += RUN) {
    const start = (runs[run] ?? 0) * 3;
    const end = (runs[run + 1] ?? 0) * 3;
    let n = start - stride * 3;
    let west0 = 0;
    let west1 = 0;
    let west2 = 0;
    let nw0 = solution[n - 3] ?? 0;
    let nw1 = solution[n - 2] ?? 0;
    let nw2 = solution[n - 1] ?? 0;
    let north0 = solution[n] ?? 0;
    let north1 = solution[n + 1] ?? 0;
    let north2 = solution[n + 2] ?? 0;
    for (let k = start, i = runs[run] ?? 0; k < end; k += 3, n += 3, i++) {
      const share = inverse[i] ?? 0;
      const ne0 = solution[n + 3] ?? 0;
      const ne1 = solution[n + 4] ?? 0;
      const ne2 = solution[n + 5] ?? 0;
      const right0 = (right[k] ?? 0) - step0 * (product[k] ?? 0);
      const right1 = (right[k + 1] ?? 0) - step1 * (product[k + 1] ?? 0);
      const right2 = (right[k + 2] ?? 0) - step2 * (product[k + 2] ?? 0);
      values[k] = (values[k] ?? 0) + step0 * (direction[k] ?? 0);
      values[k + 1] = (values[k + 1] ?? 0) + step1 * (direction[k + 1] ?? 0);
      values[k + 2] = (values[k + 2] ?? 0) + step2 * (direction[k + 2] ?? 0);
      right[k] = right0;
      right[k + 1] = right1;
      right[k + 2] = right2;
      west0 = (right0 + across * (nw0 + ne0) + beside * north0) * share + beside * share * west0;
      west1 = (right1 + across * (nw1 + ne1) + beside * north1) * share + beside * share * west1;
      west2 = (right2 + across * (nw2 + ne2) + beside * north2) * share + beside * share * west2;
      solution[k] = west0;
      solution[k + 1] = west1;
      solution[k + 2] = west2;
      nw0 = north0;
      nw1 = north1;
      nw2 = north2;
      north0 = ne0;
      north1 = ne1;
      north2 = ne2;
    }
  }
}

/** The next level's right-hand side: what is left of this one's, of which only later neighbours are a part after a sweep forwards. */
function restrict({ columns, stride, runs, runsEnd, solution }: Level, next: Level): void {
  const { right } = next;
  right.fill(0);
  const [beside, across] = [BESIDE, ACROSS];
  for (let run = 0; run < runsEnd; run += RUN) {
    const first = runs[run] ?? 0;
    const row = runs[run + 2] ?? 0;
    const end = (runs[run + 1] ?? 0) * 3;
    const column = first - paddedIndex(columns, row, 0);
    const squares = paddedIndex(next.columns, row >> 1, 0);
    let s = (first + stride) * 3;
    let sw0 = solution[s - 3] ?? 0;
    let sw1 = solution[s - 2] ?? 0;
    let sw2 = solution[s - 1] ?? 0;
    let south0 = solution[s] ?? 0;
    let south1 = solution[s + 1] ?? 0;
    let south2 = solution[s + 2] ?? 0;
    for (let k = first * 3, at = column; k < end; k += 3, s += 3, at++) {
      const p = (squares + (at >> 1)) * 3;
      const se0 = solution[s + 3] ?? 0;
      const se1 = solution[s + 4] ?? 0;
      const se2 = solution[s + 5] ?? 0;
      right[p] = (right[p] ?? 0) + across * (sw0 + se0) + beside * (south0 + (solution[k + 3] ?? 0));
      right[p + 1] = (right[p + 1] ?? 0) + across * (sw1 + se1) + beside * (south1 + (solution[k + 4] ?? 0));
      right[p + 2] = (right[p + 2] ?? 0) + across * (sw2 + se2) + beside * (south2 + (solution[k + 5] ?? 0));
      sw0 = south0;
      sw1 = south1;
      sw2 = south2;
      south0 = se0;
      south1 = se1;
      south2 = se2;
    }
  }
}

/** Gauss-Seidel in the opposite order; returns the energy of what is left: the right-hand side times the solution. */
function sweepBackwards({ stride, runs, runsEnd, inverse, right, solution }: Level): Lanes {
  let dot0 = 0;
  let dot1 = 0;
  let dot2 = 0;
  const [beside, across] = [BESIDE, ACROSS];
  for (let run = runsEnd - RUN; run >= 0; run -= RUN) {
    const start = (runs[run] ?? 0) * 3;
    let i = (runs[run + 1] ?? 0) - 1;
    let k = i * 3;
    let n = (i - stride) * 3;
    let s = (i + stride) * 3;
    let east0 = 0;
    let east1 = 0;
    let east2 = 0;
    // Above and below, together.
    let later0 = (solution[n + 3] ?? 0) + (solution[s + 3] ?? 0);
    let later1 = (solution[n + 4] ?? 0) + (solution[s + 4] ?? 0);
    let later2 = (solution[n + 5] ?? 0) + (solution[s + 5] ?? 0);
    let both0 = (solution[n] ?? 0) + (solution[s] ?? 0);
    let both1 = (solution[n + 1] ?? 0) + (solution[s + 1] ?? 0);
    let both2 = (solution[n + 2] ?? 0) + (solution[s + 2] ?? 0);
    for (; k >= start; k -= 3, n -= 3, s -= 3, i--) {
      const share = inverse[i] ?? 0;
      const earlier0 = (solution[n - 3] ?? 0) + (solution[s - 3] ?? 0);
      const earlier1 = (solution[n - 2] ?? 0) + (solution[s - 2] ?? 0);
      const earlier2 = (solution[n - 1] ?? 0) + (solution[s - 1] ?? 0);
      const right0 = right[k] ?? 0;
      const right1 = right[k + 1] ?? 0;
      const right2 = right[k + 2] ?? 0;
      east0 = (right0 + across * (later0 + earlier0) + beside * (both0 + (solution[k - 3] ?? 0))) * share + beside * share * east0;
      east1 = (right1 + across * (later1 + earlier1) + beside * (both1 + (solution[k - 2] ?? 0))) * share + beside * share * east1;
      east2 = (right2 + across * (later2 + earlier2) + beside * (both2 + (solution[k - 1] ?? 0))) * share + beside * share * east2;
      solution[k] = east0;
      solution[k + 1] = east1;
      solution[k + 2] = east2;
      dot0 += right0 * east0;
      dot1 += right1 * east1;
      dot2 += right2 * east2;
      later0 = both0;
      later1 = both1;
      later2 = both2;
      both0 = earlier0;
      both1 = earlier1;
      both2 = earlier2;
    }
  }
  return [dot0, dot1, dot2];
}

/**
 * Turns the search direction: `turns` times the last one, added to `values`, and the matrix times that. `A (z + t d) = A z + t A d`, so that
 * one pass is enough. Returns the curvature along it.
 */
export function turnByStencil([finest]: Levels, values: Float64Array, { direction, product }: Search, [turn0, turn1, turn2]: Lanes): Lanes {
  const { stride, runs, runsEnd, diagonal } = finest;
  let dot0 = 0;
  let dot1 = 0;
  let dot2 = 0;
  const [beside, across] = [BESIDE, ACROSS];
  for (let run = 0; run < runsEnd; run += RUN) {
    let i = runs[run] ?? 0;
    const end = (runs[run + 1] ?? 0) * 3;
    let k = i * 3;
    let n = (i - stride) * 3;
    let s = (i + stride) * 3;
    let west0 = values[k - 3] ?? 0;
    let west1 = values[k - 2] ?? 0;
    let west2 = values[k - 1] ?? 0;
    let here0 = values[k] ?? 0;
    let here1 = values[k + 1] ?? 0;
    let here2 = values[k + 2] ?? 0;
    let earlier0 = (values[n - 3] ?? 0) + (values[s - 3] ?? 0);
    let earlier1 = (values[n - 2] ?? 0) + (values[s - 2] ?? 0);
    let earlier2 = (values[n - 1] ?? 0) + (values[s - 1] ?? 0);
    let both0 = (values[n] ?? 0) + (values[s] ?? 0);
    let both1 = (values[n + 1] ?? 0) + (values[s + 1] ?? 0);
    let both2 = (values[n + 2] ?? 0) + (values[s + 2] ?? 0);
    for (; k < end; k += 3, n += 3, s += 3, i++) {
      const own = diagonal[i] ?? 0;
      const east0 = values[k + 3] ?? 0;
      const east1 = values[k + 4] ?? 0;
      const east2 = values[k + 5] ?? 0;
      const later0 = (values[n + 3] ?? 0) + (values[s + 3] ?? 0);
      const later1 = (values[n + 4] ?? 0) + (values[s + 4] ?? 0);
      const later2 = (values[n + 5] ?? 0) + (values[s + 5] ?? 0);
      const direction0 = here0 + turn0 * (direction[k] ?? 0);
      const product0 = own * here0 - beside * (both0 + west0 + east0) - across * (earlier0 + later0) + turn0 * (product[k] ?? 0);
      const direction1 = here1 + turn1 * (direction[k + 1] ?? 0);
      const product1 = own * here1 - beside * (both1 + west1 + east1) - across * (earlier1 + later1) + turn1 * (product[k + 1] ?? 0);
      const direction2 = here2 + turn2 * (direction[k + 2] ?? 0);
      const product2 = own * here2 - beside * (both2 + west2 + east2) - across * (earlier2 + later2) + turn2 * (product[k + 2] ?? 0);
      direction[k] = direction0;
      product[k] = product0;
      direction[k + 1] = direction1;
      product[k + 1] = product1;
      direction[k + 2] = direction2;
      product[k + 2] = product2;
      dot0 += product0 * direction0;
      dot1 += product1 * direction1;
      dot2 += product2 * direction2;
      west0 = here0;
      west1 = here1;
      west2 = here2;
      here0 = east0;
      here1 = east1;
      here2 = east2;
      earlier0 = both0;
      earlier1 = both1;
      earlier2 = both2;
      both0 = later0;
      both1 = later1;
      both2 = later2;
    }
  }
  return [dot0, dot1, dot2];
}

/** Takes steps along the search direction, and then the same cycle as `multigrid.ts`; returns the energy of what is left. */
export function cycleByStencil(levels: Levels, search: Search, steps: Lanes): Lanes {
  const [finest, ...coarser] = levels;
  const [next] = coarser;
  sweepForwards(finest, search, steps);
  if (next) {
    restrict(finest, next);
    cycle(coarser);
    correct(finest, next);
  }
  return sweepBackwards(finest);
}
