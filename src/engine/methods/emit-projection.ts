import type * as tf from '@tensorflow/tfjs-core';
import { principalProjection } from '../../core/statistics/principal-projection.ts';
import { gradientScale } from '../../explain/rounding.ts';
import type { MapWork } from '../../explain/work.ts';
import { cutGrid } from './cut-activation.ts';
import type { Gradient, MethodContext } from './method.ts';

/**
 * Reports the projection of every cell's values on their first principal axis.
 *
 * @param make the values, `[1, rows, columns, channels]`, which are freed here unless they are the pass's own
 */
export async function emitProjection(
  context: MethodContext,
  { method, score }: Pick<MapWork, 'method' | 'score'>,
  { slope, durationMs: madeInMs }: Pick<Gradient, 'slope' | 'durationMs'>,
  make: () => tf.Tensor4D,
): Promise<void> {
  const startedAt = performance.now();
  const tensor = make();
  try {
    const [, rows, columns, channels] = tensor.shape;
    const values = Float32Array.from(await tensor.data());
    const projected = Float32Array.from(principalProjection(values, rows * columns, channels));
    let largest = 0;
    for (let cell = 0; cell < projected.length; cell++) {
      let sum = 0;
      for (let k = 0; k < channels; k++) sum += Math.abs(values[cell * channels + k] ?? 0);
      largest = Math.max(largest, sum);
    }
    const durationMs = madeInMs + performance.now() - startedAt;
    const map = { ...cutGrid(context), values: projected };
    context.emit({
      kind: 'map',
      result: { method, score, map, scale: gradientScale(largest, slope), durationMs, forwardMs: context.forwardMs },
    });
  } finally {
    tensor.dispose();
  }
}
