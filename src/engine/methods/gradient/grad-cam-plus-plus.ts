/**
 * Grad-CAM++ (Chattopadhay et al., WACV 2018, equation 19, and the closed form of its derivatives for a score under an exponential).
 *
 * `w_k = sum_p relu(g) a`, with `g = dy/dA_k` at cell p, `a = g^2 / (2 g^2 + g^3 S_k + 1e-6)` and `S_k = sum_p A_k`; map = `sum_k w_k A_k`.
 * Where `g^3 S_k` is negative a denominator can be too, and turns the weight's sign: that is how it was published.
 */
import * as tf from '@tensorflow/tfjs-core';
import { gradientMap } from './gradient-map.ts';

const EPSILON = 1e-6;

export const gradCamPlusPlus = gradientMap((activation, gradient) => {
  const squared = tf.square(gradient);
  const sums = tf.sum(activation, [1, 2], true);
  const denominators = tf.add(tf.mul(squared, tf.add(tf.mul(gradient, sums), 2)), EPSILON);
  const shares = tf.mul(tf.relu(gradient), tf.divNoNan(squared, denominators));
  return {
    terms: tf.mul(activation, tf.sum(shares, [1, 2], true)),
    sizes: tf.mul(activation, tf.sum(tf.abs(shares), [1, 2], true)),
  };
});
