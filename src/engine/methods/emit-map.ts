import * as tf from '@tensorflow/tfjs-core';
import type { ClassScore } from '../../core/scores.ts';
import type { MapResult } from '../../protocol/engine.ts';
import { cutGrid } from './cut-activation.ts';
import type { MethodContext } from './method.ts';

/**
 * Computes a map at once and reports it.
 *
 * @param compute one value per cell, `[1, rows, columns]`; runs inside `tf.tidy`
 */
export async function emitMap(
  context: MethodContext,
  method: MapResult['method'],
  score: ClassScore,
  compute: () => tf.Tensor,
): Promise<void> {
  const map = tf.tidy(compute);
  try {
    const values = Float32Array.from(await map.data());
    const result = { score, map: { ...cutGrid(context), values }, durationMs: context.lap() };
    context.emit({ kind: 'map', result: method === 'grad-cam' ? { method, ...result } : { method, ...result } });
  } finally {
    map.dispose();
  }
}
