/**
 * Grad-CAM (Selvaraju et al., ICCV 2017, section 3, equations 1 and 2).
 *
 * `w_k = mean over cells of dy/dA_k`; map = `sum_k w_k A_k`. The ReLU of equation 2 is left to the display: the map crosses raw and signed.
 */
import * as tf from '@tensorflow/tfjs-core';
import { gradientMap } from './gradient-map.ts';

export const gradCam = gradientMap((activation, gradient) => ({
  terms: tf.mul(activation, tf.mean(gradient, [1, 2], true)),
  sizes: tf.mul(activation, tf.mean(tf.abs(gradient), [1, 2], true)),
}));
