/** A move goes on from a tensor with a drawn layer, or several, and what moves have in common. */

import type { Draw } from '../draw.ts';
import type { Builder } from '../drawing/builder.ts';
import { Unsuitable } from '../drawing/builder.ts';
import type { Tensor, Weight } from '../network.ts';

/** @throws Unsuitable for a tensor that the layer cannot take */
export type Move = (builder: Builder, x: Tensor) => Tensor;

/** Rows, columns and channels. @throws Unsuitable for a tensor that is no grid */
export function gridOf({ values: { shape } }: Tensor): [number, number, number] {
  const [rows, columns, channels] = shape;
  if (shape.length !== 3 || !rows || !columns || !channels) throw new Unsuitable('no grid');
  return [rows, columns, channels];
}

export function channelsOf({ values: { shape } }: Tensor): number {
  return shape.at(-1) ?? 1;
}

export function size(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** A weight that is normally distributed. */
export function normalWeight(draw: Draw, name: string, shape: readonly number[], std: number, mean = 0): Weight {
  return { name, shape, values: draw.normal(size(shape), mean, std) };
}

/** A number for both sides, or one for each, as settings hold them. */
export function pairSetting(draw: Draw, rows: number, columns: number): number | [number, number] {
  return rows === columns && draw.isOneIn(3) ? rows : [rows, columns];
}

/** What a setting is left at by whoever does not care: not there, or there. */
export function padding(draw: Draw): 'valid' | 'same' {
  return draw.pick(['valid', 'same']);
}
