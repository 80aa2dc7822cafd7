/**
 * Grad-CAM (Selvaraju et al., ICCV 2017, section 3, equations 1 and 2).
 *
 * `w_k = mean over cells of dy/dA_k`; map = `sum_k w_k A_k`. The ReLU of equation 2 is left to the display: the map crosses raw and signed.
 */
import * as tf from '@tensorflow/tfjs-core';
import { scoreGradient } from '../../core/scores.ts';
import { runTailForGradient } from '../graph-executor.ts';
import { cutActivation, cutGrid } from './cut-activation.ts';
import type { Method } from './method.ts';

export const gradCam: Method = {
  id: 'grad-cam',
  async run(context) {
    const { graph, tail, pass, logits, score, outputActivation, onProgress } = context;
    const activation = cutActivation(context);
    const { rows, columns } = cutGrid(context);
    const map = tf.tidy(() => {
      const start = tf.tensor2d(scoreGradient(logits, score, outputActivation), [1, logits.length]);
      // One picture: the side inputs are used as they were kept.
      const gradient = tf.grad((replaced: tf.Tensor) => runTailForGradient(graph, tail, replaced, pass.activations))(activation, start);
      const weights = tf.mean(gradient, [1, 2], true);
      return tf.sum(tf.mul(activation, weights), -1);
    });
    try {
      const values = Float32Array.from(await map.data());
      onProgress(1, 1);
      return { method: 'grad-cam', score, map: { rows, columns, values } };
    } finally {
      map.dispose();
    }
  },
};
