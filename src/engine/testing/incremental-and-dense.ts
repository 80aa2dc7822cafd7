/** The same copies by incremental evaluation, and by the tail run whole. */
import * as tf from '@tensorflow/tfjs-core';
import { batchSkipInputs, disposePass, forwardPass, runTail } from '../graph/graph-executor.ts';
import { type LayerGraph, type NodeId, tailOf } from '../graph/layer-graph.ts';
import { IncrementalTail } from '../incremental/incremental-tail.ts';
import { planIncremental } from '../incremental/plan.ts';
import type { Positions } from '../incremental/tensor-arithmetic.ts';
import type { Thresholds } from '../incremental/window.ts';

export interface WindowCase {
  /** The layer. */
  readonly cut: NodeId;
  /** Of a window, in cells; those that reach beyond the layer are cut. */
  readonly rows: number;
  readonly columns: number;
  readonly positions: Positions;
  /** What is multiplied with what stands in a window, or outside of all. */
  readonly factor: number;
  /** Whether it is what stands in a window that is replaced. */
  readonly isInside: boolean;
  readonly thresholds: Thresholds;
}

export interface Both {
  /** `[batch * classes]` */
  readonly incremental: Float32Array;
  readonly dense: Float32Array;
  readonly incrementalMacs: number;
}

const noPause = async () => {};

/** 1 in the windows, `[batch, rows, columns, 1]`. */
function maskOf({ rows, columns, positions }: WindowCase, [height, width]: readonly [number, number]): tf.Tensor4D {
  const batch = positions.rows.length;
  const mask = new Float32Array(batch * height * width);
  for (let item = 0; item < batch; item++) {
    const [top, left] = [positions.rows[item] ?? 0, positions.columns[item] ?? 0];
    for (let row = top; row < Math.min(height, top + rows); row++) {
      const start = (item * height + row) * width;
      mask.fill(1, start + left, start + Math.min(width, left + columns));
    }
  }
  return tf.tensor4d(mask, [batch, height, width, 1]);
}

/** @param image `[1, height, width, channels]` as the network takes it; stays the caller's */
export async function incrementalAndDense(graph: LayerGraph, image: tf.Tensor4D, windows: WindowCase): Promise<Both> {
  const { cut, rows, columns, positions, factor, isInside, thresholds } = windows;
  const tail = tailOf(graph, cut);
  const pass = await forwardPass(graph, image, [cut, ...tail.skipInputs]);
  const activation = pass.activations.get(cut) as tf.Tensor4D;
  const batch = positions.rows.length;
  const replaced = tf.mul(activation, factor) as tf.Tensor4D;
  const [inside, outside] = isInside ? [replaced, activation] : [activation, replaced];
  const copies = tf.tidy(() => {
    const mask = maskOf(windows, [activation.shape[1], activation.shape[2]]);
    return tf.add(tf.mul(inside, mask), tf.mul(outside, tf.sub(1, mask)));
  });
  const skipInputs = batchSkipInputs(tail, pass.activations, batch);
  const plan = planIncremental(graph, tail, { rows, columns }, thresholds);
  const prepared = await IncrementalTail.prepare(graph, tail, plan, pass.activations, { inside, outside }, noPause);
  try {
    const dense = await runTail(graph, tail, new Map([[cut, copies]]), skipInputs, noPause);
    const incremental = await prepared.logits(positions, noPause);
    const values = await Promise.all([incremental.data(), dense.data()]);
    tf.dispose([dense, incremental]);
    const [first, second] = values.map((each) => Float32Array.from(each));
    return { incremental: first ?? new Float32Array(), dense: second ?? new Float32Array(), incrementalMacs: plan.work.macs };
  } finally {
    prepared.dispose();
    tf.dispose([replaced, copies, ...skipInputs.values()]);
    disposePass(pass);
  }
}
