/** What all methods have in common that make their map from a layer's activation and the score's gradient there, and from nothing else. */
import * as tf from '@tensorflow/tfjs-core';
import { cutActivation } from '../cut-activation.ts';
import { emitMap } from '../emit-map.ts';
import { type Computation, scoreOfWork } from '../method.ts';

/** All `[1, rows, columns, channels]`. */
interface Terms {
  /** What is added up over the channels. */
  readonly terms: tf.Tensor;
  /** The same from the absolute values of whatever went into a sum before: rounding is a share of these. */
  readonly sizes: tf.Tensor;
}

/** @param termsOf runs inside `tf.tidy` */
export function gradientMap(termsOf: (activation: tf.Tensor4D, gradient: tf.Tensor4D) => Terms): Computation {
  return {
    kind: 'map',
    async run(context, work) {
      const gradient = await context.gradientOf(scoreOfWork(work));
      await emitMap(context, work, gradient, () => {
        const { terms, sizes } = termsOf(cutActivation(context), gradient.tensor);
        return { map: tf.sum(terms, -1), magnitude: tf.sum(tf.abs(sizes), -1) };
      });
    },
  };
}
