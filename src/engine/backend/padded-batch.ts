import * as tf from '@tensorflow/tfjs-core';

/**
 * How many items a batch is run with that has fewer than the others. A GPU's buffers are pooled by their exact size, so that there it is padded;
 * elsewhere the padding would only be computed.
 */
export function paddedBatch(items: number, batch: number): number {
  return tf.getBackend() === 'webgpu' ? batch : items;
}
