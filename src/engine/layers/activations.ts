/**
 * Activations that Keras has and tf.js has not, under the names that `formats/layers/activation-rules.ts` gives them. tf.js finds them by
 * name, like its own, and hands them the settings that come with the name.
 */
import * as tf from '@tensorflow/tfjs-core';

type Settings = Readonly<Record<string, unknown>>;

function register(name: string, compute: (x: tf.Tensor, settings: Settings) => tf.Tensor): void {
  class Named extends tf.serialization.Serializable {
    static readonly className = name;
    readonly #settings: Settings;

    constructor(settings: Settings = {}) {
      super();
      this.#settings = settings;
    }

    apply(x: tf.Tensor): tf.Tensor {
      return tf.tidy(() => compute(x, this.#settings));
    }

    getConfig(): tf.serialization.ConfigDict {
      return { ...this.#settings } as tf.serialization.ConfigDict;
    }
  }
  tf.serialization.registerClass(Named);
}

const hardSigmoid = (x: tf.Tensor) => tf.mul(tf.relu6(tf.add(x, 3)), 1 / 6);

register('absolute', tf.abs);
/** Hendrycks & Gimpel, *Gaussian error linear units* (2016): by a hyperbolic tangent. */
register('approximateGelu', (x) => {
  const inner = tf.mul(tf.add(x, tf.mul(tf.mul(x, tf.square(x)), 0.044715)), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
});
register('errorFunction', tf.erf);
register('exponential', tf.exp);
/** tf.js' own multiplies by a slope of one on the way. */
register('swish', (x) => tf.mul(x, tf.sigmoid(x)));
register('hardSigmoidOfKeras3', hardSigmoid);
register('hardSilu', (x) => tf.mul(x, hardSigmoid(x)));
/** The slope that Keras 3 gives the activation; its layer has another. */
register('leakyReluOfKeras3', (x) => tf.leakyRelu(x, 0.2));
register('leakyReluOf', (x, { slope }) => tf.leakyRelu(x, Number(slope)));

/** `x` up to a maximum where it is above a threshold, and on a slope below; neither is below zero. */
register('reluOf', (x, { threshold, slope, maximum }) => {
  const from = Number(threshold);
  const positive = tf.relu(x);
  const bounded = typeof maximum === 'number' ? tf.minimum(positive, maximum) : positive;
  const above = from === 0 ? bounded : tf.mul(bounded, tf.step(tf.sub(x, from)));
  return Number(slope) === 0 ? above : tf.sub(above, tf.mul(tf.relu(tf.sub(from, x)), Number(slope)));
});

register('naturalLogarithm', tf.log);
register('powerOf', (x, { exponent }) => tf.pow(x, Number(exponent)));
register('signFunction', tf.sign);
register('square', tf.square);
register('squareRoot', tf.sqrt);

/** Either bound may be missing. */
register('clipOf', (x, { minimum, maximum }) => {
  const raised = typeof minimum === 'number' ? tf.maximum(x, minimum) : x;
  return typeof maximum === 'number' ? tf.minimum(raised, maximum) : raised;
});

/** tf.js has it with a height of 1 only. */
register('eluOf', (x, { alpha }) => tf.add(tf.relu(x), tf.mul(tf.minimum(tf.elu(x), 0), Number(alpha))));

/** Smooth at zero, whatever the height: `alpha * elu(x / alpha)`. */
register('celuOf', (x, { alpha }) => tf.add(tf.relu(x), tf.mul(tf.minimum(tf.elu(tf.div(x, Number(alpha))), 0), Number(alpha))));
