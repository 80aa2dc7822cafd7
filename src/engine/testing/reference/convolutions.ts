/** Keras' convolutions, from their definitions. */
import { activate } from './activations.ts';
import { only, pairOf, type ReferenceLayer, type Settings, unlessOff, type Weights, weightOf } from './settings.ts';
import { type Shape, type Values, zeros } from './values.ts';

/** One side of a convolution. */
interface Side {
  readonly stride: number;
  readonly dilation: number;
  /** Cells that the image is padded with before its first. */
  readonly before: number;
  readonly out: number;
}

/** TensorFlow's `same` and `valid`. */
export function sideOf(length: number, taps: number, stride: number, dilation: number, padding: unknown): Side {
  const window = (taps - 1) * dilation + 1;
  if (padding !== 'same') return { stride, dilation, before: 0, out: Math.floor((length - window) / stride) + 1 };
  const out = Math.ceil(length / stride);
  return { stride, dilation, before: Math.floor(Math.max(0, (out - 1) * stride + window - length) / 2), out };
}

/** One side of a transposed convolution: Keras' length, and what TensorFlow takes off before the first cell. */
function transposedSide(length: number, taps: number, stride: number, dilation: number, padding: unknown, extra: number | null): Side {
  const window = (taps - 1) * dilation + 1;
  const whole = (length - 1) * stride + window;
  const isSame = padding === 'same';
  let out = isSame ? length * stride : (length - 1) * stride + Math.max(window, stride);
  if (extra !== null) out = whole + extra - (isSame ? 2 * Math.floor(window / 2) : 0);
  return { stride, dilation, before: isSame ? Math.floor(Math.max(0, whole - out) / 2) : 0, out };
}

function sidesOf({ strides, dilation_rate: rate, padding }: Settings, [rows = 0, columns = 0]: Shape, [high = 1, wide = 1]: Shape) {
  const [strideRows, strideColumns] = pairOf(strides);
  const [rateRows, rateColumns] = pairOf(rate);
  return [sideOf(rows, high, strideRows, rateRows, padding), sideOf(columns, wide, strideColumns, rateColumns, padding)] as const;
}

/**
 * Each filter sees the channels of its own group.
 *
 * @param kernel `[rows, columns, channels / groups, filters]`
 */
function convolve(x: Values, kernel: Values, [down, across]: readonly [Side, Side], groups: number): Values {
  const [rows = 0, columns = 0, channels = 0] = x.shape;
  const [high = 0, wide = 0, width = 0, filters = 0] = kernel.shape;
  const out = zeros([down.out, across.out, filters]);
  let i = 0;
  for (let outRow = 0; outRow < down.out; outRow++) {
    for (let outColumn = 0; outColumn < across.out; outColumn++) {
      for (let filter = 0; filter < filters; filter++, i++) {
        const from = Math.floor(filter / (filters / groups)) * width;
        let sum = 0;
        for (let r = 0; r < high; r++) {
          const row = outRow * down.stride + r * down.dilation - down.before;
          if (row < 0 || row >= rows) continue;
          for (let c = 0; c < wide; c++) {
            const column = outColumn * across.stride + c * across.dilation - across.before;
            if (column < 0 || column >= columns) continue;
            for (let k = 0; k < width; k++) {
              const value = x.data[(row * columns + column) * channels + from + k] ?? Number.NaN;
              sum += value * (kernel.data[((r * wide + c) * width + k) * filters + filter] ?? Number.NaN);
            }
          }
        }
        out.data[i] = sum;
      }
    }
  }
  return out;
}

/** A filter or more for every channel. @param kernel `[rows, columns, channels, multiplier]` */
function convolveDepthwise(settings: Settings, x: Values, kernel: Values): Values {
  const [high = 0, wide = 0, channels = 0, multiplier = 0] = kernel.shape;
  const apart = { shape: [high, wide, 1, channels * multiplier], data: kernel.data };
  return convolve(x, apart, sidesOf(settings, x.shape, kernel.shape), channels);
}

/** Every value goes to each tap of every filter. @param kernel `[rows, columns, filters, channels]` */
function convolveTransposed(settings: Settings, x: Values, kernel: Values): Values {
  const [rows = 0, columns = 0, channels = 0] = x.shape;
  const [high = 0, wide = 0, filters = 0] = kernel.shape;
  const { strides, dilation_rate: rate, padding, output_padding: extra } = settings;
  const extras = extra === undefined || extra === null ? [null, null] : pairOf(extra);
  const [down, across] = ([rows, columns] as const).map((length, side) =>
    transposedSide(length, kernel.shape[side] ?? 1, pairOf(strides)[side] ?? 1, pairOf(rate)[side] ?? 1, padding, extras[side] ?? null),
  ) as [Side, Side];
  const out = zeros([down.out, across.out, filters]);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let r = 0; r < high; r++) {
        const outRow = row * down.stride + r * down.dilation - down.before;
        if (outRow < 0 || outRow >= down.out) continue;
        for (let c = 0; c < wide; c++) {
          const outColumn = column * across.stride + c * across.dilation - across.before;
          if (outColumn < 0 || outColumn >= across.out) continue;
          for (let filter = 0; filter < filters; filter++) {
            const i = (outRow * across.out + outColumn) * filters + filter;
            for (let k = 0; k < channels; k++) {
              const value = x.data[(row * columns + column) * channels + k] ?? Number.NaN;
              out.data[i] = (out.data[i] ?? 0) + value * (kernel.data[((r * wide + c) * filters + filter) * channels + k] ?? Number.NaN);
            }
          }
        }
      }
    }
  }
  return out;
}

/** Adds the bias to the last axis and applies the activation. */
export function withBias({ use_bias: hasBias, activation }: Settings, x: Values, weights: Weights): Values {
  if (hasBias === false) return activate(x, activation);
  const bias = weightOf(weights, 'bias');
  const shifted = x.data.map((value, i) => value + (bias.data[i % bias.data.length] ?? Number.NaN));
  return activate({ shape: x.shape, data: shifted }, activation);
}

function groupsOf({ groups }: Settings): number {
  return typeof groups === 'number' ? groups : 1;
}

const channelsOf = (input: Shape) => input.at(-1) ?? 0;
const filtersOf = ({ filters }: Settings) => Number(filters);
const multiplierOf = ({ depth_multiplier: multiplier }: Settings) => Number(multiplier ?? 1);

export const CONVOLUTION_LAYERS: Readonly<Record<string, ReferenceLayer>> = {
  Conv2D: {
    weights: (settings, input) => ({
      kernel: [...pairOf(settings.kernel_size), channelsOf(input) / groupsOf(settings), filtersOf(settings)],
      ...unlessOff(settings, 'use_bias', 'bias', [filtersOf(settings)]),
    }),
    run: (settings, inputs, weights) => {
      const [x, kernel] = [only(inputs), weightOf(weights, 'kernel')];
      return withBias(settings, convolve(x, kernel, sidesOf(settings, x.shape, kernel.shape), groupsOf(settings)), weights);
    },
  },
  Conv2DTranspose: {
    weights: (settings, input) => ({
      kernel: [...pairOf(settings.kernel_size), filtersOf(settings), channelsOf(input)],
      ...unlessOff(settings, 'use_bias', 'bias', [filtersOf(settings)]),
    }),
    run: (settings, inputs, weights) =>
      withBias(settings, convolveTransposed(settings, only(inputs), weightOf(weights, 'kernel')), weights),
  },
  DepthwiseConv2D: {
    weights: (settings, input) => ({
      depthwise_kernel: [...pairOf(settings.kernel_size), channelsOf(input), multiplierOf(settings)],
      ...unlessOff(settings, 'use_bias', 'bias', [channelsOf(input) * multiplierOf(settings)]),
    }),
    run: (settings, inputs, weights) =>
      withBias(settings, convolveDepthwise(settings, only(inputs), weightOf(weights, 'depthwise_kernel')), weights),
  },
  SeparableConv2D: {
    weights: (settings, input) => ({
      depthwise_kernel: [...pairOf(settings.kernel_size), channelsOf(input), multiplierOf(settings)],
      pointwise_kernel: [1, 1, channelsOf(input) * multiplierOf(settings), filtersOf(settings)],
      ...unlessOff(settings, 'use_bias', 'bias', [filtersOf(settings)]),
    }),
    run: (settings, inputs, weights) => {
      const apart = convolveDepthwise(settings, only(inputs), weightOf(weights, 'depthwise_kernel'));
      const pointwise = weightOf(weights, 'pointwise_kernel');
      return withBias(settings, convolve(apart, pointwise, sidesOf({}, apart.shape, [1, 1]), 1), weights);
    },
  },
};
