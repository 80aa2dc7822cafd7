/**
 * Convolutions as they are best differentiated with respect to their input alone.
 *
 * The fused convolution that tf.js' layers run also works out the gradient of its filter, which nobody asked for, and which the WASM
 * backend cannot do. And tf.js has no gradient of a dilated convolution at all: it is the convolution with a filter that has zeros
 * between its taps, and that one has.
 */
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { activationOf } from './activations.ts';
import type { Operation } from './operation.ts';
import { spread } from './spread.ts';

type Pair = readonly [number, number];

/** A layer's setting for rows and columns, which may be written as one number for both. */
export function asPair(setting: unknown): [number, number] {
  const [rows, columns] = Array.isArray(setting) ? setting : [setting, setting];
  return [Number(rows ?? 1), Number(columns ?? 1)];
}

interface Geometry {
  readonly strides: [number, number];
  readonly padding: 'valid' | 'same';
  readonly dilation: Pair;
}

/** The filter with `rate - 1` zeros between its taps: `[rows, columns, in, out]` to `[(rows - 1) * rate + 1, ..., in, out]`. */
function withoutDilation(filter: tf.Tensor4D, [rateRows, rateColumns]: Pair): tf.Tensor4D {
  if (rateRows === 1 && rateColumns === 1) return filter;
  const [rows, columns, from, to] = filter.shape;
  const spreadOut = spread(tf.reshape(filter, [1, rows, columns, from * to]), rateRows, rateColumns);
  const size: [number, number] = [(rows - 1) * rateRows + 1, (columns - 1) * rateColumns + 1];
  return tf.reshape(tf.slice(spreadOut, [0, 0, 0, 0], [1, ...size, from * to]), [...size, from, to]);
}

type Convolution = (x: tf.Tensor4D, filters: readonly tf.Tensor4D[], geometry: Geometry) => tf.Tensor4D;

const depthwise: Convolution = (x, [filter], { strides, padding, dilation }) =>
  tf.depthwiseConv2d(x, withoutDilation(filter as tf.Tensor4D, dilation), strides, padding);

const CONVOLUTIONS: Readonly<Record<string, { readonly filterCount: number; readonly run: Convolution }>> = {
  Conv2D: {
    filterCount: 1,
    run: (x, [filter], { strides, padding, dilation }) => tf.conv2d(x, withoutDilation(filter as tf.Tensor4D, dilation), strides, padding),
  },
  DepthwiseConv2D: { filterCount: 1, run: depthwise },
  SeparableConv2D: {
    filterCount: 2,
    run: (x, filters, geometry) => tf.conv2d(depthwise(x, filters, geometry), filters[1] as tf.Tensor4D, 1, 'valid'),
  },
};

/** The layer as a function that tf.js can differentiate on every backend; null for layers of other kinds. */
export function convolutionForGradient(layer: tfl.layers.Layer): Operation['run'] | null {
  const convolution = CONVOLUTIONS[layer.getClassName()];
  if (!convolution) return null;
  const { strides, padding, dilationRate, useBias } = layer.getConfig();
  const geometry: Geometry = { strides: asPair(strides), padding: padding === 'same' ? 'same' : 'valid', dilation: asPair(dilationRate) };
  const activation = activationOf(layer);
  return ([x]) => {
    const weights = layer.getWeights();
    const linear = convolution.run(x as tf.Tensor4D, weights.slice(0, convolution.filterCount) as tf.Tensor4D[], geometry);
    const bias = weights[convolution.filterCount];
    const shifted = useBias && bias ? tf.add(linear, bias) : linear;
    return activation && activation.getClassName() !== 'linear' ? activation.apply(shifted) : shifted;
  };
}
