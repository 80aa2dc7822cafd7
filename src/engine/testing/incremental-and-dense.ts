/** The same copies by incremental evaluation, and by the tail run whole. */
import * as tf from '@tensorflow/tfjs-core';
import { afterReluTailOf } from '../graph/after-relu-tail.ts';
import { type Activations, batchSkipInputs, type Changes, disposePass, forwardPass, runTail } from '../graph/graph-executor.ts';
import { type LayerGraph, type NodeId, type Tail, tailOf } from '../graph/layer-graph.ts';
import { leanGraph } from '../graph/lean-graph.ts';
import type { Unchanged } from '../incremental/bases.ts';
import { channelCopies, type ValuesAt, windowCopies } from '../incremental/copies.ts';
import { type Copies, IncrementalTail } from '../incremental/incremental-tail.ts';
import { type CopiesPlan, type OwnWindows, planChannels, planIncremental } from '../incremental/planning/plan.ts';
import { type Site, wholeSite } from '../incremental/sites.ts';
import type { Positions } from '../incremental/tensor-arithmetic.ts';
import type { Thresholds } from '../incremental/window.ts';
import { afterReluChanges, afterReluCopies, afterReluStart } from '../methods/after-relu.ts';
import { afterReluGround, keptCopies } from '../methods/after-relu-ground.ts';

/** Those that reach beyond the layer are cut. */
interface Windows extends OwnWindows {
  readonly positions: Positions;
  readonly thresholds: Thresholds;
}

export interface WindowCase extends Windows {
  /** The layer. */
  readonly cut: NodeId;
  /** What is multiplied with what stands in a window, or outside of all. */
  readonly factor: number;
  /** Whether it is what stands in a window that is replaced. */
  readonly isInside: boolean;
}

export interface Both {
  /** `[batch * classes]` */
  readonly incremental: Float32Array;
  readonly dense: Float32Array;
  readonly incrementalMacs: number;
}

const noPause = async () => {};

/** 1 in the windows, `[batch, rows, columns, 1]`. */
function maskOf({ rows, columns, positions }: Windows, [height, width]: readonly [number, number]): tf.Tensor4D {
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

/** Copies whose tails are run whole. */
interface Dense {
  readonly copies: Activations;
  readonly changes?: Changes;
}

/** The same copies both ways; frees those of the dense way. */
async function bothWays(
  graph: LayerGraph,
  { tail, kept, lean = graph }: { readonly tail: Tail; readonly kept: Activations; readonly lean?: LayerGraph },
  plan: CopiesPlan,
  unchanged: Unchanged,
  incremental: Copies,
  { copies, changes }: Dense,
): Promise<Both> {
  const skipInputs = batchSkipInputs(tail, kept, incremental.positions.rows.length);
  const prepared = await IncrementalTail.prepare(lean, tail, plan, kept, unchanged, noPause);
  try {
    const results = [await prepared.logits(incremental, noPause), await runTail(graph, tail, copies, skipInputs, noPause, changes)];
    const [first, second] = await Promise.all(results.map(async (each) => Float32Array.from(await each.data())));
    tf.dispose(results);
    return { incremental: first ?? new Float32Array(), dense: second ?? new Float32Array(), incrementalMacs: plan.work.macs };
  } finally {
    prepared.dispose();
    tf.dispose([...copies.values(), ...skipInputs.values()]);
  }
}

function siteAt(graph: LayerGraph, cut: NodeId, kind: Site['kind']): readonly Site[] {
  const node = graph.nodes[cut];
  return node ? [wholeSite(node, kind)] : [];
}

/** @param image `[1, height, width, channels]` as the network takes it; stays the caller's */
export async function incrementalAndDense(graph: LayerGraph, image: tf.Tensor4D, windows: WindowCase): Promise<Both> {
  const { cut, positions, factor, isInside, thresholds } = windows;
  const { tail, pass, activation } = await passAt(graph, image, cut);
  const replaced = tf.mul(activation, factor) as tf.Tensor4D;
  const [inside, outside] = isInside ? [replaced, activation] : [activation, replaced];
  const mixed = tf.tidy(() => {
    const mask = maskOf(windows, [activation.shape[1], activation.shape[2]]);
    return tf.add(tf.mul(inside, mask), tf.mul(outside, tf.sub(1, mask)));
  });
  const sites = siteAt(graph, cut, 'window');
  const plan = planIncremental(graph, tail, sites, windows, thresholds);
  const copies = windowCopies(sites, plan, () => ({ x: inside, base: outside }), positions);
  const unchanged = { cuts: new Map([[cut, outside]]) };
  try {
    return await bothWays(graph, { tail, kept: pass.activations }, plan, unchanged, copies, { copies: new Map([[cut, mixed]]) });
  } finally {
    replaced.dispose();
    disposePass(pass);
  }
}

/** 1 at each copy's own channel, `[batch, 1, channels]`. */
function maskOfChannels(own: Int32Array, channels: number): tf.Tensor3D {
  const mask = new Float32Array(own.length * channels);
  for (const [copy, channel] of own.entries()) mask[copy * channels + channel] = 1;
  return tf.tensor3d(mask, [own.length, 1, channels]);
}

/** The range that copies' channels lie in. */
function rangeAround({ own, width }: Channels, channels: number) {
  const from = Math.min(Math.min(...own), channels - width);
  return { from, to: from + width };
}

export interface Channels {
  /** Each copy's. */
  readonly own: Int32Array;
  /** Of the range that they lie in. */
  readonly width: number;
}

/** Copies of which each has a channel zeroed. */
export async function channelsAndDense(graph: LayerGraph, image: tf.Tensor4D, cut: NodeId, zeroed: Channels): Promise<Both> {
  const { tail, pass, activation } = await passAt(graph, image, cut);
  const channels = activation.shape[3];
  const copies = tf.tidy(() => tf.mul(activation, tf.reshape(tf.sub(1, maskOfChannels(zeroed.own, channels)), [-1, 1, 1, channels])));
  const sites = siteAt(graph, cut, 'dense');
  try {
    const plan = planChannels(graph, tail, sites, zeroed.width, zeroed.own.length);
    const incremental = channelCopies(sites, () => ({ x: activation }), rangeAround(zeroed, channels), zeroed.own);
    const unchanged = { cuts: new Map([[cut, activation]]) };
    return await bothWays(graph, { tail, kept: pass.activations }, plan, unchanged, incremental, { copies: new Map([[cut, copies]]) });
  } finally {
    disposePass(pass);
  }
}

type Zeroed = (Windows & { readonly what: 'cells' | 'other-cells' }) | (Channels & { readonly what: 'channels' });

/**
 * Copies of which something becomes nothing after the next ReLU: each one's window of cells, all other cells, or a channel.
 *
 * @returns null at a layer whose values no ReLU takes
 */
export async function afterReluAndDense(graph: LayerGraph, image: tf.Tensor4D, cut: NodeId, zeroed: Zeroed): Promise<Both | null> {
  if (!afterReluTailOf(graph, tailOf(graph, cut))) return null;
  const kept = await passAt(graph, image, cut);
  const [, rows, columns, channels] = kept.activation.shape;
  const start = await afterReluStart(graph, kept, noPause);
  const ground = afterReluGround(graph, start, zeroed.what);
  const { tail, sites } = ground;
  const { unchanged, valuesAt, dispose } = ground.open();
  const ablated = () => {
    if (zeroed.what === 'channels') return maskOfChannels(zeroed.own, channels);
    const mask = tf.reshape(maskOf(zeroed, [rows, columns]), [-1, rows * columns, 1]) as tf.Tensor3D;
    return zeroed.what === 'cells' ? mask : (tf.sub(1, mask) as tf.Tensor3D);
  };
  const lean = leanGraph(graph, (id) => tail.cuts.includes(id) || tail.skipInputs.includes(id));
  const [plan, copies] = planned(lean, tail, sites, valuesAt, zeroed, channels);
  const dense = { copies: keptCopies(() => afterReluCopies(start, ablated())), changes: afterReluChanges(start, ablated) };
  try {
    return await bothWays(graph, { tail, kept: start.kept, lean }, plan, unchanged, copies, dense);
  } finally {
    dispose();
    tf.dispose([...start.made]);
    disposePass(kept.pass);
  }
}

function planned(
  graph: LayerGraph,
  tail: Tail,
  sites: readonly Site[],
  valuesAt: ValuesAt,
  zeroed: Zeroed,
  channels: number,
): readonly [CopiesPlan, Copies] {
  if (zeroed.what === 'channels') {
    const { own, width } = zeroed;
    return [planChannels(graph, tail, sites, width, own.length), channelCopies(sites, valuesAt, rangeAround(zeroed, channels), own)];
  }
  const plan = planIncremental(graph, tail, sites, zeroed, zeroed.thresholds);
  return [plan, windowCopies(sites, plan, valuesAt, zeroed.positions)];
}
