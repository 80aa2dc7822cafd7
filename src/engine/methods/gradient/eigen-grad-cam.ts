/**
 * EigenGradCAM (pytorch-grad-cam): Eigen-CAM's projection (Muhammad & Yeasin, IJCNN 2020) of gradient times activation in place of the
 * activation. The sign is chosen: the value furthest from zero is positive.
 */
import * as tf from '@tensorflow/tfjs-core';
import { cutActivation } from '../cut-activation.ts';
import { emitProjection } from '../emit-projection.ts';
import { type Computation, scoreOfWork } from '../method.ts';

export const eigenGradCam: Computation = {
  kind: 'map',
  async run(context, work) {
    const gradient = await context.gradientOf(scoreOfWork(work));
    await emitProjection(context, work, gradient, () => tf.mul(cutActivation(context), gradient.tensor));
  },
};
