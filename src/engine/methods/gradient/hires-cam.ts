/** HiResCAM (Draelos & Carin, 2020, section 3): `sum_k A_k dy/dA_k` at every cell, raw and signed. */
import * as tf from '@tensorflow/tfjs-core';
import { gradientMap } from './gradient-map.ts';

export const hiResCam = gradientMap((activation, gradient) => {
  const terms = tf.mul(activation, gradient);
  return { terms, sizes: terms };
});
