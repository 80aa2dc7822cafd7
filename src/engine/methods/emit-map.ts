import * as tf from '@tensorflow/tfjs-core';
import type { MapWork } from '../../explain/work.ts';
import { cutGrid } from './cut-activation.ts';
import type { Gradient, MethodContext } from './method.ts';

/**
 * Computes a map at once and reports it.
 *
 * @param gradient what the map is made from
 * @param compute one value per cell, `[1, rows, columns]`; runs inside `tf.tidy`
 */
export async function emitMap(
  context: MethodContext,
  { method, score }: Pick<MapWork, 'method' | 'score'>,
  gradient: Gradient,
  compute: () => tf.Tensor,
): Promise<void> {
  const startedAt = performance.now();
  const map = tf.tidy(compute);
  try {
    const values = Float32Array.from(await map.data());
    // Whoever comes second finds the gradient there, and takes no less for it.
    const durationMs = gradient.durationMs + performance.now() - startedAt;
    const { forwardMs } = context;
    context.emit({ kind: 'map', result: { method, score, map: { ...cutGrid(context), values }, durationMs, forwardMs } });
  } finally {
    map.dispose();
  }
}
