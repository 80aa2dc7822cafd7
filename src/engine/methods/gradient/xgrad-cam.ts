/**
 * XGrad-CAM (Fu et al., BMVC 2020, equation 8): `w_k = sum_p g A / (sum_p A + 1e-7)`, with `g = dy/dA` at cell p; map = `sum_k w_k A_k`.
 *
 * A channel whose activations nearly add up to nothing, as they may right after a BatchNorm, gets a weight without bounds. The scale of
 * rounding grows with it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { gradientMap } from './gradient-map.ts';

const EPSILON = 1e-7;

export const xGradCam = gradientMap((activation, gradient) => {
  const products = tf.mul(activation, gradient);
  const sums = tf.add(tf.sum(activation, [1, 2], true), EPSILON);
  const weighted = (x: tf.Tensor) => tf.mul(activation, tf.divNoNan(tf.sum(x, [1, 2], true), sums));
  return { terms: weighted(products), sizes: weighted(tf.abs(products)) };
});
