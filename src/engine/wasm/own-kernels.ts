/** Whether our kernels run on WASM is decided once, for all of them. */
import * as tf from '@tensorflow/tfjs-core';
import { registerOwnCells } from './own-cells.ts';
import { registerOwnConvolution } from './own-convolution.ts';
import { ownModule, type WasmBackend } from './own-module.ts';

/** Ours run on one thread. @param threads that tf.js runs on */
export function registerOwnKernels(threads: number): void {
  if (threads > 1 || !ownModule(tf.backend() as unknown as WasmBackend)) return;
  registerOwnConvolution();
  registerOwnCells();
}
