/** Activations that are layers of their own, where tf.js' cannot be run or differentiated, or gives something else. */
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Operation } from './operation.ts';

type Compute = (x: tf.Tensor) => tf.Tensor;

/** A function of one tensor as an operation. */
function computing(compute: Compute): Operation {
  const run: Operation['run'] = ([x]) => tf.tidy(() => compute(x as tf.Tensor));
  return { run, runForGradient: run, dispose() {} };
}

/** tf.js' softmax, and its gradient, know the last axis only: the others are brought there. */
function softmaxOver(axes: readonly number[]): Compute {
  return (x) => {
    const own = axes.map((axis) => (axis < 0 ? x.rank + axis : axis));
    if (own.length === 1 && own[0] === x.rank - 1) return tf.softmax(x);
    const others = x.shape.map((_, axis) => axis).filter((axis) => !own.includes(axis));
    const order = [...others, ...own];
    const turned = tf.transpose(x, order);
    const size = own.reduce((product, axis) => product * (x.shape[axis] ?? 1), 1);
    const back = x.shape.map((_, axis) => order.indexOf(axis));
    return tf.transpose(tf.reshape(tf.softmax(tf.reshape(turned, [x.size / size, size])), turned.shape), back);
  };
}

export function softmaxOperation(layer: tfl.layers.Layer): Operation {
  const { axis } = layer.getConfig();
  return computing(softmaxOver((Array.isArray(axis) ? axis : [axis]).map(Number)));
}

/**
 * tf.js' WASM kernel repeats the slopes one after the other, whatever axes they are shared along: right as long as they come in the values'
 * own order.
 */
export function withSlopes(slopes: tf.Tensor): Compute {
  return (x) => {
    const sides = x.shape.slice(1);
    const first = slopes.shape.findIndex((side) => side > 1);
    const isInOrder = slopes.shape.every((side, axis) => first < 0 || axis < first || side === sides[axis]);
    return isInOrder ? tf.prelu(x, slopes) : tf.add(tf.relu(x), tf.mul(tf.minimum(x, 0), slopes));
  };
}

export function preluOperation(layer: tfl.layers.Layer): Operation {
  return computing(withSlopes(layer.getWeights()[0] as tf.Tensor));
}

/** tf.js compares, which has no gradient. */
export function thresholdedReluOperation(layer: tfl.layers.Layer): Operation {
  const { theta } = layer.getConfig();
  return computing((x) => tf.mul(x, tf.step(tf.sub(x, Number(theta)))));
}
