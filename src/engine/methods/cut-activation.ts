import type * as tf from '@tensorflow/tfjs-core';
import type { Grid } from '../../core/maps/grid.ts';
import type { NodeId } from '../graph/layer-graph.ts';
import type { MethodContext } from './method.ts';

/** The node of the chosen layer. */
export function cutNode({ tail }: Pick<MethodContext, 'tail'>): NodeId {
  const [cut] = tail.cuts;
  if (cut === undefined || tail.cuts.length > 1) throw new Error('a method works at one layer');
  return cut;
}

/** The activation of the chosen layer, `[1, rows, columns, channels]`. It belongs to the kept pass. */
export function cutActivation({ tail, pass }: Pick<MethodContext, 'tail' | 'pass'>): tf.Tensor4D {
  const activation = pass.activations.get(cutNode({ tail }));
  if (activation?.rank !== 4) throw new Error('the layer was not kept, or has no cells');
  return activation as tf.Tensor4D;
}

/** The cells of the chosen layer. */
export function cutGrid(context: MethodContext): Grid {
  const [, rows, columns] = cutActivation(context).shape;
  return { rows, columns };
}
