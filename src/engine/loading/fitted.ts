import * as tf from '@tensorflow/tfjs-core';

/** Moves the image along an axis by `before` cells and makes it `wanted` long: zeros where there is nothing, cut where there is too much. */
export function fitted(x: tf.Tensor4D, axis: 1 | 2, before: number, wanted: number): tf.Tensor4D {
  const length = x.shape[axis];
  if (before === 0 && wanted === length) return x;
  const margins: [number, number][] = x.shape.map(() => [0, 0]);
  margins[axis] = [Math.max(0, before), Math.max(0, wanted - before - length)];
  const padded = tf.pad(x, margins);
  const from = x.shape.map(() => 0);
  from[axis] = Math.max(0, -before);
  const size = [...padded.shape];
  size[axis] = wanted;
  return tf.slice(padded, from as [number, number, number, number], size as [number, number, number, number]);
}
