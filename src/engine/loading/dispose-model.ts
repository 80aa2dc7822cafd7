import type * as tfl from '@tensorflow/tfjs-layers';

/**
 * Frees a model's weights. tf.js' own `dispose` counts calls, so that layers which are called twice, and models inside the model, keep theirs
 * for ever.
 */
export function disposeModel(model: tfl.LayersModel): void {
  for (const weight of new Set(model.weights)) weight.dispose();
}
