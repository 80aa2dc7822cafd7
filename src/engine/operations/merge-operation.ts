/** Layers that join, where tf.js' give something else. */
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { joined, joinsAtOnce } from '../backend/own-cells.ts';
import type { Operation } from './operation.ts';

export function concatenateOperation(layer: tfl.layers.Layer): Operation {
  const { axis } = layer.getConfig();
  // tf.js takes every axis that is counted from the end for the last one.
  const axisAt = (rank: number) => (Number(axis) < 0 ? rank + Number(axis) : Number(axis));
  const isByLast = (rank: number) => axisAt(rank) === rank - 1;
  const runForGradient: Operation['run'] = (inputs) => tf.concat(inputs, axisAt(inputs[0]?.rank ?? 0));
  const run: Operation['run'] = (inputs) => (isByLast(inputs[0]?.rank ?? 0) ? joined(inputs) : runForGradient(inputs));
  const isInOnePass = joinsAtOnce() && layer.inboundNodes.every(({ outputTensors: [made] }) => isByLast(made?.rank ?? 0));
  return { run, runForGradient, isInOnePass, dispose() {} };
}
