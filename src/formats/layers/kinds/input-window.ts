/**
 * Which cells of its input a layer's cell depends on: how far a change of one cell reaches, and what of a map must be worked out anew.
 *
 * Cells of the input lie `spacing` apart on a line on which the result's window moves on by `stride`: a convolution's stride is more than
 * one, a transposed one's spacing is.
 */
import type { BuiltLayer, Shape } from './built-layer.ts';

/** Along the rows or the columns: cell `i` depends on the cells `c` with `first + i * stride <= c * spacing < first + i * stride + size`. */
export interface SideWindow {
  readonly first: number;
  readonly size: number;
  readonly stride: number;
  readonly spacing: number;
}

/** Dense: on any cell. A window may reach beyond what it is of, where there is nothing. */
export type InputWindow = 'dense' | { readonly rows: SideWindow; readonly columns: SideWindow };

export const dense = (): InputWindow => 'dense';

const SAME_CELL: SideWindow = { first: 0, size: 1, stride: 1, spacing: 1 };

/** Rows and columns, or null for what has none, or for a size that is open. */
function sidesOf(shape: Shape | undefined): readonly [number, number] | null {
  const [, rows, columns] = shape ?? [];
  return shape?.length === 4 && rows && columns ? [rows, columns] : null;
}

/** @param windowOf the window along rows (0) and columns (1), given the input's length and the result's */
export function spatialWindow(
  { inputs, output }: BuiltLayer,
  input: number,
  windowOf: (side: 0 | 1, inputLength: number, outputLength: number) => SideWindow,
): InputWindow {
  const [from, to] = [sidesOf(inputs[input]), sidesOf(output)];
  return from && to ? { rows: windowOf(0, from[0], to[0]), columns: windowOf(1, from[1], to[1]) } : 'dense';
}

/** Every cell depends on the same cell of the input; where that is a single one that is repeated, on any. */
export function sameCell(layer: BuiltLayer, input: number): InputWindow {
  const [from, to] = [sidesOf(layer.inputs[input]), sidesOf(layer.output)];
  return from && to && from[0] === to[0] && from[1] === to[1] ? { rows: SAME_CELL, columns: SAME_CELL } : 'dense';
}

/** What moves over the input, as convolutions and pooling do. */
export function slidingWindow(size: number, stride: number, padding: unknown, inputLength: number, outputLength: number): SideWindow {
  const padded = padding === 'same' ? Math.max(0, (outputLength - 1) * stride + size - inputLength) : 0;
  return { first: 0 - Math.floor(padded / 2), size, stride, spacing: 1 };
}

/** The input begins so many cells after the result: below zero, it was cut. */
export function shiftedBy(cells: number): SideWindow {
  return { ...SAME_CELL, first: 0 - cells };
}

/** Every cell was repeated so many times. */
export function repeated(times: number): SideWindow {
  return { first: 1 - times, size: times, stride: 1, spacing: times };
}
