/** The network's scores for many images, in batches within a stated bound of memory. */

import * as tf from '@tensorflow/tfjs-core';
import type { Size } from '../../core/images/geometry.ts';
import { paddedBatch } from '../backend/padded-batch.ts';
import { runTail } from '../graph/graph-executor.ts';
import { type LayerGraph, tailOf } from '../graph/layer-graph.ts';
import { leanGraph } from '../graph/lean-graph.ts';
import { type BatchLimits, batchSize, tailMemory } from '../graph/tail-memory.ts';

/** What each image costs before the network sees it is paid one batch at a time: images are made when they are asked for. */
export type ImageMaker = (index: number) => Float32Array;

/**
 * @param count how many images there are
 * @param make gives the network's input for one image, `[height, width, channels]`, preprocessed
 * @param onLogits called once for each image, in order, with its logits `[classes]`
 * @param pause awaited between layers and images (see `yieldToEventLoop`)
 * @throws AppError `out-of-memory`, or what `pause` throws; nothing is left behind then
 */
export async function scoreImages(
  network: LayerGraph,
  { width, height, channels }: Size & { readonly channels: number },
  count: number,
  make: ImageMaker,
  limits: BatchLimits,
  onLogits: (index: number, logits: Float32Array) => void,
  pause: () => Promise<void>,
): Promise<void> {
  if (count === 0) return;
  // The whole network is the tail of its input.
  const graph = leanGraph(network, () => false);
  const tail = tailOf(graph, graph.input);
  const batch = batchSize(tailMemory(graph, tail), count, limits);
  const valuesOfImage = height * width * channels;
  const values = new Float32Array(batch * valuesOfImage);
  for (let start = 0; start < count; start += batch) {
    const inBatch = Math.min(batch, count - start);
    for (let i = 0; i < inBatch; i++) {
      await pause();
      values.set(make(start + i), i * valuesOfImage);
    }
    const size = paddedBatch(inBatch, batch);
    const input = tf.tensor4d(values.slice(0, size * valuesOfImage), [size, height, width, channels]);
    const output = await runTail(graph, tail, new Map([[graph.input, input]]), new Map(), pause).finally(() => input.dispose());
    try {
      const logits = Float32Array.from(await output.data());
      const classes = logits.length / size;
      for (let i = 0; i < inBatch; i++) onLogits(start + i, logits.slice(i * classes, (i + 1) * classes));
    } finally {
      output.dispose();
    }
  }
}
