import * as tf from '@tensorflow/tfjs-core';
import { gradientScale, maxAbs } from '../../explain/rounding.ts';
import type { MapWork } from '../../explain/work.ts';
import { cutGrid } from './cut-activation.ts';
import type { Gradient, MethodContext } from './method.ts';

interface Computed {
  /** One value per cell. */
  readonly map: tf.Tensor;
  /** The same sum over the absolute values of its terms: what rounding is a share of. */
  readonly magnitude: tf.Tensor;
}

/**
 * Computes a map at once and reports it.
 *
 * @param gradient what the map is made from
 * @param compute both `[1, rows, columns]`; runs inside `tf.tidy`
 */
export async function emitMap(
  context: MethodContext,
  { method, score }: Pick<MapWork, 'method' | 'score'>,
  gradient: Gradient,
  compute: () => Computed,
): Promise<void> {
  const startedAt = performance.now();
  const { map, magnitude } = tf.tidy(() => ({ ...compute() }));
  try {
    const [values, magnitudes] = [Float32Array.from(await map.data()), Float32Array.from(await magnitude.data())];
    const scale = gradientScale(maxAbs(magnitudes), gradient.slope);
    // Whoever comes second finds the gradient there, and takes no less for it.
    const durationMs = gradient.durationMs + performance.now() - startedAt;
    const { forwardMs } = context;
    context.emit({ kind: 'map', result: { method, score, map: { ...cutGrid(context), values }, scale, durationMs, forwardMs } });
  } finally {
    tf.dispose([map, magnitude]);
  }
}
