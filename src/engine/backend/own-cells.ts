/** Normalisations and concatenations by our own kernels, where the backend in use has them, or by tf.js'. */
import * as tf from '@tensorflow/tfjs-core';

/** Takes `x`, `factor` and `offset`, `[channels]`, and `isRectified`. */
export const NORMALIZE = 'OwnNormalization';
/** Takes tensors in the order in which they are joined. */
export const JOIN = 'OwnConcatenation';

function has(kernel: string): boolean {
  return tf.getKernel(kernel, tf.getBackend()) !== undefined;
}

/** Whether `normalized` is one pass over the values. */
export function normalizesAtOnce(): boolean {
  return has(NORMALIZE);
}

/** Whether `joined` needs no room beside its result. */
export function joinsAtOnce(): boolean {
  return has(JOIN);
}

/** Times `factor` plus `offset`, `[channels]`, for the channels along the last axis; and a ReLU, if one follows. */
export function normalized(x: tf.Tensor, factor: tf.Tensor, offset: tf.Tensor, isRectified: boolean): tf.Tensor {
  const isByLast = factor.size === x.shape.at(-1) && offset.size === factor.size;
  if (isByLast && normalizesAtOnce()) return tf.engine().runKernel(NORMALIZE, { x, factor, offset }, { isRectified });
  return tf.tidy(() => {
    // What is scaled is gone before the ReLU.
    const scaled = tf.tidy(() => tf.add(tf.mul(x, factor), offset));
    return isRectified ? tf.relu(scaled) : scaled;
  });
}

/** Along the last axis. */
export function joined(xs: readonly tf.Tensor[]): tf.Tensor {
  if (!joinsAtOnce()) return tf.concat([...xs], -1);
  return tf.engine().runKernel(JOIN, Object.fromEntries(xs.map((x, i) => [`x${i}`, x])));
}
