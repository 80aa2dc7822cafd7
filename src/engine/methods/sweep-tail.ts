/**
 * Runs a tail from many ablated copies of its layer.
 *
 * Many copies run as one batch. Its size is fixed for the sweep and the last one is padded, because GPU buffers are pooled by exact size.
 */
import * as tf from '@tensorflow/tfjs-core';
import { remainingTime } from '../../core/reports/remaining-time.ts';
import { yieldToEventLoop } from '../backend/yield-to-event-loop.ts';
import { type Activations, batchSkipInputs, type Changes, runTail } from '../graph/graph-executor.ts';
import type { NodeId, Tail } from '../graph/layer-graph.ts';
import { batchSize, tailMemory } from '../graph/tail-memory.ts';
import { workOf } from '../graph/work-size.ts';
import type { MethodContext } from './method.ts';

/** Batches this small are as quick as they get; smaller ones would only be reported more often. */
const LEAST_MAXIMUM = 4;

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
  { graph, pass, logits: { length: classes }, limits, passesPerBatch, signal, emit, lap }: MethodContext,
  { tail, items, keptBytes, maskBytes, kept = new Map(), changes, copies: copiesOf }: TailSweep,
): Promise<void> {
  if (items.length === 0) return;
  const { peakBytes, largestBytes } = tailMemory(graph, tail, maskBytes);
  const memory = { peakBytes: peakBytes + (changes?.bytes ?? 0), largestBytes };
  const share = workOf(graph, tail.steps).macs / workOf(graph, graph.nodes.keys()).macs;
  const maxItems = Math.max(LEAST_MAXIMUM, Math.floor(passesPerBatch / share));
  const batch = batchSize(memory, items.length, { ...limits, maxItems }, keptBytes);
  const startedAt = performance.now();
  const pause = yieldToEventLoop(signal);
  const skipInputs = batchSkipInputs(tail, new Map([...pass.activations, ...kept]), batch);
  try {
    for (let start = 0; start < items.length; start += batch) {
      const inBatch = items.slice(start, start + batch);
      let copies: ReadonlyMap<NodeId, tf.Tensor> = new Map();
      tf.tidy(() => {
        copies = copiesOf(inBatch, batch);
        return [...copies.values()];
      });
      const output = await runTail(graph, tail, copies, skipInputs, pause, changes?.of(inBatch, batch)).finally(() =>
        tf.dispose([...copies.values()]),
      );
      let logits: Float32Array;
      try {
        logits = Float32Array.from((await output.data()).subarray(0, inBatch.length * classes));
      } finally {
        output.dispose();
      }
      const done = start + inBatch.length;
      const remainingMs = remainingTime(done, items.length, performance.now() - startedAt);
      emit({ kind: 'items', swept: { items: inBatch, logits }, durationMs: lap() });
      emit({ kind: 'progress', done, total: items.length, remainingMs });
    }
  } finally {
    tf.dispose([...skipInputs.values()]);
  }
}
