/** Batches of copies of a layer, by what each has changed. */
import * as tf from '@tensorflow/tfjs-core';
import type { NodeId } from '../graph/layer-graph.ts';
import { channelsIn } from './bases.ts';
import type { Copies } from './incremental-tail.ts';
import type { Channels } from './part.ts';
import { aroundChannels, type IncrementalPlan } from './planning/plan.ts';
import type { Positions } from './tensor-arithmetic.ts';

/** What all copies have outside their windows, and what each has inside its own: `[1, rows, columns, channels]` of the layer. */
export interface Sides {
  readonly outside: tf.Tensor4D;
  readonly inside: tf.Tensor4D;
}

/** Each has a window of cells replaced. */
export function windowCopies(cut: NodeId, { window }: IncrementalPlan, { inside, outside }: Sides, positions: Positions): Copies {
  const [, rows, columns, channels] = outside.shape;
  return {
    positions,
    isMoving: false,
    start(arithmetic) {
      const cells = (of: tf.Tensor) =>
        arithmetic.lay({ over: null, under: { x: of, at: 'dense', channel: 0 }, at: window, map: { rows, columns }, channels });
      return new Map([[cut, [{ kind: 'window', from: 0, to: channels, window, x: cells(inside), base: cells(outside) }]]]);
    },
  };
}

/** Some of a layer's channels as they are, and in each copy with one of them zeroed: `[batch, rows, columns, channels]`. */
function zeroedOneByOne(activation: tf.Tensor4D, range: Channels, own: Int32Array): tf.Tensor4D {
  return tf.tidy(() => {
    const taken = channelsIn(activation, range);
    const [, rows, columns, channels] = taken.shape;
    const kept = new Float32Array(own.length * channels).fill(1);
    for (const [copy, channel] of own.entries()) kept[copy * channels + channel - range.from] = 0;
    // Broadcasting over cells as one axis is much quicker on WASM than over rows and columns.
    const copies = tf.mul(tf.reshape(taken, [1, rows * columns, channels]), tf.tensor3d(kept, [own.length, 1, channels]));
    return tf.reshape(copies, [own.length, rows, columns, channels]);
  });
}

/**
 * Each has one channel zeroed at all cells.
 *
 * @param range holds all channels that are zeroed in a copy of the batch
 * @param own each copy's
 */
export function channelCopies(cut: NodeId, activation: tf.Tensor4D, range: Channels, own: Int32Array): Copies {
  const nowhere = new Int32Array(own.length);
  return {
    positions: { rows: nowhere, columns: nowhere },
    isMoving: true,
    start: (arithmetic) =>
      new Map([[cut, aroundChannels<tf.Tensor>(arithmetic.take(zeroedOneByOne(activation, range, own)), range, activation.shape[3])]]),
  };
}
