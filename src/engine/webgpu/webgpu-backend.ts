/** What of tf.js' WebGPU backend our kernels work with. */
import type * as tf from '@tensorflow/tfjs-core';

/** What a program reads beside tensors. */
export interface Uniform {
  readonly type: 'int32' | 'uint32' | 'float32';
  readonly data: number[];
}

export interface Program {
  readonly outputShape: readonly number[];
  /** Which axes of the result are counted along which axis of the groups of threads. */
  readonly dispatchLayout: { readonly x: readonly number[] };
  readonly dispatch: readonly [number, number, number];
  readonly workgroupSize: readonly [number, number, number];
  /** Whether it is told how many values it has to write. */
  readonly size?: boolean;
  /** Values that are written, and read of each input, at a time; left out: one. */
  readonly outputComponent?: number;
  readonly variableComponents?: readonly number[];
  readonly variableNames: readonly string[];
  readonly uniforms: string;
  /** Programs of one key, and of inputs alike, are compiled once. */
  readonly shaderKey: string;
  getUserCode(): string;
}

const prototypes = new Map<string, object>();

/** tf.js calls programs by their class, in timings and in errors. */
export function named(name: string, program: Program): Program {
  const known = prototypes.get(name);
  const prototype = known ?? { constructor: { name } };
  if (!known) prototypes.set(name, prototype);
  return Object.assign(Object.create(prototype), program);
}

export interface WebGpu {
  makeTensorInfo(shape: number[], dtype: 'int32', values: Int32Array): tf.TensorInfo;
  runWebGPUProgram(program: Program, inputs: tf.TensorInfo[], dtype: 'float32', uniforms: readonly Uniform[]): tf.TensorInfo;
  disposeData(id: object): boolean;
}
