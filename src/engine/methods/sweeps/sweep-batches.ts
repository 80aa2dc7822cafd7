/** The batches of a sweep, one after the other, and what is reported of them. */
import type * as tf from '@tensorflow/tfjs-core';
import { remainingTime } from '../../../core/reports/remaining-time.ts';
import { workOf } from '../../graph/work-size.ts';
import type { MethodContext } from '../method.ts';

/** Batches this small are as quick as they get; smaller ones would only be reported more often. */
const LEAST_MAXIMUM = 4;

/** How many copies of so many MACs a batch may have, so that it is soon reported. */
export function mostItems({ graph, passesPerBatch }: Pick<MethodContext, 'graph' | 'passesPerBatch'>, macs: number): number {
  const share = macs / workOf(graph, graph.nodes.keys()).macs;
  return Math.max(LEAST_MAXIMUM, Math.floor(passesPerBatch / share));
}

/**
 * Reports the logits of every item, batch by batch.
 *
 * @param logitsOf `[batch, classes]` for some of the items, padded to the batch; freed here
 */
export async function sweepBatches(
  { logits: { length: classes }, emit, lap }: Pick<MethodContext, 'logits' | 'emit' | 'lap'>,
  items: Uint32Array,
  batch: number,
  logitsOf: (inBatch: Uint32Array) => Promise<tf.Tensor>,
): Promise<void> {
  const startedAt = performance.now();
  for (let start = 0; start < items.length; start += batch) {
    const inBatch = items.slice(start, start + batch);
    const output = await logitsOf(inBatch);
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
}
