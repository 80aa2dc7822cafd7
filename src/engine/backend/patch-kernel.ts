/** Kernels of tf.js that are put in another's place, each once. */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../../protocol/engine.ts';

const patched = new WeakSet<tf.KernelConfig>();

/** Does nothing where the backend has no such kernel, or it has been patched before. */
export function patchKernel(kernelName: string, backendName: BackendName, change: (original: tf.KernelFunc) => tf.KernelFunc): void {
  const kernel = tf.getKernel(kernelName, backendName);
  if (!kernel || patched.has(kernel)) return;
  const own: tf.KernelConfig = { ...kernel, kernelFunc: change(kernel.kernelFunc) };
  tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel(own);
  patched.add(own);
}
