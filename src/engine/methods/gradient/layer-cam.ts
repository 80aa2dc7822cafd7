/**
 * LayerCAM (Jiang et al., IEEE TIP 2021, section III.B, equations 5 and 6): `sum_k relu(dy/dA_k) A_k` at every cell. The outer ReLU is left
 * to the display.
 */
import * as tf from '@tensorflow/tfjs-core';
import { gradientMap } from './gradient-map.ts';

export const layerCam = gradientMap((activation, gradient) => {
  const terms = tf.mul(activation, tf.relu(gradient));
  return { terms, sizes: terms };
});
