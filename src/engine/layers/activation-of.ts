/** The activation of a layer. Apart from those of our own (`activations.ts`), so that asking for one registers nothing with tf.js. */
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

export interface Activation {
  apply(x: tf.Tensor): tf.Tensor;
  getClassName(): string;
  getConfig(): tf.serialization.ConfigDict;
}

/** What acts on a layer's result, its settings included, which the layer's own configuration leaves out. */
export function activationOf(layer: tfl.layers.Layer): Activation | null {
  const activation: unknown = Reflect.get(layer, 'activation');
  return activation instanceof tf.serialization.Serializable && 'apply' in activation ? (activation as unknown as Activation) : null;
}
