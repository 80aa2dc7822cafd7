/** One layer as a function from activations to an activation. */
import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

export interface Operation {
  /** Activations in, activation out. The caller frees both. */
  run(inputs: tf.Tensor[]): tf.Tensor;
  /** The same, as it is best differentiated with respect to its inputs. */
  runForGradient(inputs: tf.Tensor[]): tf.Tensor;
  /** Where it multiplies by one number per channel and adds another: those, `[channels]`; and whether a ReLU follows. */
  readonly scale?: { readonly factor: tf.Tensor; readonly offset: tf.Tensor; readonly isRectified?: boolean };
  /** Whether it holds nothing beside what it takes and what it gives, whatever its kind does elsewhere. */
  readonly isInOnePass?: boolean;
  /** Frees what the operation itself holds; the layer's weights belong to the model. */
  dispose(): void;
}

/** @param whole the layer as tf.js runs it */
export type MakeOperation = (layer: tfl.layers.Layer, whole: Operation['run']) => Operation;
