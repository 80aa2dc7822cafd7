import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/**
 * The most bytes in tensors that the job adds to what there is, at any moment. A tensor and its reshaped views share one buffer, which is
 * counted once; `tf.memory()` counts it for each, and would only let a bound be tested that is far from tight.
 */
export async function addedBytes(job: () => Promise<unknown>): Promise<number> {
  const engine = tf.engine();
  const { trackTensor, disposeTensor } = engine;
  const added = new Map<object, { readonly bytes: number; holders: number }>();
  let live = 0;
  let peak = 0;
  engine.trackTensor = (tensor, backend) => {
    const isOld = engine.state.tensorInfo.has(tensor.dataId);
    trackTensor.call(engine, tensor, backend);
    const buffer = added.get(tensor.dataId);
    if (buffer) buffer.holders++;
    else if (!isOld) {
      const bytes = tensor.size * tf.util.bytesPerElement(tensor.dtype);
      added.set(tensor.dataId, { bytes, holders: 1 });
      live += bytes;
      peak = Math.max(peak, live);
    }
  };
  engine.disposeTensor = (tensor) => {
    disposeTensor.call(engine, tensor);
    const buffer = added.get(tensor.dataId);
    if (!buffer || --buffer.holders > 0) return;
    added.delete(tensor.dataId);
    live -= buffer.bytes;
  };
  try {
    await job();
  } finally {
    Object.assign(engine, { trackTensor, disposeTensor });
  }
  expect(live).toBe(0);
  return peak;
}
