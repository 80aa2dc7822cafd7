/** How many ablated copies fit through a tail at once, within a stated bound of memory. */
import { AppError } from '../../core/app-error.ts';
import type { LayerGraph, NodeId, Tail } from './layer-graph.ts';

export const BYTES_PER_VALUE = 4;

function bytesOf(graph: LayerGraph, id: NodeId): number {
  const shape = graph.nodes[id]?.shape ?? [];
  return shape.reduce<number>((product, side) => product * (side ?? 1), BYTES_PER_VALUE);
}

export interface TailMemory {
  /** The most bytes alive at once for each item of a batch, skip inputs included. */
  readonly peakBytes: number;
  /** The largest single activation of an item, in bytes. */
  readonly largestBytes: number;
}

/**
 * What one item of a batch needs on its way through the tail, worked out by walking through it with the executor's own rules.
 *
 * @param maskBytes what says which part of the item is ablated, needed while it is made
 */
export function tailMemory(graph: LayerGraph, tail: Tail, maskBytes = 0): TailMemory {
  const consumers = new Map<NodeId, number>();
  for (const step of tail.steps) for (const input of graph.nodes[step]?.inputs ?? []) consumers.set(input, (consumers.get(input) ?? 0) + 1);
  const pinned = new Set([...tail.cuts, ...tail.skipInputs]);
  let alive = [...pinned].reduce((sum, id) => sum + bytesOf(graph, id), 0);
  // A copy is mixed from what stays and what replaces it: both are there beside their sum.
  let peakBytes = alive + maskBytes + 2 * tail.cuts.reduce((sum, id) => sum + bytesOf(graph, id), 0);
  let largestBytes = Math.max(...[...pinned].map((id) => bytesOf(graph, id)));
  for (const step of tail.steps) {
    const own = bytesOf(graph, step);
    alive += own;
    peakBytes = Math.max(peakBytes, alive + BYTES_PER_VALUE * (graph.nodes[step]?.temporaryValues ?? 0));
    largestBytes = Math.max(largestBytes, own);
    for (const input of graph.nodes[step]?.inputs ?? []) {
      const left = (consumers.get(input) ?? 0) - 1;
      consumers.set(input, left);
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
  /** More copies than this would only keep a person waiting for the next report. */
  readonly maxItems: number;
}

function taken(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}

/** Rounded the other way, so that it is never told to be as much as what does not fit. */
function allowed(bytes: number): string {
  return `${Math.floor(bytes / 1e6)} MB`;
}

/**
 * The batch size of a sweep of `items`: as large as the limits allow, then evened out, so that as few runs as possible carry as little
 * padding as possible.
 *
 * @param keptBytes what is held for the whole sweep beside its batches
 * @throws AppError `out-of-memory` when not even one copy keeps to them
 */
export function batchSize(
  memory: TailMemory,
  items: number,
  { budgetBytes, maxTensorBytes, maxItems }: BatchLimits,
  keptBytes = 0,
): number {
  const mostByBudget = Math.floor((budgetBytes - keptBytes) / memory.peakBytes);
  if (mostByBudget < 1) {
    const are = allowed(budgetBytes) === '1 MB' ? 'is' : 'are';
    throw new AppError(
      'out-of-memory',
      `One copy of this layer on its way through the network takes ${taken(memory.peakBytes + keptBytes)}, and ${allowed(budgetBytes)} ${are} allowed; please allow more memory, or choose a later layer.`,
    );
  }
  const mostByDevice = Math.floor(maxTensorBytes / memory.largestBytes);
  if (mostByDevice < 1) {
    throw new AppError(
      'out-of-memory',
      `One copy of this layer on its way through the network takes a tensor of ${taken(memory.largestBytes)}, and this device holds ${allowed(maxTensorBytes)} in one; please choose a later layer.`,
    );
  }
  const most = Math.min(mostByBudget, mostByDevice);
  const batches = Math.ceil(items / Math.min(most, maxItems));
  return Math.ceil(items / batches);
}
