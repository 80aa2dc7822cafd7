/**
 * Copies of a layer's activation of which some values become nothing after the next ReLU (`graph/silenced-tail.ts`). They are zeroed where the
 * ReLU has run, in every ReLU that they reach.
 */
import * as tf from '@tensorflow/tfjs-core';
import { yieldToEventLoop } from '../backend/yield-to-event-loop.ts';
import { type Activations, type Changes, type KeptPass, runSteps } from '../graph/graph-executor.ts';
import type { LayerGraph, NodeId, Tail } from '../graph/layer-graph.ts';
import { type SilencedTail, silencedTailOf } from '../graph/silenced-tail.ts';
import { BYTES_PER_VALUE } from '../graph/tail-memory.ts';
import { cutActivation, cutNode } from './cut-activation.ts';
import type { MethodContext } from './method.ts';
import { sweepTail } from './sweeps/sweep-tail.ts';

/** What all copies of one image start from. Free `made` afterwards. */
export interface SilencedStart {
  readonly tail: SilencedTail;
  /** What the rest takes of the prefix, `[1, ...]`: the first ReLUs, and what is passed on. The layer's own activation belongs to the pass. */
  readonly kept: Activations;
  readonly made: readonly tf.Tensor[];
  /** The channels of the layer. */
  readonly channels: number;
}

/**
 * @param pause awaited between layers
 * @throws RangeError at a layer whose values no ReLU takes; what `pause` throws; nothing is left behind then
 */
export async function silencedStart(
  graph: LayerGraph,
  { tail, pass }: { readonly tail: Tail; readonly pass: KeptPass },
  pause: () => Promise<void>,
): Promise<SilencedStart> {
  const silenced = silencedTailOf(graph, tail);
  if (!silenced) throw new RangeError('no ReLU takes what this layer gives');
  const cut = cutNode({ tail });
  const activation = cutActivation({ tail, pass });
  const wanted = [...silenced.rest.cuts, ...silenced.carried.filter((id) => id !== cut)];
  const made = await runSteps(graph, silenced.prefix, new Map([[cut, activation]]), pass.activations, wanted, pause);
  return { tail: silenced, kept: new Map([...pass.activations, ...made]), made: [...made.values()], channels: activation.shape[3] };
}

/** `activation` where it is kept, and nothing where it is silenced: see `silencedCopies`. */
function silenced(activation: tf.Tensor, ablated: tf.Tensor3D, starts: readonly number[], own: number): tf.Tensor {
  const [, rows = 1, columns = 1, channels = 1] = activation.shape;
  const [batch, , ablatedChannels] = ablated.shape;
  const isOfCells = ablatedChannels === 1;
  let all = ablated;
  if (!isOfCells || own < channels) {
    const inLayer = isOfCells ? tf.ones<tf.Rank.R3>([1, 1, own]) : ablated;
    const before = (start: number): [number, number][] => [
      [0, 0],
      [0, 0],
      [start, channels - start - own],
    ];
    const placed = tf.addN(starts.map((start) => tf.pad(inLayer, before(start))));
    all = isOfCells ? tf.mul(ablated, placed) : placed;
  }
  const flat = tf.reshape(activation, [activation.shape[0] ?? 1, rows * columns, channels]);
  return tf.reshape(tf.mul(flat, tf.sub(1, all)), [batch, rows, columns, channels]);
}

/**
 * The first ReLUs' results for a batch of copies. Call it inside `tf.tidy`.
 *
 * @param ablated 1 for what is silenced in a copy: cells, `[batch, cells, 1]`, or channels, `[batch, 1, channels]`
 */
export function silencedCopies({ tail, kept, channels }: SilencedStart, ablated: tf.Tensor3D): Map<NodeId, tf.Tensor> {
  return new Map(
    tail.rest.cuts.map((id) => {
      const activation = kept.get(id);
      if (!activation) throw new Error(`node ${id} was not kept`);
      return [id, silenced(activation, ablated, tail.places.get(id) ?? [], channels)];
    }),
  );
}

/** What becomes of the ReLUs after the first. @param ablated as in `silencedCopies`, made anew each time */
export function silencedChanges({ tail, channels }: SilencedStart, ablated: () => tf.Tensor3D): Changes {
  const later = [...tail.places].filter(([id]) => !tail.rest.cuts.includes(id));
  return new Map(later.map(([id, starts]) => [id, (activation: tf.Tensor) => silenced(activation, ablated(), starts, channels)]));
}

export interface SilencedSweep {
  /** In the order in which they are run. */
  readonly items: Uint32Array;
  /** What `ablated` gives, in bytes for each item. */
  readonly maskBytes: number;
  /** As in `silencedCopies`, for some of the items, padded to `batch`. Runs inside `tf.tidy`. */
  ablated(items: Uint32Array, batch: number): tf.Tensor3D;
}

/** @throws the signal's reason when cancelled; nothing is left behind then */
export async function sweepSilenced(context: MethodContext, { items, maskBytes, ablated }: SilencedSweep): Promise<void> {
  const { graph, signal } = context;
  const start = await silencedStart(graph, context, yieldToEventLoop(signal));
  const bytesOf = (id: NodeId) => (graph.nodes[id]?.shape ?? []).reduce<number>((bytes, side) => bytes * (side ?? 1), BYTES_PER_VALUE);
  const { places, rest } = start.tail;
  try {
    await sweepTail(context, {
      tail: rest,
      items,
      kept: start.kept,
      keptBytes: start.made.reduce((sum, { size }) => sum + size * BYTES_PER_VALUE, 0),
      maskBytes: maskBytes + Math.max(0, ...rest.cuts.map(bytesOf)),
      copies: (inBatch, batch) => silencedCopies(start, ablated(inBatch, batch)),
      changes: {
        of: (inBatch, batch) => silencedChanges(start, () => ablated(inBatch, batch)),
        bytes: 3 * Math.max(0, ...[...places.keys()].filter((id) => !rest.cuts.includes(id)).map(bytesOf)),
      },
    });
  } finally {
    tf.dispose([...start.made]);
  }
}
