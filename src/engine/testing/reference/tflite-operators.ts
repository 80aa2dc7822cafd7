/** Operators of TFLite in plain float64, from their documentation: `[batch, rows, columns, channels]`, SAME as TensorFlow defines it. */
import { at, filled, placesIn, type Shape, type Values } from './values.ts';

export type Padding = 'SAME' | 'VALID';
export type Pair = readonly [rows: number, columns: number];

export interface Window {
  readonly taps: Pair;
  readonly strides: Pair;
  readonly dilations?: Pair;
  readonly padding: Padding;
}

/** How many results there are, and where the first window begins. */
function side(length: number, taps: number, stride: number, dilation: number, padding: Padding): { out: number; start: number } {
  const extent = (taps - 1) * dilation + 1;
  if (padding === 'VALID') return { out: Math.ceil((length - extent + 1) / stride), start: 0 };
  const out = Math.ceil(length / stride);
  return { out, start: -Math.floor(Math.max(0, (out - 1) * stride + extent - length) / 2) };
}

/** The cells that each window covers, those outside of the image left out. */
function windowed(
  x: Values,
  { taps, strides, dilations = [1, 1], padding }: Window,
  channels: number,
  valueAt: (channel: number, cells: readonly (readonly [tap: Pair, cell: Pair])[]) => number,
): Values {
  const [batch = 1, height = 1, width = 1] = x.shape;
  const [rows, columns] = [0, 1].map((i) => side([height, width][i] ?? 1, taps[i] ?? 1, strides[i] ?? 1, dilations[i] ?? 1, padding));
  return filled([batch, rows?.out ?? 0, columns?.out ?? 0, channels], ([, row = 0, column = 0, channel = 0]) => {
    const cells = [...placesIn(taps)].flatMap(([down = 0, across = 0]): [Pair, Pair][] => {
      const cell: Pair = [
        (rows?.start ?? 0) + row * strides[0] + down * dilations[0],
        (columns?.start ?? 0) + column * strides[1] + across * dilations[1],
      ];
      const isInside = cell[0] >= 0 && cell[0] < height && cell[1] >= 0 && cell[1] < width;
      return isInside ? [[[down, across], cell]] : [];
    });
    return valueAt(channel, cells);
  });
}

/** @param kernel `[filters, rows, columns, channels of a group]` */
export function convolution(x: Values, kernel: Values, bias: readonly number[], window: Omit<Window, 'taps'>): Values {
  const [filters = 1, down = 1, across = 1, perGroup = 1] = kernel.shape;
  const groups = (x.shape[3] ?? 1) / perGroup;
  return windowed(x, { ...window, taps: [down, across] }, filters, (filter, cells) => {
    const first = Math.floor(filter / (filters / groups)) * perGroup;
    let sum = bias[filter] ?? 0;
    for (const [tap, cell] of cells)
      for (let channel = 0; channel < perGroup; channel++)
        sum += at(kernel, [filter, ...tap, channel]) * at(x, [0, ...cell, first + channel]);
    return sum;
  });
}

/** @param kernel `[1, rows, columns, channels * multiplier]` */
export function depthwise(x: Values, kernel: Values, bias: readonly number[], window: Omit<Window, 'taps'>): Values {
  const [, down = 1, across = 1, filters = 1] = kernel.shape;
  const multiplier = filters / (x.shape[3] ?? 1);
  return windowed(x, { ...window, taps: [down, across] }, filters, (filter, cells) =>
    cells.reduce(
      (sum, [tap, cell]) => sum + at(kernel, [0, ...tap, filter]) * at(x, [0, ...cell, Math.floor(filter / multiplier)]),
      bias[filter] ?? 0,
    ),
  );
}

/** The other way round than a convolution of the same settings. @param kernel `[filters, rows, columns, channels]` */
export function transposedConvolution(x: Values, kernel: Values, size: Pair, strides: Pair, padding: Padding): Values {
  const [filters = 1, ...taps] = kernel.shape;
  const starts = [0, 1].map((i) => side(size[i] ?? 1, taps[i] ?? 1, strides[i] ?? 1, 1, padding).start);
  const result = filled([1, ...size, filters], () => 0);
  for (const [, row = 0, column = 0, channel = 0] of placesIn(x.shape))
    for (const [filter = 0, down = 0, across = 0] of placesIn([filters, taps[0] ?? 1, taps[1] ?? 1])) {
      const cell = [row * strides[0] + down + (starts[0] ?? 0), column * strides[1] + across + (starts[1] ?? 0)];
      const [r = -1, c = -1] = cell;
      if (r < 0 || c < 0 || r >= size[0] || c >= size[1]) continue;
      const place = (r * size[1] + c) * filters + filter;
      result.data[place] = (result.data[place] ?? 0) + at(x, [0, row, column, channel]) * at(kernel, [filter, down, across, channel]);
    }
  return result;
}

/** A mean is of the cells inside the image alone. */
export function pooling(x: Values, kind: 'mean' | 'max', window: Window): Values {
  return windowed(x, window, x.shape[3] ?? 1, (channel, cells) => {
    const values = cells.map(([, cell]) => at(x, [0, ...cell, channel]));
    return kind === 'max' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0) / values.length;
  });
}

export type Alignment = 'corners' | 'half-pixels' | 'edges';

/** Where a place of the result lies in the image. */
function sourceOf(place: number, length: number, out: number, alignment: Alignment): number {
  if (alignment === 'corners') return out > 1 ? (place * (length - 1)) / (out - 1) : 0;
  return alignment === 'edges' ? (place * length) / out : ((place + 0.5) * length) / out - 0.5;
}

export function resized(x: Values, size: Pair, kind: 'linear' | 'nearest', alignment: Alignment): Values {
  const [batch = 1, height = 1, width = 1, channels = 1] = x.shape;
  return filled([batch, ...size, channels], ([, row = 0, column = 0, channel = 0]) => {
    const [r = 0, c = 0] = [
      [row, height, size[0]],
      [column, width, size[1]],
    ].map(([place = 0, length = 1, out = 1]) => {
      const source = sourceOf(place, length, out, alignment);
      const nearest = alignment === 'edges' ? Math.floor(source) : Math.floor(source + 0.5);
      return Math.min(length - 1, Math.max(0, kind === 'nearest' ? nearest : source));
    });
    const [top, left] = [Math.floor(r), Math.floor(c)];
    const value = (down: number, across: number) =>
      at(x, [0, Math.min(height - 1, top + down), Math.min(width - 1, left + across), channel]);
    const [below, right] = [r - top, c - left];
    return (1 - below) * ((1 - right) * value(0, 0) + right * value(0, 1)) + below * ((1 - right) * value(1, 0) + right * value(1, 1));
  });
}

export function mapped(x: Values, compute: (value: number, place: readonly number[]) => number): Values {
  return filled(x.shape, (place) => compute(at(x, place), place));
}

/** The values in another shape, each taken from where it says. */
export function picked(x: Values, shape: Shape, sourceAt: (place: readonly number[]) => readonly number[]): Values {
  return filled(shape, (place) => at(x, sourceAt(place)));
}
