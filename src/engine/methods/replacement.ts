/** What ablated activations are replaced with. */
import * as tf from '@tensorflow/tfjs-core';
import type { ReplacingValue } from '../../explain/ablation-plan.ts';

/** Standard deviation of a layer's blur in cells: enough to wash an object out of a 7 x 7 layer, and to stay local in a larger one. */
const BLUR_CELLS = 2;

/** Weights of a Gaussian blur along one side, `[length, length]`; every row adds up to one, at the border too. */
function blurMatrix(length: number, std: number): tf.Tensor2D {
  const rows = Array.from({ length }, (_, to) => {
    const weights = Array.from({ length }, (_unused, from) => Math.exp(-((to - from) ** 2) / (2 * std ** 2)));
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / sum);
  });
  return tf.tensor2d(rows, [length, length]);
}

/** The activation blurred over its cells, channel by channel. */
function blurred(activation: tf.Tensor4D, std: number): tf.Tensor4D {
  const [, rows, columns, channels] = activation.shape;
  const down = tf.matMul(blurMatrix(rows, std), tf.reshape(activation, [rows, columns * channels]));
  // Along the other side rows and channels are in the way.
  const sideways = tf.reshape(tf.transpose(tf.reshape(down, [rows, columns, channels]), [1, 0, 2]), [columns, rows * channels]);
  const across = tf.reshape(tf.matMul(blurMatrix(columns, std), sideways), [columns, rows, channels]);
  return tf.reshape(tf.transpose(across, [1, 0, 2]), activation.shape);
}

/**
 * The activation with every cell replaced, `[1, rows, columns, channels]`: what a window of ablated cells is taken from.
 * Call it inside `tf.tidy`.
 *
 * @param std of the blur, in cells
 */
export function replacementOf(activation: tf.Tensor4D, value: ReplacingValue, std = BLUR_CELLS): tf.Tensor4D {
  if (value === 'blur') return blurred(activation, std);
  if (value === 'mean') return tf.broadcastTo(tf.mean(activation, [1, 2], true), activation.shape);
  return tf.mul(activation, value);
}
