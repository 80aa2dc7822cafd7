/**
 * Copies of a layer's activation of which some values become nothing after the next ReLU (`graph/silenced-tail.ts`). They are zeroed where the
 * ReLU has run, in every ReLU that they reach.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type Activations, type Changes, type KeptPass, runSteps } from '../graph/graph-executor.ts';
import type { GraphNode, LayerGraph, NodeId, Tail } from '../graph/layer-graph.ts';
import { type SilencedTail, silencedTailOf } from '../graph/silenced-tail.ts';
import { BYTES_PER_VALUE } from '../graph/tail-memory.ts';
import { cutActivation, cutNode } from './cut-activation.ts';

/** What all copies of one image start from. Free `made` afterwards. */
export interface SilencedStart {
  readonly tail: SilencedTail;
  /** What the rest takes of the prefix, `[1, ...]`: the first ReLUs, and what is passed on. The layer's own activation belongs to the pass. */
  readonly kept: Activations;
  readonly made: readonly tf.Tensor[];
  readonly layer: GraphNode;
}

export function bytesAt({ nodes }: LayerGraph, id: NodeId): number {
  return (nodes[id]?.values ?? 0) * BYTES_PER_VALUE;
}

export function keptOf(kept: Activations, id: NodeId): tf.Tensor {
  const activation = kept.get(id);
  if (!activation) throw new Error(`node ${id} was not kept`);
  return activation;
}

function channelsOf({ layer: { shape } }: SilencedStart): number {
  return shape.at(-1) ?? 1;
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
  const cut = cutNode({ tail });
  const layer = graph.nodes[cut];
  if (!silenced || !layer) throw new RangeError('no ReLU takes what this layer gives');
  const activation = cutActivation({ tail, pass });
  const wanted = [...silenced.rest.cuts, ...silenced.carried.filter((id) => id !== cut)];
  const made = await runSteps(graph, silenced.prefix, new Map([[cut, activation]]), pass.activations, wanted, pause);
  return { tail: silenced, kept: new Map([...pass.activations, ...made]), made: [...made.values()], layer };
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
export function silencedCopies(start: SilencedStart, ablated: tf.Tensor3D): Map<NodeId, tf.Tensor> {
  const { tail, kept } = start;
  return new Map(tail.rest.cuts.map((id) => [id, silenced(keptOf(kept, id), ablated, tail.places.get(id) ?? [], channelsOf(start))]));
}

/** What becomes of the ReLUs after the first. @param ablated as in `silencedCopies`, made anew each time */
export function silencedChanges(start: SilencedStart, ablated: () => tf.Tensor3D): Changes {
  const { places, rest } = start.tail;
  const later = [...places].filter(([id]) => !rest.cuts.includes(id));
  return new Map(later.map(([id, starts]) => [id, (activation: tf.Tensor) => silenced(activation, ablated(), starts, channelsOf(start))]));
}
