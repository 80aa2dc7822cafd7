/** What layers of our own do, written out in plain numbers, and tables of cases made from it. */
import { type Resampling, resamplingMatrix, type Window } from '../../../core/images/resampling-matrix.ts';

export type Shape = readonly number[];

/** A tensor in plain numbers. */
export interface Plain {
  readonly shape: Shape;
  readonly values: readonly number[];
}

/** What a layer does, written out: a function of all values at once. */
export type Definition = (...inputs: Plain[]) => Plain;

export interface Case {
  readonly what: string;
  readonly kind: string;
  readonly config: Record<string, unknown>;
  readonly inputs: readonly Shape[];
  readonly definition: Definition;
}

function sizeOf(shape: Shape): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Without a pattern, on both sides of zero, and nowhere near a kink. */
export function valuesOf(shape: Shape, seed: number): number[] {
  return Array.from({ length: sizeOf(shape) }, (_, i) => {
    const value = Math.round(Math.sin((i + 1) * 12.9898 + seed) * 3000) / 1000;
    return Math.abs((value * 10) % 1) < 0.05 ? value + 0.013 : value;
  });
}

function elementwise(compute: (x: number) => number): Definition {
  return ({ shape, values }) => ({ shape, values: values.map(compute) });
}

export function activation(what: string, className: string, config: Record<string, unknown>, compute: (x: number) => number): Case {
  const setting = { className, config };
  return { what, kind: 'Activation', config: { activation: setting }, inputs: [[1, 3, 4, 2]], definition: elementwise(compute) };
}

/** A tensor of this shape, of which each value is found by its position. */
export function filled(shape: Shape, valueAt: (position: number[]) => number): Plain {
  const values = Array.from({ length: sizeOf(shape) }, (_, i) => {
    const position: number[] = [];
    let rest = i;
    for (const side of shape.toReversed()) {
      position.unshift(rest % side);
      rest = Math.floor(rest / side);
    }
    return valueAt(position);
  });
  return { shape, values };
}

export function at({ shape, values }: Plain, position: readonly number[]): number {
  return values[position.reduce((sum, index, axis) => sum * (shape[axis] ?? 1) + index, 0)] ?? Number.NaN;
}

/** An image's every pixel, by the pixels of each axis that it is made of. */
export function resizedBy(
  rows: Window,
  columns: Window,
  [height, width]: readonly [number, number],
  resampling: Resampling,
  fill = 0,
): Definition {
  return (x) => {
    const [batch = 1, sourceHeight = 1, sourceWidth = 1, channels = 1] = x.shape;
    const down = resamplingMatrix(sourceHeight, height, rows, resampling);
    const across = resamplingMatrix(sourceWidth, width, columns, resampling);
    return filled([batch, height, width, channels], ([n = 0, i = 0, j = 0, c = 0]) => {
      let sum = 0;
      let covered = 0;
      for (let row = 0; row < sourceHeight; row++) {
        for (let column = 0; column < sourceWidth; column++) {
          const weight = (down[i * sourceHeight + row] ?? 0) * (across[j * sourceWidth + column] ?? 0);
          sum += weight * at(x, [n, row, column, c]);
          covered += weight;
        }
      }
      return sum + (1 - covered) * fill;
    });
  };
}

export function resizing(
  what: string,
  source: Shape,
  size: readonly [number, number],
  settings: Record<string, unknown>,
  definition: Definition,
): Case {
  const [height, width] = size;
  return { what, kind: 'Resizing', config: { height, width, interpolation: 'bilinear', ...settings }, inputs: [source], definition };
}

export const BILINEAR: Resampling = { interpolation: 'bilinear', isAntialiased: false, alignment: 'half-pixel' };

export function whole(length: number): Window {
  return { from: 0, length };
}

/** Positions in the order in which Python's `range(length)[start:stop:step]` gives them, worked out by hand for each case. */
export function slicing(what: string, slices: unknown, shape: Shape, result: Shape, positions: readonly (readonly number[])[]): Case {
  const definition: Definition = (x) => {
    const kept = positions.map((list) => list);
    const values = filled(
      kept.map((list) => list.length),
      (position) =>
        at(
          x,
          position.map((index, axis) => kept[axis]?.[index] ?? Number.NaN),
        ),
    ).values;
    return { shape: result, values };
  };
  return { what, kind: 'Slice', config: { slices }, inputs: [shape], definition };
}

export function merging(
  kind: string,
  config: Record<string, unknown>,
  shapes: readonly [Shape, Shape],
  compute: (a: number, b: number) => number,
): Case {
  const definition: Definition = (a, b) =>
    filled(
      a.shape.map((side, axis) => Math.max(side, b.shape[axis] ?? 1)),
      (position) => {
        const within = ({ shape }: Plain) => position.map((index, axis) => (shape[axis] === 1 ? 0 : index));
        return compute(at(a, within(a)), at(b, within(b)));
      },
    );
  return { what: `${kind} of ${shapes.join(' and ')}`, kind, config, inputs: shapes, definition };
}

export function flattening(from: Shape, to: Shape): Case {
  return { what: from.join(' × '), kind: 'Flatten', config: {}, inputs: [from], definition: ({ values }) => ({ shape: to, values }) };
}
