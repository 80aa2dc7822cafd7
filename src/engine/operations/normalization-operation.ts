/** Normalisations as few operations that every backend can run and differentiate. */
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { axesIn } from '../../formats/layers/kinds/built-layer.ts';
import { normalized, normalizesAtOnce } from '../backend/own-cells.ts';
import type { Operation } from './operation.ts';

/** A weight that has these axes, ready to be multiplied with an array of this rank. */
function laidOut(weight: tf.Tensor, axes: readonly number[], rank: number): tf.Tensor {
  const shape = Array.from({ length: rank }, (_, axis) => weight.shape[axes.indexOf(axis)] ?? 1);
  // Without leading ones, a vector along the last axis stays one.
  return tf.reshape(weight, shape.slice(Math.min(...axes)));
}

/** The layer's weights in Keras' order, as far as it has them. */
function weightsOf(layer: tfl.layers.Layer): { gamma: tf.Tensor | null; beta: tf.Tensor | null; others: tf.Tensor[] } {
  const { scale, center } = layer.getConfig();
  const others = layer.getWeights();
  const gamma = scale === false ? null : (others.shift() ?? null);
  const beta = center === false ? null : (others.shift() ?? null);
  return { gamma, beta, others };
}

/**
 * Batch normalisation at inference is one multiplication and one addition per value, with constants that are worked out here once.
 * tf.js' own layer costs over twice as much on WASM, and its gradient needs many more kernels.
 */
export function batchNormalizationOperation(layer: tfl.layers.Layer): Operation {
  const { epsilon, axis } = layer.getConfig();
  const rank = (layer.outputShape as tfl.Shape).length;
  const [scale, shift] = tf.tidy(() => {
    const { gamma, beta, others } = weightsOf(layer);
    const [mean, variance] = others;
    if (!mean || !variance) throw new Error(`${layer.name} lacks a weight`);
    const inverseStd = tf.rsqrt(tf.add(variance, Number(epsilon)));
    const factor = gamma ? tf.mul(gamma, inverseStd) : inverseStd;
    const offset = tf.mul(mean, factor);
    const place = (vector: tf.Tensor) => laidOut(vector, axesIn(axis, rank), rank);
    return [place(factor), place(beta ? tf.sub(beta, offset) : tf.neg(offset))];
  });
  const runForGradient: Operation['run'] = ([x]) => tf.tidy(() => tf.add(tf.mul(x as tf.Tensor, scale), shift));
  const isByLast = scale.rank === 1 && shift.rank === 1;
  const run: Operation['run'] = isByLast ? ([x]) => normalized(x as tf.Tensor, scale, shift, false) : runForGradient;
  const isInOnePass = isByLast && normalizesAtOnce();
  return { run, runForGradient, isInOnePass, scale: { factor: scale, offset: shift }, dispose: () => tf.dispose([scale, shift]) };
}

/** By the mean and the variance along these axes of the array itself. */
function standardized(x: tf.Tensor, axes: number[], epsilon: number): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, axes, true));
  const variance = tf.mean(tf.square(centred), axes, true);
  return tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)));
}

/** @param standardize before scale and shift */
function scaledAndShifted(layer: tfl.layers.Layer, standardize: (x: tf.Tensor) => tf.Tensor): Operation {
  const { axis } = layer.getConfig();
  const { gamma, beta } = weightsOf(layer);
  const run: Operation['run'] = ([x]) =>
    tf.tidy(() => {
      const { rank } = x as tf.Tensor;
      const axes = axesIn(axis, rank);
      const standard = standardize(x as tf.Tensor);
      const scaled = gamma ? tf.mul(standard, laidOut(gamma, axes, rank)) : standard;
      return beta ? tf.add(scaled, laidOut(beta, axes, rank)) : scaled;
    });
  return { run, runForGradient: run, dispose() {} };
}

export function layerNormalizationOperation(layer: tfl.layers.Layer): Operation {
  const { axis, epsilon } = layer.getConfig();
  return scaledAndShifted(layer, (x) => standardized(x, axesIn(axis, x.rank), Number(epsilon)));
}

export function groupNormalizationOperation(layer: tfl.layers.Layer): Operation {
  const { groups, epsilon } = layer.getConfig();
  return scaledAndShifted(layer, (x) => {
    const channels = x.shape.at(-1) ?? 1;
    const count = groups === -1 ? channels : Number(groups);
    const apart = tf.reshape(x, [x.shape[0] ?? 1, x.size / (x.shape[0] ?? 1) / channels, count, channels / count]);
    return tf.reshape(standardized(apart, [1, 3], Number(epsilon)), x.shape);
  });
}
