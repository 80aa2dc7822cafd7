/**
 * Copies of a layer's activation of which some values become nothing after the next ReLU (`graph/after-relu-tail.ts`). They are zeroed where the
 * ReLU has run, in every ReLU that they reach.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type AfterReluTail, afterReluTailOf } from '../graph/after-relu-tail.ts';
import { type Activations, type Changes, type KeptPass, runSteps } from '../graph/graph-executor.ts';
import type { GraphNode, LayerGraph, NodeId, Tail } from '../graph/layer-graph.ts';
import { BYTES_PER_VALUE } from '../graph/tail-memory.ts';
import { cutActivation, cutNode } from './cut-activation.ts';

/** What all copies of one image start from. Free `made` afterwards. */
export interface AfterReluStart {
  readonly tail: AfterReluTail;
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

function channelsOf({ layer: { shape } }: AfterReluStart): number {
  return shape.at(-1) ?? 1;
}

/**
 * @param pause awaited between layers
 * @throws RangeError at a layer whose values no ReLU takes; what `pause` throws; nothing is left behind then
 */
export async function afterReluStart(
  graph: LayerGraph,
  { tail, pass }: { readonly tail: Tail; readonly pass: KeptPass },
  pause: () => Promise<void>,
): Promise<AfterReluStart> {
  const reluTail = afterReluTailOf(graph, tail);
  const cut = cutNode({ tail });
  const layer = graph.nodes[cut];
  if (!reluTail || !layer) throw new RangeError('no ReLU takes what this layer gives');
  const activation = cutActivation({ tail, pass });
  const wanted = [...reluTail.rest.cuts, ...reluTail.carried.filter((id) => id !== cut)];
  const made = await runSteps(graph, reluTail.prefix, new Map([[cut, activation]]), pass.activations, wanted, pause);
  return { tail: reluTail, kept: new Map([...pass.activations, ...made]), made: [...made.values()], layer };
}

/** `activation` where it is kept, and nothing where it is zeroed: see `afterReluCopies`. */
function zeroed(activation: tf.Tensor, ablated: tf.Tensor3D, starts: readonly number[], own: number): tf.Tensor {
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
 * @param ablated 1 for what is zeroed in a copy: cells, `[batch, cells, 1]`, or channels, `[batch, 1, channels]`
 */
export function afterReluCopies(start: AfterReluStart, ablated: tf.Tensor3D): Map<NodeId, tf.Tensor> {
  const { tail, kept } = start;
  return new Map(tail.rest.cuts.map((id) => [id, zeroed(keptOf(kept, id), ablated, tail.places.get(id) ?? [], channelsOf(start))]));
}

/** What becomes of the ReLUs after the first. @param ablated as in `afterReluCopies`, made anew each time */
export function afterReluChanges(start: AfterReluStart, ablated: () => tf.Tensor3D): Changes {
  const { places, rest } = start.tail;
  const later = [...places].filter(([id]) => !rest.cuts.includes(id));
  return new Map(later.map(([id, starts]) => [id, (activation: tf.Tensor) => zeroed(activation, ablated(), starts, channelsOf(start))]));
}
