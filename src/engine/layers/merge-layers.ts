/** Layers that put two tensors together, which tf.js lacks. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

type Settings = Readonly<Record<string, unknown>>;

/** The shape of a result of two tensors, the sides of one repeated where the other has more. */
function broadcast(a: tfl.Shape, b: tfl.Shape): tfl.Shape {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  const before = long.length - short.length;
  return long.map((side, i) => {
    const other = i < before ? 1 : (short[i - before] ?? null);
    if (side !== other && side !== 1 && other !== 1) throw new Error(`${a.join(' × ')} and ${b.join(' × ')} values do not go together`);
    return side === 1 ? other : side;
  });
}

function register(className: string, compute: (a: tf.Tensor, b: tf.Tensor, settings: Settings) => tf.Tensor): void {
  class Merge extends tfl.layers.Layer {
    static readonly className = className;
    readonly #settings: Settings;

    constructor(config: Settings) {
      super(config as object);
      this.#settings = config;
    }

    override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
      const [a, b, ...others] = inputShape as tfl.Shape[];
      if (!Array.isArray(a) || !Array.isArray(b) || others.length > 0) throw new Error(`${this.name} takes two tensors`);
      return broadcast(a, b);
    }

    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      const [a, b] = inputs as tf.Tensor[];
      return tf.tidy(() => compute(a as tf.Tensor, b as tf.Tensor, this.#settings));
    }

    override getConfig(): tf.serialization.ConfigDict {
      return { ...this.#settings, ...super.getConfig() } as tf.serialization.ConfigDict;
    }
  }
  tf.serialization.registerClass(Merge);
}

register('Subtract', tf.sub);
register('Divide', tf.div);
/** Of Keras' InceptionResNetV2. */
register('CustomScaleLayer', (x, residual, { scale }) => tf.add(x, tf.mul(residual, Number(scale))));
