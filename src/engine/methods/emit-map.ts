import * as tf from '@tensorflow/tfjs-core';
import type { MapWork } from '../../explain/work.ts';
import { cutGrid } from './cut-activation.ts';
import type { MethodContext } from './method.ts';

/**
 * Computes a map at once and reports it.
 *
 * @param compute one value per cell, `[1, rows, columns]`; runs inside `tf.tidy`
 */
export async function emitMap(
  context: MethodContext,
  { method, score }: Pick<MapWork, 'method' | 'score'>,
  compute: () => tf.Tensor,
): Promise<void> {
  const map = tf.tidy(compute);
  try {
    const values = Float32Array.from(await map.data());
    context.emit({ kind: 'map', result: { method, score, map: { ...cutGrid(context), values }, durationMs: context.lap() } });
  } finally {
    map.dispose();
  }
}
