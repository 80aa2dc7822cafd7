/**
 * Small changes of what a network is given that should change no explanation, and the way back for the maps: what a map owes to chance is
 * found by them. Flips and shifts come from test-time augmentation, Gaussian noise from SmoothGrad (Smilkov et al., 2017, section 3.2),
 * uniform noise from max-sensitivity (Yeh et al., NeurIPS 2019, section 4).
 */

import { betweenCells, rowInterpolator } from '../maps/bilinear.ts';
import type { SaliencyMap } from '../maps/saliency-map.ts';
import { gaussianFrom, randomFrom } from '../statistics/random.ts';
import type { Size } from './geometry.ts';

/** Done in this order: the image is moved, then flipped, then noise is added. */
export interface InputChange {
  /** How far what is in the image moves to the right and down, in whole pixels of the network's input; its edge is repeated behind it. */
  readonly shiftX: number;
  readonly shiftY: number;
  /** Left becomes right. */
  readonly isMirrored: boolean;
  /** Top becomes bottom. */
  readonly isUpsideDown: boolean;
  /** How much noise, as a share of the range of the input's values. */
  readonly noise: number;
  /** Whether that is the std of Gaussian noise, or the furthest that uniform noise moves a value, up or down. */
  readonly noiseKind: 'gaussian' | 'uniform';
  /** Of the noise. */
  readonly seed: number;
}

/** Whether the input stays as it is. */
export function isIdentity({ shiftX, shiftY, isMirrored, isUpsideDown, noise }: InputChange): boolean {
  return shiftX === 0 && shiftY === 0 && !isMirrored && !isUpsideDown && noise === 0;
}

export function isSameChange(a: InputChange, b: InputChange): boolean {
  const isSamePlace = a.shiftX === b.shiftX && a.shiftY === b.shiftY && a.isMirrored === b.isMirrored && a.isUpsideDown === b.isUpsideDown;
  return isSamePlace && a.noise === b.noise && (a.noise === 0 || (a.seed === b.seed && a.noiseKind === b.noiseKind));
}

/** For every pixel of a side of the changed input, the one that it is taken from. */
function takenFrom(length: number, shift: number, isFlipped: boolean): Int32Array {
  return Int32Array.from({ length }, (_, i) => {
    const moved = (isFlipped ? length - 1 - i : i) - shift;
    return Math.min(length - 1, Math.max(0, moved));
  });
}

/** Numbers of a seed, to be multiplied with how much noise there is. */
const NOISE: Readonly<Record<InputChange['noiseKind'], (seed: number) => () => number>> = {
  gaussian: gaussianFrom,
  uniform(seed) {
    const random = randomFrom(seed);
    return () => 2 * random() - 1;
  },
};

function addNoise(values: Float32Array, { noise, noiseKind, seed }: InputChange): void {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const size = noise * (most - least);
  const next = NOISE[noiseKind](seed);
  for (const [i, value] of values.entries()) values[i] = value + size * next();
}

/** @param values `[height, width, channels]`, as the network takes them; they stay as they are */
export function changedInput(values: Float32Array, { width, height }: Size, change: InputChange): Float32Array {
  const channels = values.length / (width * height);
  const columns = takenFrom(width, change.shiftX, change.isMirrored);
  const rows = takenFrom(height, change.shiftY, change.isUpsideDown);
  const changed = new Float32Array(values.length);
  for (const [y, row] of rows.entries()) {
    for (const [x, column] of columns.entries()) {
      const from = (row * width + column) * channels;
      changed.set(values.subarray(from, from + channels), (y * width + x) * channels);
    }
  }
  if (change.noise > 0) addNoise(changed, change);
  return changed;
}

function flipped({ rows, columns, values }: SaliencyMap, { isMirrored, isUpsideDown }: InputChange): SaliencyMap {
  const cellOf = (row: number, column: number) =>
    (isUpsideDown ? rows - 1 - row : row) * columns + (isMirrored ? columns - 1 - column : column);
  return { rows, columns, values: values.map((_, i) => values[cellOf(Math.floor(i / columns), i % columns)] ?? Number.NaN) };
}

/** Whether the middle of a cell is still in the image after the move, all in cells. */
function isInside(cell: number, shift: number, cells: number): boolean {
  const middle = cell + 0.5 + shift;
  return middle >= 0 && middle <= cells;
}

/**
 * A map of the changed input, laid back over the input as it was. A move by part of a cell is undone by bilinear interpolation.
 *
 * @param input the network's own size
 * @returns not a number in the cells whose middles were moved out of the image: the map knows nothing of them
 */
export function undoneMap(map: SaliencyMap, { width, height }: Size, change: InputChange): SaliencyMap {
  const { rows, columns } = map;
  const back = change.isMirrored || change.isUpsideDown ? flipped(map, change) : map;
  if (change.shiftX === 0 && change.shiftY === 0) return back;
  const [right, down] = [(change.shiftX * columns) / width, (change.shiftY * rows) / height];
  const across = betweenCells(0, columns, -right, columns, columns);
  const downwards = betweenCells(0, rows, -down, rows, rows);
  const fillRow = rowInterpolator(back, downwards, across);
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(row * columns, (row + 1) * columns);
    fillRow(row, own);
    for (let column = 0; column < columns; column++)
      if (!isInside(row, down, rows) || !isInside(column, right, columns)) own[column] = Number.NaN;
  }
  return { rows, columns, values };
}
