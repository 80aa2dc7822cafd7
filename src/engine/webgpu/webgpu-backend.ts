/** What of tf.js' WebGPU backend our kernels work with. */
import type * as tf from '@tensorflow/tfjs-core';

/** What a program reads beside tensors. */
export interface Uniform {
  readonly type: 'int32' | 'uint32' | 'float32';
  readonly data: number[];
}

export interface WebGpu {
  makeTensorInfo(shape: number[], dtype: 'int32', values: Int32Array): tf.TensorInfo;
  runWebGPUProgram(program: object, inputs: tf.TensorInfo[], dtype: 'float32', uniforms: readonly Uniform[]): tf.TensorInfo;
  disposeData(id: object): boolean;
}
