/**
 * The first-order estimate of FastAblationCAM: `sum_k (A - R)[p, k] dy/dA[p, k]`, where R is what ablated activations are replaced with.
 *
 * For R = 0 it is HiResCAM (Draelos & Carin, 2020). It is what the score would lose if the tail were linear, and costs one backward pass at
 * any layer.
 */
import * as tf from '@tensorflow/tfjs-core';
import { cutActivation } from '../cut-activation.ts';
import { emitMap } from '../emit-map.ts';
import { type Computation, scoreOfWork } from '../method.ts';
import { replacementOf } from '../replacement.ts';

export const firstOrder: Computation = {
  kind: 'map',
  async run(context, work) {
    const gradient = await context.gradientOf(scoreOfWork(work));
    await emitMap(context, work, gradient, () => {
      const activation = cutActivation(context);
      const terms = tf.mul(tf.sub(activation, replacementOf(activation, work.value ?? 0)), gradient.tensor);
      return { map: tf.sum(terms, -1), magnitude: tf.sum(tf.abs(terms), -1) };
    });
  },
};
