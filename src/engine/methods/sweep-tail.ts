/**
 * Runs a tail from many ablated copies of its layer.
 *
 * Many copies run as one batch. Its size is fixed for the sweep and the last one is padded, because GPU buffers are pooled by exact size.
 */
import * as tf from '@tensorflow/tfjs-core';
import { breathe } from '../breathe.ts';
import { batchSideInputs, runTail } from '../graph-executor.ts';
import { batchSize, tailMemory } from '../tail-memory.ts';
import type { MethodContext } from './method.ts';

/**
 * @param count how many copies there are
 * @param ablated the copies `start` to `end`, padded to `batch`: `[batch, rows, columns, channels]`; freed here
 * @returns the logits of every copy, `[count, classes]`
 * @throws the signal's reason when cancelled; nothing is left behind then
 */
export async function sweepTail(
  { graph, tail, pass, logits: { length: classes }, limits, signal, onProgress }: MethodContext,
  count: number,
  ablated: (start: number, end: number, batch: number) => tf.Tensor4D,
): Promise<Float32Array> {
  const batch = batchSize(tailMemory(graph, tail), count, limits);
  const logits = new Float32Array(count * classes);
  const pause = breathe(signal);
  const sideInputs = batchSideInputs(tail, pass, batch);
  try {
    for (let start = 0; start < count; start += batch) {
      const end = Math.min(count, start + batch);
      const copies = tf.tidy(() => ablated(start, end, batch));
      const output = await runTail(graph, tail, copies, sideInputs, pause).finally(() => copies.dispose());
      try {
        const scores = await output.data();
        logits.set(scores.subarray(0, (end - start) * classes), start * classes);
      } finally {
        output.dispose();
      }
      onProgress(end, count);
    }
  } finally {
    tf.dispose([...sideInputs.values()]);
  }
  return logits;
}
