/**
 * Grad-CAM (Selvaraju et al., ICCV 2017, section 3, equations 1 and 2).
 *
 * `w_k = mean over cells of dy/dA_k`; map = `sum_k w_k A_k`. The ReLU of equation 2 is left to the display: the map crosses raw and signed.
 */
import * as tf from '@tensorflow/tfjs-core';
import { cutActivation } from './cut-activation.ts';
import { emitMap } from './emit-map.ts';
import type { Computation } from './method.ts';

export const gradCam: Computation = {
  kind: 'map',
  async run(context, work) {
    const gradient = await context.gradientOf(work.score);
    await emitMap(context, work, gradient, () => {
      const activation = cutActivation(context);
      const weights = tf.mean(gradient.tensor, [1, 2], true);
      const sizes = tf.mean(tf.abs(gradient.tensor), [1, 2], true);
      return { map: tf.sum(tf.mul(activation, weights), -1), magnitude: tf.sum(tf.mul(tf.abs(activation), sizes), -1) };
    });
  },
};
