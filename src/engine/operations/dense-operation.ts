/** The product with a matrix. */
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { withBiasAndActivation } from './bias-and-activation.ts';
import type { Operation } from './operation.ts';

/** tf.js fuses it for a vector; but its gradient works out that of the kernel too, which may take hundreds of megabytes. */
export function denseOperation(layer: tfl.layers.Layer, whole: Operation['run']): Operation {
  const [kernel, bias] = layer.getWeights();
  const product = (x: tf.Tensor) => {
    const [width = 1, units = 1] = kernel?.shape ?? [];
    const rows = tf.reshape(x, [x.size / width, width]);
    return tf.reshape(tf.matMul(rows, kernel as tf.Tensor2D), [...x.shape.slice(0, -1), units]);
  };
  const own = withBiasAndActivation(layer, product, bias);
  const run: Operation['run'] = (inputs) => (inputs[0]?.rank === 2 ? whole(inputs) : own(inputs));
  return { run, runForGradient: own, dispose() {} };
}
