import * as tf from '@tensorflow/tfjs-core';

/** Inserts `step - 1` zeros after every row and column: `[n, h, w, c]` to `[n, h * stepRows, w * stepColumns, c]`. */
export function dilateWithZeros(x: tf.Tensor4D, stepRows: number, stepColumns: number): tf.Tensor4D {
  const [n, h, w, c] = x.shape;
  const rows = tf.pad(tf.reshape(x, [n * h, 1, w * c]), [
    [0, 0],
    [0, stepRows - 1],
    [0, 0],
  ]);
  const columns = tf.pad(tf.reshape(rows, [n * h * stepRows * w, 1, c]), [
    [0, 0],
    [0, stepColumns - 1],
    [0, 0],
  ]);
  return tf.reshape(columns, [n, h * stepRows, w * stepColumns, c]);
}
