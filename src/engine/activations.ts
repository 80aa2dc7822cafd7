/**
 * Activations that Keras has and tf.js has not, under the names that `formats/activation-rules.ts` gives them. tf.js finds them by name,
 * like its own.
 */
import * as tf from '@tensorflow/tfjs-core';

function register(name: string, compute: (x: tf.Tensor) => tf.Tensor): void {
  class Named extends tf.serialization.Serializable {
    static readonly className = name;

    apply(x: tf.Tensor): tf.Tensor {
      return tf.tidy(() => compute(x));
    }

    getConfig(): tf.serialization.ConfigDict {
      return {};
    }
  }
  tf.serialization.registerClass(Named);
}

const hardSigmoid = (x: tf.Tensor) => tf.mul(tf.relu6(tf.add(x, 3)), 1 / 6);

register('exponential', tf.exp);
register('hardSigmoidOfKeras3', hardSigmoid);
register('hardSilu', (x) => tf.mul(x, hardSigmoid(x)));
/** The slope that Keras 3 gives the activation; its layer has another. */
register('leakyReluOfKeras3', (x) => tf.leakyRelu(x, 0.2));
