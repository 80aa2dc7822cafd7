/**
 * Runs a tail from many ablated copies of its layer.
 *
 * Many copies run as one batch.
 */
import * as tf from '@tensorflow/tfjs-core';
import { yieldToEventLoop } from '../../backend/yield-to-event-loop.ts';
import { type Activations, batchSkipInputs, type Changes, runTail } from '../../graph/graph-executor.ts';
import type { NodeId, Tail } from '../../graph/layer-graph.ts';
import { batchSize, tailMemory } from '../../graph/tail-memory.ts';
import { workOf } from '../../graph/work-size.ts';
import type { MethodContext } from '../method.ts';
import { mostItems, sweepBatches } from './sweep-batches.ts';
import { tailGraph } from './tail-graph.ts';

export interface TailSweep {
  readonly tail: Tail;
  /** What is ablated, in the order in which it is run. */
  readonly items: Uint32Array;
  /** What the method holds for the whole sweep, in bytes, beside the pass; the bound on memory is on this as well. */
  readonly keptBytes: number;
  /** What says which part of a copy is ablated, in bytes for each copy. */
  readonly maskBytes: number;
  /** Activations that the tail takes and that the pass does not hold; they stay the caller's. */
  readonly kept?: Activations;
  /** What steps are changed to, for some of the items; what that takes at most at a time for each, in bytes. */
  readonly changes?: { of(items: Uint32Array, batch: number): Changes; readonly bytes: number };
  /** The copies for some of the items, padded to `batch`: `[batch, ...]` for each cut of the tail. Runs inside `tf.tidy`; freed here. */
  copies(items: Uint32Array, batch: number): ReadonlyMap<NodeId, tf.Tensor>;
}

/**
 * Reports the logits of every item, batch by batch.
 *
 * @throws the signal's reason when cancelled; nothing is left behind then
 */
export async function sweepTail(
  context: MethodContext,
  { tail, items, keptBytes, maskBytes, kept = new Map(), changes, copies: copiesOf }: TailSweep,
): Promise<void> {
  if (items.length === 0) return;
  const { pass, limits, signal } = context;
  const graph = tailGraph(context, tail);
  const { peakBytes, largestBytes } = tailMemory(graph, tail, maskBytes);
  const memory = { peakBytes: peakBytes + (changes?.bytes ?? 0), largestBytes };
  const maxItems = mostItems(context, workOf(graph, tail.steps).macs);
  const batchFor = (count: number) => batchSize(memory, count, { ...limits, maxItems }, keptBytes);
  const pause = yieldToEventLoop(signal);
  const passed = new Map([...pass.activations, ...kept]);
  let skipInputs = { size: 0, batched: new Map() as Activations };
  const skipInputsOf = (size: number): Activations => {
    if (skipInputs.size !== size) {
      tf.dispose([...skipInputs.batched.values()]);
      skipInputs = { size: 0, batched: new Map() };
      skipInputs = { size, batched: batchSkipInputs(tail, passed, size) };
    }
    return skipInputs.batched;
  };
  try {
    await sweepBatches(context, items, batchFor, async (inBatch, size) => {
      const taken = skipInputsOf(size);
      let copies: ReadonlyMap<NodeId, tf.Tensor> = new Map();
      tf.tidy(() => {
        copies = copiesOf(inBatch, size);
        return [...copies.values()];
      });
      return runTail(graph, tail, copies, taken, pause, changes?.of(inBatch, size)).finally(() => tf.dispose([...copies.values()]));
    });
  } finally {
    tf.dispose([...skipInputs.batched.values()]);
  }
}
