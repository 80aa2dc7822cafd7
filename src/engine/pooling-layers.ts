/** Keras' global pooling with `keepdims`, which tf.js lacks: one value per channel, laid out as a grid of a single cell. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

function register(className: string, pool: (x: tf.Tensor4D) => tf.Tensor): void {
  class KeepDims extends tfl.layers.Layer {
    static readonly className = className;

    override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
      return [inputShape[0] ?? null, 1, 1, inputShape[3] ?? null];
    }

    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      return tf.tidy(() => pool((Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D));
    }
  }
  tf.serialization.registerClass(KeepDims);
}

register('GlobalAveragePooling2DKeepDims', (x) => tf.mean(x, [1, 2], true));
register('GlobalMaxPooling2DKeepDims', (x) => tf.max(x, [1, 2], true));
