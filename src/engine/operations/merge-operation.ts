/** Layers that join, where tf.js' give something else. */
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Operation } from './operation.ts';

export function concatenateOperation(layer: tfl.layers.Layer): Operation {
  const { axis } = layer.getConfig();
  // tf.js takes every axis that is counted from the end for the last one.
  const run: Operation['run'] = (inputs) => tf.concat(inputs, Number(axis) < 0 ? (inputs[0]?.rank ?? 0) + Number(axis) : Number(axis));
  return { run, runForGradient: run, dispose() {} };
}
