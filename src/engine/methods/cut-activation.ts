import type * as tf from '@tensorflow/tfjs-core';
import type { Grid } from '../../core/ablation-plan.ts';
import type { MethodContext } from './method.ts';

/** The activation of the chosen layer, `[1, rows, columns, channels]`. It belongs to the kept pass. */
export function cutActivation({ tail, pass }: MethodContext): tf.Tensor4D {
  const activation = pass.activations.get(tail.cut);
  if (activation?.rank !== 4) throw new Error(`node ${tail.cut} was not kept, or has no cells`);
  return activation as tf.Tensor4D;
}

/** The cells of the chosen layer. */
export function cutGrid(context: MethodContext): Grid {
  const [, rows, columns] = cutActivation(context).shape;
  return { rows, columns };
}
