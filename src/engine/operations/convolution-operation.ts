/**
 * Convolutions as they are best run, and as they are best differentiated with respect to their input alone.
 *
 * tf.js' own layers fuse bias and activation, which is fastest, but know no groups, little of dilation, and the gradient of a fused
 * convolution also works out that of its filter, which nobody asked for, and which the WASM backend cannot do. And tf.js has no gradient of
 * a dilated convolution at all: it is the convolution with a filter that has zeros between its taps, and that one has.
 */
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { asPair } from '../../formats/layers/kinds/built-layer.ts';
import { transposedSideOf, windowOf } from '../../formats/layers/kinds/convolution-geometry.ts';
import { dilateWithZeros } from '../gradients/dilate-with-zeros.ts';
import { activationOf } from '../layers/activation-of.ts';
import { fitted } from '../loading/fitted.ts';
import { OwnConvolution } from '../wasm/own-convolution.ts';
import { hasOwnKernels } from '../wasm/own-module.ts';
import { withBiasAndActivation } from './bias-and-activation.ts';
import type { MakeOperation, Operation } from './operation.ts';

type Pair = readonly [number, number];

/** A function that is linear in its argument. */
export type Linear = (x: tf.Tensor4D) => tf.Tensor4D;

export interface Convolution {
  /** As tf.js differentiates it on every backend; without bias and activation. */
  readonly linear: Linear;
  /** As it is run; null: as tf.js' own layer does, which fuses bias and activation. */
  readonly forward: Linear | null;
  /** Filters that were made of the layer's. */
  readonly held: readonly tf.Tensor[];
  /** The filter, where our own kernels can do all of it. */
  readonly whole: tf.Tensor4D | null;
}

export interface Settings {
  readonly strides: [number, number];
  readonly padding: 'valid' | 'same';
  readonly dilation: [number, number];
  readonly isDilated: boolean;
  readonly isStrided: boolean;
  /** Whether a transposed one gives all that its taps reach. */
  readonly isWhole: boolean;
}

export function settingsOf(layer: tfl.layers.Layer): Settings {
  const { strides, padding, dilationRate } = layer.getConfig();
  const [steps, rates] = [asPair(strides), asPair(dilationRate)];
  const isLarge = (pair: Pair) => pair.some((value) => value > 1);
  return {
    strides: steps,
    padding: padding === 'same' ? 'same' : 'valid',
    dilation: rates,
    isDilated: isLarge(rates),
    isStrided: isLarge(steps),
    isWhole: false,
  };
}

/** The filter with `rate - 1` zeros between its taps: `[rows, columns, in, out]` to `[(rows - 1) * rate + 1, ..., in, out]`. */
function withoutDilation(filter: tf.Tensor4D, [rateRows, rateColumns]: Pair): tf.Tensor4D {
  return tf.tidy(() => {
    const [rows, columns, from, to] = filter.shape;
    const stretched = dilateWithZeros(tf.reshape(filter, [1, rows, columns, from * to]), rateRows, rateColumns);
    const size: [number, number] = [windowOf(rows, rateRows), windowOf(columns, rateColumns)];
    return tf.reshape(tf.slice(stretched, [0, 0, 0, 0], [1, ...size, from * to]), [...size, from, to]);
  });
}

/** The layer's filter, or one made of it that is to be freed. */
function undilated(filter: tf.Tensor4D, { isDilated, dilation }: Settings): { filter: tf.Tensor4D; held: tf.Tensor[] } {
  if (!isDilated) return { filter, held: [] };
  const made = withoutDilation(filter, dilation);
  return { filter: made, held: [made] };
}

/** Each group by itself, one after the other, so that little more is held than the result. */
function grouped(kernel: tf.Tensor4D, groups: number, settings: Settings): Convolution {
  const { filter, held } = undilated(kernel, settings);
  const { strides, padding } = settings;
  if (filter.shape[2] === 1) {
    // Groups of one channel: what a depthwise convolution does, whose filters lie in the same order.
    const apart = tf.reshape(filter, [filter.shape[0], filter.shape[1], groups, filter.shape[3] / groups] as const) as tf.Tensor4D;
    const linear: Linear = (x) => tf.depthwiseConv2d(x, apart, strides, padding);
    return { linear, forward: linear, held: [...held, apart], whole: null };
  }
  const parts = tf.split(filter, groups, 3) as tf.Tensor4D[];
  tf.dispose(held);
  const linear: Linear = (x) => {
    const [batch, rows, columns] = x.shape;
    const width = kernel.shape[2];
    const results = parts.map((part, i) =>
      tf.tidy(() => tf.conv2d(tf.slice(x, [0, 0, 0, i * width], [batch, rows, columns, width]), part, strides, padding)),
    );
    return tf.concat(results, 3) as tf.Tensor4D;
  };
  return { linear, forward: linear, held: parts, whole: null };
}

export function groupsOf(layer: tfl.layers.Layer): number {
  return Number(layer.getConfig().groups ?? 1);
}

export function convolution(layer: tfl.layers.Layer, [kernel]: readonly tf.Tensor4D[], settings: Settings): Convolution {
  const groups = groupsOf(layer);
  if (groups > 1) return grouped(kernel as tf.Tensor4D, groups, settings);
  const { filter, held } = undilated(kernel as tf.Tensor4D, settings);
  const linear: Linear = (x) => tf.conv2d(x, filter, settings.strides, settings.padding);
  // tf.js dilates or strides, but not both.
  return { linear, forward: settings.isDilated && settings.isStrided ? linear : null, held, whole: kernel as tf.Tensor4D };
}

export function depthwise(_layer: tfl.layers.Layer, [kernel]: readonly tf.Tensor4D[], settings: Settings): Convolution {
  const { filter, held } = undilated(kernel as tf.Tensor4D, settings);
  const { strides, padding, dilation } = settings;
  const linear: Linear = (x) => tf.depthwiseConv2d(x, filter, strides, padding);
  if (!settings.isDilated) return { linear, forward: linear, held, whole: null };
  // tf.js' layer ignores its dilation.
  const dilated: Linear = (x) => tf.depthwiseConv2d(x, kernel as tf.Tensor4D, 1, padding, 'NHWC', dilation);
  return { linear, forward: settings.isStrided ? linear : dilated, held, whole: null };
}

export function separable(layer: tfl.layers.Layer, [kernel, pointwise]: readonly tf.Tensor4D[], settings: Settings): Convolution {
  const first = depthwise(layer, [kernel as tf.Tensor4D], settings);
  const followed =
    (before: Linear): Linear =>
    (x) =>
      tf.conv2d(before(x), pointwise as tf.Tensor4D, 1, 'valid');
  return { linear: followed(first.linear), forward: followed(first.forward ?? first.linear), held: first.held, whole: null };
}

/** All that the taps reach, then cut or padded: the one geometry that every backend gets right. */
export function transposed(layer: tfl.layers.Layer, [kernel]: readonly tf.Tensor4D[], settings: Settings): Convolution {
  const { filter, held } = undilated(kernel as tf.Tensor4D, settings);
  const linear: Linear = (x) => {
    const [batch, rows, columns] = x.shape;
    const [down, across] = [transposedSideOf(layer.getConfig(), rows, 0), transposedSideOf(layer.getConfig(), columns, 1)];
    const whole = tf.conv2dTranspose(x, filter, [batch, down.whole, across.whole, filter.shape[2]], settings.strides, 'valid');
    if (settings.isWhole) return whole;
    return fitted(fitted(whole, 1, -down.before, down.out), 2, -across.before, across.out);
  };
  return { linear, forward: linear, held, whole: null };
}

export type Make = (layer: tfl.layers.Layer, filters: readonly tf.Tensor4D[], settings: Settings) => Convolution;

/** With bias and activation; a ReLU costs nothing on the way. */
function byOwnKernels(layer: tfl.layers.Layer, own: OwnConvolution): Pick<Operation, 'run' | 'isInOnePass'> {
  const activation = activationOf(layer);
  const kind = activation?.getClassName();
  const isInOnePass = !activation || kind === 'linear' || kind === 'relu';
  if (isInOnePass) return { run: ([x]) => own.run(x as tf.Tensor4D, kind === 'relu'), isInOnePass: hasOwnKernels() };
  return { run: ([x]) => tf.tidy(() => activation.apply(own.run(x as tf.Tensor4D, false))) };
}

/** @param filterCount how many of the layer's weights are filters; a bias may follow */
function operationFor(make: Make, filterCount: number): MakeOperation {
  return (layer, whole) => {
    const weights = layer.getWeights() as tf.Tensor4D[];
    const settings = settingsOf(layer);
    const { linear, forward, held, whole: filter } = make(layer, weights.slice(0, filterCount), settings);
    const bias = weights[filterCount];
    const own = filter && new OwnConvolution(filter, bias ?? null, settings);
    const ours = own && byOwnKernels(layer, own);
    // What is made on the way is gone before the bias is added.
    const complete = (part: Linear) => withBiasAndActivation(layer, (x) => tf.tidy(() => part(x as tf.Tensor4D)), bias);
    const run = forward ? complete(forward) : whole;
    return {
      ...ours,
      run: (inputs) => (ours && hasOwnKernels() ? ours.run(inputs) : run(inputs)),
      runForGradient: complete(linear),
      dispose: () => {
        tf.dispose([...held]);
        own?.dispose();
      },
    };
  };
}

export const convolutionOperation = operationFor(convolution, 1);
export const transposedConvolutionOperation = operationFor(transposed, 1);
export const depthwiseConvolutionOperation = operationFor(depthwise, 1);
export const separableConvolutionOperation = operationFor(separable, 2);
