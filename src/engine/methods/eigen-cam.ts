/**
 * Eigen-CAM (Muhammad & Yeasin, IJCNN 2020, section III): the activation, cells by channels with the channels' means taken off, projected on
 * its first right singular vector. It knows no class, and its sign is chosen: the value furthest from zero is positive.
 */
import * as tf from '@tensorflow/tfjs-core';
import { cutActivation } from './cut-activation.ts';
import { emitProjection } from './emit-projection.ts';
import type { Computation } from './method.ts';

export const eigenCam: Computation = {
  kind: 'map',
  // No gradient: its numbers are the activations themselves. A clone shares their memory.
  run: (context, work) => emitProjection(context, work, { slope: 1, durationMs: 0 }, () => tf.clone(cutActivation(context))),
};
