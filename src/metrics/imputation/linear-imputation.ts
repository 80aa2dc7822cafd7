/**
 * Linear imputation (ROAD: Rong et al., ICML 2022): every removed pixel is the weighted mean of its eight neighbours, known or removed alike,
 * with 1/6 for those beside it and 1/12 for those across the corner. Neighbours outside the image do not count.
 *
 * That is one symmetric, sparse, positive definite system of equations per channel, the same matrix for all of them. It is solved by
 * conjugate gradients (Hestenes and Stiefel, 1952), preconditioned by a multigrid cycle: about ten iterations, however large the holes are.
 */
import type { Pixels } from '../../core/images/resize.ts';
import { channelsWithContent } from '../../core/images/transparency.ts';
import { cycle, emptyLevel, type Level, levelsOf, paddedIndex, productAt } from './multigrid.ts';

const BESIDE = 1 / 6;
const ACROSS = 1 / 12;

/**
 * When to stop: the error in the matrix's own norm, in levels of 255, as the preconditioner estimates it. A single pixel's error is at most
 * that norm times the root of its place on the inverse's diagonal, which is 1 for a single removed pixel and grows with the logarithm of a
 * hole's width. Measured on holes of many shapes, it was 0.035 at the most.
 */
const TOLERANCE = 0.04;
/** Never reached; rounding errors must not keep the loop going. */
const MAX_ITERATIONS = 100;

/** Each place's eight neighbours, weighted: of padded values `[height + 2, width + 2]` with zeros where nothing counts. */
function weightedSum(values: Float64Array, i: number, stride: number): number {
  const [above, below] = [i - stride, i + stride];
  const beside = (values[above] ?? 0) + (values[i - 1] ?? 0) + (values[i + 1] ?? 0) + (values[below] ?? 0);
  const across = (values[above - 1] ?? 0) + (values[above + 1] ?? 0) + (values[below - 1] ?? 0) + (values[below + 1] ?? 0);
  return BESIDE * beside + ACROSS * across;
}

/** The system's matrix. Its unknowns are the removed pixels; the right-hand side is the channel's. */
function systemOf({ width, height }: Pixels, removed: Uint8Array): Level {
  const stride = width + 2;
  const isInside = new Float64Array((height + 2) * stride);
  const isUnknown = new Float64Array(isInside.length);
  const unknowns = new Int32Array(removed.reduce((count, isRemoved) => count + (isRemoved ? 1 : 0), 0));
  let count = 0;
  for (let pixel = 0; pixel < removed.length; pixel++) {
    const i = paddedIndex(width, Math.floor(pixel / width), pixel % width);
    isInside[i] = 1;
    if (!removed[pixel]) continue;
    isUnknown[i] = 1;
    unknowns[count++] = i;
  }
  const level = emptyLevel({ rows: height, columns: width }, unknowns);
  for (const i of unknowns) {
    level.diagonal[i] = weightedSum(isInside, i, stride);
    level.east[i] = BESIDE * (isUnknown[i + 1] ?? 0);
    level.southWest[i] = ACROSS * (isUnknown[i + stride - 1] ?? 0);
    level.south[i] = BESIDE * (isUnknown[i + stride] ?? 0);
    level.southEast[i] = ACROSS * (isUnknown[i + stride + 1] ?? 0);
  }
  return level;
}

/** Room for one solution: nothing is allocated per iteration, nor per channel. Padded, `[height + 2, width + 2]`. */
interface Workspace {
  readonly levels: readonly Level[];
  readonly finest: Level;
  /** The channel's values, those of the unknowns being what is sought. */
  readonly values: Float64Array;
  readonly direction: Float64Array;
  readonly product: Float64Array;
}

/** Puts one channel into `values`, its unknowns starting from the mean of what is known. */
function load({ values, finest }: Workspace, { width, data }: Pixels, removed: Uint8Array, channel: number): void {
  let sum = 0;
  for (let pixel = 0; pixel < removed.length; pixel++) {
    const value = removed[pixel] ? 0 : (data[pixel * 4 + channel] ?? 0);
    values[paddedIndex(width, Math.floor(pixel / width), pixel % width)] = value;
    sum += value;
  }
  const mean = sum / (removed.length - finest.unknowns.length);
  for (const i of finest.unknowns) values[i] = mean;
}

/** Solves for the unknowns among `values`. */
function solve({ levels, finest, values, direction, product }: Workspace): void {
  const { unknowns, diagonal, columns } = finest;
  const { right: residual, solution: scaled } = finest;
  for (const i of unknowns) residual[i] = weightedSum(values, i, columns + 2) - (diagonal[i] ?? 0) * (values[i] ?? 0);
  direction.fill(0);
  let energy = 0;
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    cycle(levels);
    let next = 0;
    for (const i of unknowns) next += (residual[i] ?? 0) * (scaled[i] ?? 0);
    if (next <= TOLERANCE ** 2) return;
    const turn = iteration === 0 ? 0 : next / energy;
    energy = next;
    for (const i of unknowns) direction[i] = (scaled[i] ?? 0) + turn * (direction[i] ?? 0);
    let curvature = 0;
    for (const i of unknowns) {
      const value = productAt(finest, direction, i);
      product[i] = value;
      curvature += value * (direction[i] ?? 0);
    }
    const step = energy / curvature;
    for (const i of unknowns) {
      values[i] = (values[i] ?? 0) + step * (direction[i] ?? 0);
      residual[i] = (residual[i] ?? 0) - step * (product[i] ?? 0);
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
  const { width, data } = image;
  const result = Float32Array.from(data);
  const finest = systemOf(image, removed);
  const { unknowns, columns } = finest;
  const isSolvable = unknowns.length < removed.length;
  const vector = () => new Float64Array(finest.right.length);
  const work: Workspace = { levels: isSolvable ? levelsOf(finest) : [], finest, values: vector(), direction: vector(), product: vector() };
  const channels = channelsWithContent(image);
  for (let channel = 0; channel < channels; channel++) {
    if (isSolvable) {
      load(work, image, removed, channel);
      solve(work);
    }
    for (const i of unknowns) {
      const pixel = (Math.floor(i / (columns + 2)) - 1) * width + (i % (columns + 2)) - 1;
      result[pixel * 4 + channel] = work.values[i] ?? 0;
    }
  }
  return result;
}
