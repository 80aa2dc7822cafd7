/**
 * ROAD, remove and debias (Rong et al., ICML 2022): pixels are removed by noisy linear imputation, which leaves no edges that a network could
 * read the mask from.
 *
 * Every removed pixel is the weighted mean of its eight neighbours (section 4.1: 1/6 for those beside it, 1/12 for those across the corner;
 * neighbours outside the picture do not count), with a little noise on top. That is a symmetric, sparse system of equations for each channel,
 * solved here by conjugate gradients from a start that is right on the large scale: without one, what lies far from any known pixel takes
 * hundreds of rounds to hear of it.
 */
import type { Size } from '../geometry.ts';
import type { Pixels } from '../resize.ts';
import { gaussianFrom } from './random.ts';

/** The shares of pixels that are removed. */
export const ROAD_SHARES: readonly number[] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

const BESIDE = 1 / 6;
const ACROSS = 1 / 12;
const NEIGHBOURS: readonly (readonly [down: number, right: number, weight: number])[] = [
  [-1, -1, ACROSS],
  [-1, 0, BESIDE],
  [-1, 1, ACROSS],
  [0, -1, BESIDE],
  [0, 1, BESIDE],
  [1, -1, ACROSS],
  [1, 0, BESIDE],
  [1, 1, ACROSS],
];

/** Of values from 0 to 1, as in the authors' code. */
const NOISE = 0.01;
/** The root mean square of what is left of the equations, in levels of 255: far below the noise. */
const TOLERANCE = 0.02;
const MAX_ITERATIONS = 400;

/** The unknown pixels and what ties them together. */
interface System {
  /** Pixel numbers of the unknowns. */
  readonly pixels: Uint32Array;
  /** For each unknown its eight neighbours: an unknown's number, -1 for a known pixel or none. */
  readonly links: Int32Array;
  /** The sum of the weights of all neighbours inside the picture. */
  readonly diagonal: Float64Array;
}

function systemOf({ width, height }: Pixels, removed: Uint8Array): System {
  const numbers = new Int32Array(removed.length).fill(-1);
  const pixels: number[] = [];
  for (const [pixel, isRemoved] of removed.entries()) if (isRemoved) numbers[pixel] = pixels.push(pixel) - 1;
  const links = new Int32Array(pixels.length * NEIGHBOURS.length).fill(-1);
  const diagonal = new Float64Array(pixels.length);
  for (const [i, pixel] of pixels.entries()) {
    for (const [k, [down, right, weight]] of NEIGHBOURS.entries()) {
      const [row, column] = [Math.floor(pixel / width) + down, (pixel % width) + right];
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      links[i * NEIGHBOURS.length + k] = numbers[row * width + column] ?? -1;
      diagonal[i] = (diagonal[i] ?? 0) + weight;
    }
  }
  return { pixels: Uint32Array.from(pixels), links, diagonal };
}

/** What the known neighbours give: the right-hand side for one channel. */
function knownPart({ width, height, data }: Pixels, { pixels }: System, removed: Uint8Array, channel: number): Float64Array {
  return Float64Array.from(pixels, (pixel) => {
    let sum = 0;
    for (const [down, right, weight] of NEIGHBOURS) {
      const [row, column] = [Math.floor(pixel / width) + down, (pixel % width) + right];
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      const neighbour = row * width + column;
      if (!removed[neighbour]) sum += weight * (data[neighbour * 4 + channel] ?? 0);
    }
    return sum;
  });
}

const WEIGHTS = NEIGHBOURS.map(([, , weight]) => weight);

/** The system's matrix times `x`, into `result`. */
function multiply({ links, diagonal }: System, x: Float64Array, result: Float64Array): void {
  for (let i = 0; i < x.length; i++) {
    let sum = (diagonal[i] ?? 0) * (x[i] ?? 0);
    for (let k = 0; k < 8; k++) {
      const link = links[i * 8 + k] ?? -1;
      if (link >= 0) sum -= (WEIGHTS[k] ?? 0) * (x[link] ?? 0);
    }
    result[i] = sum;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Conjugate gradients (Hestenes and Stiefel, 1952), scaled by the diagonal; `x` is the start, and becomes the solution. */
function solve(system: System, right: Float64Array, x: Float64Array): void {
  const { diagonal } = system;
  const product = new Float64Array(x.length);
  multiply(system, x, product);
  const rest = right.map((value, i) => value - (product[i] ?? 0));
  const scaled = rest.map((value, i) => value / (diagonal[i] || 1));
  const direction = scaled.slice();
  let size = dot(rest, scaled);
  for (let i = 0; i < MAX_ITERATIONS && size > TOLERANCE ** 2 * x.length; i++) {
    multiply(system, direction, product);
    const step = size / dot(direction, product);
    for (let k = 0; k < x.length; k++) {
      x[k] = (x[k] ?? 0) + step * (direction[k] ?? 0);
      rest[k] = (rest[k] ?? 0) - step * (product[k] ?? 0);
      scaled[k] = (rest[k] ?? 0) / (diagonal[k] || 1);
    }
    const next = dot(rest, scaled);
    const turn = next / size;
    for (let k = 0; k < x.length; k++) direction[k] = (scaled[k] ?? 0) + turn * (direction[k] ?? 0);
    size = next;
  }
}

/** A picture of one channel, as sums of known values and how many there are. */
interface Level extends Size {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/** Every place of the next level is four of this one. */
function halved({ width, height, sums, counts }: Level): Level {
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const result = {
    width: halfWidth,
    height: halfHeight,
    sums: new Float64Array(halfWidth * halfHeight),
    counts: new Float64Array(halfWidth * halfHeight),
  };
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const to = (row >> 1) * halfWidth + (column >> 1);
      const from = row * width + column;
      result.sums[to] = (result.sums[to] ?? 0) + (sums[from] ?? 0);
      result.counts[to] = (result.counts[to] ?? 0) + (counts[from] ?? 0);
    }
  }
  return result;
}

/** The mean of what is known around each place: of its own, or else of the coarser level, interpolated. */
function filledIn(level: Level): Float64Array {
  const { width, height, sums, counts } = level;
  if (width <= 1 && height <= 1) return sums.map((sum, i) => sum / (counts[i] || 1));
  const coarse = halved(level);
  const values = filledIn(coarse);
  const result = new Float64Array(sums.length);
  for (let row = 0; row < height; row++) {
    const y = Math.min(coarse.height - 1, Math.max(0, (row + 0.5) / 2 - 0.5));
    const top = Math.min(Math.floor(y), Math.max(0, coarse.height - 2));
    const bottom = Math.min(top + 1, coarse.height - 1);
    for (let column = 0; column < width; column++) {
      const i = row * width + column;
      if (counts[i]) {
        result[i] = (sums[i] ?? 0) / (counts[i] ?? 1);
        continue;
      }
      const x = Math.min(coarse.width - 1, Math.max(0, (column + 0.5) / 2 - 0.5));
      const left = Math.min(Math.floor(x), Math.max(0, coarse.width - 2));
      const right = Math.min(left + 1, coarse.width - 1);
      const at = (r: number, c: number) => values[r * coarse.width + c] ?? 0;
      const above = at(top, left) * (1 - x + left) + at(top, right) * (x - left);
      const below = at(bottom, left) * (1 - x + left) + at(bottom, right) * (x - left);
      result[i] = above * (1 - y + top) + below * (y - top);
    }
  }
  return result;
}

/** Where the search for the removed pixels of one channel begins. */
function startFor({ width, height, data }: Pixels, { pixels }: System, removed: Uint8Array, channel: number): Float64Array {
  const counts = Float64Array.from(removed, (isRemoved) => (isRemoved ? 0 : 1));
  const sums = counts.map((count, pixel) => (count ? (data[pixel * 4 + channel] ?? 0) : 0));
  const values = filledIn({ width, height, sums, counts });
  return Float64Array.from(pixels, (pixel) => values[pixel] ?? 0);
}

/**
 * The picture with the removed pixels imputed.
 *
 * @param removed 1 for every removed pixel, row-major; where all are, they become black
 * @param seed of the noise; null: none
 * @returns RGBA
 */
export function imputed(picture: Pixels, removed: Uint8Array, seed: number | null): Uint8ClampedArray {
  const { data } = picture;
  const system = systemOf(picture, removed);
  const { pixels } = system;
  const result = data.slice();
  const noise = seed === null ? null : gaussianFrom(seed);
  for (let channel = 0; channel < 3; channel++) {
    const x = startFor(picture, system, removed, channel);
    // Without a single known pixel there is nothing to solve.
    if (pixels.length < removed.length) solve(system, knownPart(picture, system, removed, channel), x);
    for (const [i, pixel] of pixels.entries()) result[pixel * 4 + channel] = (x[i] ?? 0) + (noise ? noise() * NOISE * 255 : 0);
  }
  return result;
}

/**
 * How much better the least important pixels can be spared than the most important ones: the mean of half the difference of the probabilities,
 * as `ROADCombined` of pytorch-grad-cam does. Larger is better; around zero for a map that knows nothing.
 */
export function roadScore(most: readonly number[], least: readonly number[]): number {
  return least.reduce((sum, value, i) => sum + (value - (most[i] ?? Number.NaN)) / 2, 0) / least.length;
}
