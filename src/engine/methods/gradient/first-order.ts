/**
 * The first-order estimate of FastAblationCAM: `sum_k (A - R)[p, k] dy/dA[p, k]`, where R is what ablated activations are replaced with.
 *
 * For R = 0 it is HiResCAM (Draelos & Carin, 2020). It is what the score would lose if the tail were linear, and costs one backward pass at
 * any layer. Where values become nothing after the next ReLU, A is what the ReLUs give: the sum is over all that the layer's values reach.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { MapWork } from '../../../explain/work.ts';
import { afterReluTailOf } from '../../graph/after-relu-tail.ts';
import { cutActivation } from '../cut-activation.ts';
import { emitMap } from '../emit-map.ts';
import { type Computation, type MethodContext, scoreOfWork } from '../method.ts';
import { replacementOf } from '../replacement.ts';

/** Both `[1, rows, columns]`. */
interface Sums {
  readonly map: tf.Tensor;
  readonly magnitude: tf.Tensor;
}

function summed(terms: tf.Tensor): Sums {
  return { map: tf.sum(terms, -1), magnitude: tf.sum(tf.abs(terms), -1) };
}

async function afterReLU(context: MethodContext, work: MapWork): Promise<void> {
  const places = afterReluTailOf(context.graph, context.tail)?.places;
  if (!places) throw new RangeError('no ReLU takes what this layer gives');
  const own = cutActivation(context).shape[3];
  const sums: Sums[] = [];
  try {
    const gradient = await context.gradientOf(scoreOfWork(work), (id, activation, dy) => {
      for (const start of places.get(id) ?? []) {
        const channels = (x: tf.Tensor) => tf.slice(x, [0, 0, 0, start], [-1, -1, -1, own]);
        sums.push(tf.tidy(() => ({ ...summed(tf.mul(channels(activation), channels(dy))) })));
      }
    });
    await emitMap(context, work, gradient, () => ({
      map: tf.addN(sums.map(({ map }) => map)),
      magnitude: tf.addN(sums.map(({ magnitude }) => magnitude)),
    }));
  } finally {
    tf.dispose(sums.flatMap(({ map, magnitude }) => [map, magnitude]));
  }
}

export const firstOrder: Computation = {
  kind: 'map',
  async run(context, work) {
    const { value = 0 } = work;
    if (value === 'after-relu') return afterReLU(context, work);
    const gradient = await context.gradientOf(scoreOfWork(work));
    await emitMap(context, work, gradient, () => {
      const activation = cutActivation(context);
      return summed(tf.mul(tf.sub(activation, replacementOf(activation, value)), gradient.tensor));
    });
  },
};
