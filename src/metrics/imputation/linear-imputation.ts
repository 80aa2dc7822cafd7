/**
 * Linear imputation (ROAD: Rong et al., ICML 2022): every removed pixel is the weighted mean of its eight neighbours, known or removed alike,
 * with 1/6 for those beside it and 1/12 for those across the corner. Neighbours outside the image do not count.
 *
 * That is one symmetric, sparse, positive definite system of equations per channel, the same matrix for all of them. It is solved by
 * conjugate gradients (Hestenes and Stiefel, 1952), preconditioned by a multigrid cycle: about ten iterations, however large the holes are.
 */
import type { Pixels } from '../../core/images/resize.ts';
import { channelsWithContent } from '../../core/images/transparency.ts';
import { emptyLevels, LANES, type Levels, paddedIndex, RUN, vectorFor } from './levels.ts';
import { cycleByStencil, type Lanes, type Search, turnByStencil } from './stencil.ts';
import { setSystem } from './system.ts';

/**
 * When to stop: the error in the matrix's own norm, in levels of 255, as the preconditioner estimates it. A single pixel's error is at most
 * that norm times the root of its place on the inverse's diagonal, which is 1 for a single removed pixel and grows with the logarithm of a
 * hole's width. Measured on holes of many shapes, it was 0.035 at the most.
 */
const TOLERANCE = 0.04;
/** Never reached; rounding errors must not keep the loop going. */
const MAX_ITERATIONS = 100;

/** Room for one solution after the other: nothing is allocated per iteration, nor for another hole in the same image. */
interface Workspace {
  readonly levels: Levels;
  readonly search: Search;
}

/** Kept for as long as their images are: every map makes as many holes in an image as it has shares. */
const workspaces = new WeakMap<Pixels, Workspace>();

function workspaceOf(image: Pixels): Workspace {
  const known = workspaces.get(image);
  if (known) return known;
  const grid = { rows: image.height, columns: image.width };
  const [values, direction, product] = [vectorFor(grid), vectorFor(grid), vectorFor(grid)];
  const made = { levels: emptyLevels(grid), search: { values, direction, product } };
  workspaces.set(image, made);
  return made;
}

/** Puts channels into the lanes of `values`, from the given one on, their unknowns starting from the mean of what is known. */
function load(values: Float64Array, { width, height, data }: Pixels, removed: Uint8Array, first: number, count: number): void {
  values.fill(0);
  for (let lane = 0; lane < count; lane++) {
    const channel = first + lane;
    let sum = 0;
    let known = 0;
    for (let pixel = 0; pixel < removed.length; pixel++) {
      if (removed[pixel]) continue;
      sum += data[pixel * 4 + channel] ?? 0;
      known++;
    }
    const mean = sum / known;
    for (let pixel = 0, row = 0; row < height; row++) {
      const start = paddedIndex(width, row, 0);
      for (let i = start; i < start + width; i++, pixel++) {
        values[i * LANES + lane] = removed[pixel] ? mean : (data[pixel * 4 + channel] ?? 0);
      }
    }
  }
}

/** Solves for the unknowns among the values, in all lanes at once; one that is right stays as it is. */
function solve({ levels, search }: Workspace): void {
  const [{ right, solution }] = levels;
  const isRight = [false, false, false];
  const ratios = (above: Lanes, below: Lanes): Lanes => {
    const ratio = (lane: 0 | 1 | 2) => (isRight[lane] ? 0 : above[lane] / below[lane]);
    return [ratio(0), ratio(1), ratio(2)];
  };
  for (const vector of [right, search.direction, search.product]) vector.fill(0);
  turnByStencil(levels, search.values, search, [0, 0, 0]);
  search.direction.fill(0);
  // The first step goes nowhere, but takes the product with what the unknowns start from off the right-hand side, which is zero.
  let steps: Lanes = [1, 1, 1];
  let energies: Lanes = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const next = cycleByStencil(levels, search, steps);
    for (const [lane, energy] of next.entries()) isRight[lane] ||= energy <= TOLERANCE ** 2;
    if (isRight.every(Boolean)) return;
    const curvatures = turnByStencil(levels, solution, search, ratios(next, energies));
    energies = next;
    steps = ratios(next, curvatures);
  }
}

/** Puts the unknowns into the channels of RGBA, from the given one on. */
function unload({ levels: [finest], search: { values } }: Workspace, result: Float32Array, first: number, count: number): void {
  const { columns, runs, runsEnd } = finest;
  for (let run = 0; run < runsEnd; run += RUN) {
    const end = runs[run + 1] ?? 0;
    const row = runs[run + 2] ?? 0;
    const padding = paddedIndex(columns, row, 0) - row * columns;
    for (let i = runs[run] ?? 0; i < end; i++) {
      for (let lane = 0; lane < count; lane++) result[(i - padding) * 4 + first + lane] = values[i * LANES + lane] ?? 0;
    }
  }
}

/**
 * The image with the removed pixels imputed, without noise.
 *
 * @param removed 1 for every removed pixel, row-major; where all are, there is nothing to impute from, and they become black
 * @returns RGBA, 0 to 255, not rounded; removed pixels are right to 0.05
 */
export function linearlyImputed(image: Pixels, removed: Uint8Array): Float32Array {
  const result = new Float32Array(image.data);
  const channels = channelsWithContent(image);
  if (!removed.includes(0)) {
    for (let i = 0; i < result.length; i++) if (i % 4 < channels) result[i] = 0;
    return result;
  }
  const work = workspaceOf(image);
  setSystem(work.levels, removed);
  // Colours at once; transparency, which is rare, by itself.
  for (let first = 0; first < channels; first += LANES) {
    const count = Math.min(LANES, channels - first);
    load(work.search.values, image, removed, first, count);
    solve(work);
    unload(work, result, first, count);
  }
  return result;
}
