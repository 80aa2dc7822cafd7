import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { activationOf } from '../layers/activation-of.ts';
import type { Operation } from './operation.ts';

/** What follows a linear function in a layer. */
export function withBiasAndActivation(
  layer: tfl.layers.Layer,
  linear: (x: tf.Tensor) => tf.Tensor,
  bias: tf.Tensor | undefined,
): Operation['run'] {
  const activation = activationOf(layer);
  const shifted = (x: tf.Tensor) => tf.tidy(() => (bias ? tf.add(linear(x), bias) : linear(x)));
  return ([x]) => tf.tidy(() => (activation ? activation.apply(shifted(x as tf.Tensor)) : shifted(x as tf.Tensor)));
}
