/** The batches of a sweep, one after the other, and what is reported of them. */
import type * as tf from '@tensorflow/tfjs-core';
import { remainingTime } from '../../../core/reports/remaining-time.ts';
import { paddedBatch } from '../../backend/padded-batch.ts';
import { workOf } from '../../graph/work-size.ts';
import type { MethodContext } from '../method.ts';

/** Batches this small are as quick as they get; smaller ones would only be reported more often. */
const LEAST_MAXIMUM = 4;

const NOTHING = new Uint32Array();

/** How many copies of so many MACs a batch may have, so that it is soon reported. */
export function mostItems({ graph, passesPerBatch }: Pick<MethodContext, 'graph' | 'passesPerBatch'>, macs: number): number {
  const share = macs / workOf(graph, graph.nodes.keys()).macs;
  return Math.max(LEAST_MAXIMUM, Math.floor(passesPerBatch / share));
}

/**
 * Reports the logits of every item, batch by batch, and then of those that are given to go on with.
 *
 * @param batchFor how many of so many items make a batch
 * @param logitsOf `[size, classes]` for some of the items, padded to `size`; freed here
 */
export async function sweepBatches(
  { logits: { length: classes }, emit, lap, signal, moreItems }: Pick<MethodContext, 'logits' | 'emit' | 'lap' | 'signal' | 'moreItems'>,
  items: Uint32Array,
  batchFor: (items: number) => number,
  logitsOf: (inBatch: Uint32Array, size: number) => Promise<tf.Tensor>,
): Promise<void> {
  const startedAt = performance.now();
  let [done, total] = [0, items.length];
  for (let given = items; given.length > 0; given = (await moreItems?.()) ?? NOTHING) {
    signal?.throwIfAborted();
    total = done + given.length;
    const batch = batchFor(given.length);
    for (let start = 0; start < given.length; start += batch) {
      const inBatch = given.slice(start, start + batch);
      const output = await logitsOf(inBatch, paddedBatch(inBatch.length, batch));
      let logits: Float32Array;
      try {
        logits = Float32Array.from((await output.data()).subarray(0, inBatch.length * classes));
      } finally {
        output.dispose();
      }
      done += inBatch.length;
      const remainingMs = remainingTime(done, total, performance.now() - startedAt);
      emit({ kind: 'items', swept: { items: inBatch, logits }, durationMs: lap() });
      emit({ kind: 'progress', done, total, remainingMs });
    }
  }
  signal?.throwIfAborted();
}
