/** How many ablated copies fit through a tail at once. */
import type { LayerGraph, NodeId, Tail } from './layer-graph.ts';

const BYTES_PER_VALUE = 4;

function bytesOf(graph: LayerGraph, id: NodeId): number {
  const shape = graph.nodes[id]?.shape ?? [];
  return shape.reduce<number>((product, side) => product * (side ?? 1), BYTES_PER_VALUE);
}

export interface TailMemory {
  /** The most bytes alive at once for each item of a batch, side inputs included. */
  readonly peakBytes: number;
  /** The largest single activation of an item, in bytes. */
  readonly largestBytes: number;
}

/** What one item of a batch needs on its way through the tail, worked out by walking through it with the executor's own rules. */
export function tailMemory(graph: LayerGraph, tail: Tail): TailMemory {
  const takers = new Map<NodeId, number>();
  for (const step of tail.steps) for (const input of graph.nodes[step]?.inputs ?? []) takers.set(input, (takers.get(input) ?? 0) + 1);
  const pinned = new Set([tail.cut, ...tail.sideInputs]);
  let alive = [...pinned].reduce((sum, id) => sum + bytesOf(graph, id), 0);
  let peakBytes = alive;
  let largestBytes = Math.max(...[...pinned].map((id) => bytesOf(graph, id)));
  for (const step of tail.steps) {
    const own = bytesOf(graph, step);
    alive += own;
    // An operation may hold one temporary as large as its result, as batch normalisation does between its product and its sum.
    peakBytes = Math.max(peakBytes, alive + own);
    largestBytes = Math.max(largestBytes, own);
    for (const input of graph.nodes[step]?.inputs ?? []) {
      const left = (takers.get(input) ?? 0) - 1;
      takers.set(input, left);
      if (left === 0 && !pinned.has(input)) alive -= bytesOf(graph, input);
    }
  }
  return { peakBytes, largestBytes };
}

export interface BatchLimits {
  /** All activations of a running batch together, in bytes. */
  readonly budgetBytes: number;
  /** One tensor, in bytes: what the device can bind at once. */
  readonly maxTensorBytes: number;
}

/**
 * The batch size of a sweep of `items`: as large as the limits allow, then evened out, so that as few runs as possible carry as little
 * padding as possible. At least 1.
 */
export function batchSize(memory: TailMemory, items: number, { budgetBytes, maxTensorBytes }: BatchLimits): number {
  const most = Math.min(Math.floor(budgetBytes / memory.peakBytes), Math.floor(maxTensorBytes / memory.largestBytes));
  const batches = Math.ceil(items / Math.max(1, most));
  return Math.ceil(items / batches);
}
