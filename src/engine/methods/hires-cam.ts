/** HiResCAM (Draelos & Carin, 2020, section 3): `sum_k A_k dy/dA_k` at every cell, raw and signed. */
import * as tf from '@tensorflow/tfjs-core';
import { cutActivation } from './cut-activation.ts';
import { emitMap } from './emit-map.ts';
import type { Computation } from './method.ts';

export const hiResCam: Computation = {
  kind: 'map',
  async run(context, work) {
    const gradient = await context.gradientOf(work.score);
    await emitMap(context, work, gradient, () => {
      const terms = tf.mul(cutActivation(context), gradient.tensor);
      return { map: tf.sum(terms, -1), magnitude: tf.sum(tf.abs(terms), -1) };
    });
  },
};
