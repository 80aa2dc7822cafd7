/** The same copies by incremental evaluation, and by the tail run whole. */
import * as tf from '@tensorflow/tfjs-core';
import { batchSkipInputs, disposePass, forwardPass, runTail } from '../graph/graph-executor.ts';
import { type LayerGraph, type NodeId, tailOf } from '../graph/layer-graph.ts';
import { channelCopies, windowCopies } from '../incremental/copies.ts';
import { type Copies, IncrementalTail } from '../incremental/incremental-tail.ts';
import { type CopiesPlan, planChannels, planIncremental } from '../incremental/planning/plan.ts';
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

/** The layer's activation in a pass that is kept for it. */
async function passAt(graph: LayerGraph, image: tf.Tensor4D, cut: NodeId) {
  const tail = tailOf(graph, cut);
  const pass = await forwardPass(graph, image, [cut, ...tail.skipInputs]);
  return { tail, pass, activation: pass.activations.get(cut) as tf.Tensor4D };
}

/** The same copies both ways; frees the copies. */
async function bothWays(
  graph: LayerGraph,
  { tail, pass }: Awaited<ReturnType<typeof passAt>>,
  plan: CopiesPlan,
  unchanged: tf.Tensor4D,
  incremental: Copies,
  copies: tf.Tensor,
): Promise<Both> {
  const [cut = -1] = tail.cuts;
  const skipInputs = batchSkipInputs(tail, pass.activations, copies.shape[0] ?? 1);
  const prepared = await IncrementalTail.prepare(graph, tail, plan, pass.activations, new Map([[cut, unchanged]]), noPause);
  try {
    const results = [
      await prepared.logits(incremental, noPause),
      await runTail(graph, tail, new Map([[cut, copies]]), skipInputs, noPause),
    ];
    const [first, second] = await Promise.all(results.map(async (each) => Float32Array.from(await each.data())));
    tf.dispose(results);
    return { incremental: first ?? new Float32Array(), dense: second ?? new Float32Array(), incrementalMacs: plan.work.macs };
  } finally {
    prepared.dispose();
    tf.dispose([copies, ...skipInputs.values()]);
  }
}

/** @param image `[1, height, width, channels]` as the network takes it; stays the caller's */
export async function incrementalAndDense(graph: LayerGraph, image: tf.Tensor4D, windows: WindowCase): Promise<Both> {
  const { cut, rows, columns, positions, factor, isInside, thresholds } = windows;
  const kept = await passAt(graph, image, cut);
  const { tail, pass, activation } = kept;
  const replaced = tf.mul(activation, factor) as tf.Tensor4D;
  const [inside, outside] = isInside ? [replaced, activation] : [activation, replaced];
  const copies = tf.tidy(() => {
    const mask = maskOf(windows, [activation.shape[1], activation.shape[2]]);
    return tf.add(tf.mul(inside, mask), tf.mul(outside, tf.sub(1, mask)));
  });
  const plan = planIncremental(graph, tail, { rows, columns }, thresholds);
  try {
    return await bothWays(graph, kept, plan, outside, windowCopies(cut, plan, { inside, outside }, positions), copies);
  } finally {
    replaced.dispose();
    disposePass(pass);
  }
}

/** Copies of which each has a channel zeroed. @param own each copy's @param width of the range that they lie in */
export async function channelsAndDense(graph: LayerGraph, image: tf.Tensor4D, cut: NodeId, own: Int32Array, width: number): Promise<Both> {
  const kept = await passAt(graph, image, cut);
  const { tail, pass, activation } = kept;
  const [, , , channels] = activation.shape;
  const isKept = new Float32Array(own.length * channels).fill(1);
  for (const [copy, channel] of own.entries()) isKept[copy * channels + channel] = 0;
  const copies = tf.tidy(() => tf.mul(activation, tf.tensor4d(isKept, [own.length, 1, 1, channels])));
  const from = Math.min(Math.min(...own), channels - width);
  try {
    const plan = planChannels(graph, tail, width, own.length);
    return await bothWays(graph, kept, plan, activation, channelCopies(cut, activation, { from, to: from + width }, own), copies);
  } finally {
    disposePass(pass);
  }
}
