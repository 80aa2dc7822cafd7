/**
 * Handing programs over to a GPU costs more than running them, where they are small: a network of hundreds of layers waits for the processor.
 * tf.js 4.22 describes each program to the device anew, although a network's are the same at every pass, and submits every 15 programs.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Program, Uniform } from './webgpu-backend.ts';

/** What of the backend is changed, or looked at for it. */
interface Internals {
  readonly device: GPUDevice;
  readonly bufferManager: Buffers;
  /** Times of programs are taken by tf.js. */
  readonly activeTimers: object | null;
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  dispatchCountInPass: number;
  /** Of tensors whose buffers programs use that are not submitted yet. */
  readonly commandQueueOwnedIds: WeakSet<tf.DataId>;
  /** What is freed when all that was handed over before has been submitted. */
  readonly tensorDataPendingDisposal: readonly tf.DataId[];
  readonly uniformPendingDisposal: GPUBuffer[];
  readonly tensorMap: { get(id: tf.DataId): { readonly resource?: object | null } | undefined };
  makeUniforms(uniforms: Uniform[]): { readonly buffer: GPUBuffer };
  recordAndSubmit(program: Recorded, output: tf.TensorInfo, inputs: readonly tf.TensorInfo[], uniforms?: readonly Uniform[]): void;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

interface Buffers {
  readonly freeBuffers: ReadonlyMap<string, GPUBuffer[]>;
  acquireBuffer(size: number, usage: number, ...options: boolean[]): GPUBuffer;
}

interface Recorded extends Program {
  readonly pipeline: GPUComputePipeline;
  /** Of those that read or draw images. */
  readonly pixelsOpType?: number;
}

/** Programs that are submitted together. */
const PROGRAMS = 64;
/** Less, where what they no longer need takes as much. */
const MOST_PENDING_BYTES = 32e6;
/** So often it is looked. */
const LOOK_EVERY = 8;
/** A network has hundreds for each batch size, of some hundred bytes. */
const MOST_UNIFORMS = 8192;
/** More, since the same shapes may meet other buffers. */
const MOST_BINDINGS = 16_384;

/** Numbers things in the order in which they are first met. */
function numbering(): (thing: object) => number {
  const numbers = new WeakMap<object, number>();
  let next = 0;
  return (thing) => {
    const known = numbers.get(thing);
    if (known !== undefined) return known;
    numbers.set(thing, next);
    return next++;
  };
}

function keyOf(uniforms: readonly Uniform[]): string {
  return uniforms.map(({ type, data }) => `${type === 'float32' ? 'f' : 'i'}${data.join()}`).join(';');
}

/** @param forget what else has to be forgotten with them */
function keepUniforms(backend: Internals, forget: () => void): void {
  const known = new Map<string, ReturnType<Internals['makeUniforms']>>();
  const make = backend.makeUniforms.bind(backend);
  backend.makeUniforms = (uniforms) => {
    const key = keyOf(uniforms);
    const found = known.get(key);
    if (found) return found;
    if (known.size >= MOST_UNIFORMS) {
      backend.uniformPendingDisposal.push(...[...known.values()].map(({ buffer }) => buffer));
      known.clear();
      forget();
    }
    const made = make(uniforms);
    // Otherwise others are written into it later.
    backend.uniformPendingDisposal.pop();
    known.set(key, made);
    return made;
  };
}

/** Of the free buffers that fit, the one that is used longest: so a pass that is run again meets the buffers that it met before. */
function takeOldestBuffers(buffers: Buffers, numberOf: (buffer: object) => number): void {
  const acquire = buffers.acquireBuffer.bind(buffers);
  buffers.acquireBuffer = (size, usage, ...options) => {
    const free = buffers.freeBuffers.get(`${size}_${usage}`) ?? [];
    const last = free.length - 1;
    let oldest = last;
    for (let i = 0; i < last; i++) {
      if (numberOf(free[i] as GPUBuffer) < numberOf(free[oldest] as GPUBuffer)) oldest = i;
    }
    // tf.js takes the last.
    if (oldest < last) [free[oldest], free[last]] = [free[last] as GPUBuffer, free[oldest] as GPUBuffer];
    return acquire(size, usage, ...options);
  };
}

/** Whether what is no longer needed takes much. */
function isMuchPending({ tensorDataPendingDisposal, tensorMap }: Internals): boolean {
  let bytes = 0;
  for (const id of tensorDataPendingDisposal) bytes += (tensorMap.get(id)?.resource as GPUBuffer | null | undefined)?.size ?? 0;
  return bytes >= MOST_PENDING_BYTES;
}

/** A program that was handed over before, with the same buffers and shapes, is handed over as it was. */
function keepBindings(backend: Internals, numberOf: (thing: object) => number): { forget(): void } {
  const known = new Map<string, GPUBindGroup>();
  const { device } = backend;
  const create = device.createBindGroup.bind(device);
  let made: GPUBindGroup | null = null;
  device.createBindGroup = (descriptor) => {
    made = create(descriptor);
    return made;
  };
  const record = backend.recordAndSubmit.bind(backend);

  function handOver({ pipeline, dispatch }: Recorded, bindings: GPUBindGroup): void {
    backend.ensureCommandEncoderReady();
    backend.computePassEncoder ??= (backend.commandEncoder as GPUCommandEncoder).beginComputePass();
    backend.computePassEncoder.setPipeline(pipeline);
    backend.computePassEncoder.setBindGroup(0, bindings);
    backend.computePassEncoder.dispatchWorkgroups(...dispatch);
    backend.dispatchCountInPass++;
  }

  backend.recordAndSubmit = (program, output, inputs, uniforms = []) => {
    let key = `${numberOf(program.pipeline)};${keyOf(uniforms)}`;
    for (const { dataId, shape } of [output, ...inputs]) {
      const buffer = backend.tensorMap.get(dataId)?.resource;
      key += `;${buffer ? numberOf(buffer) : ''}:${shape.join()}`;
    }
    const bindings = known.get(key);
    if (bindings && !backend.activeTimers) {
      for (const { dataId } of [output, ...inputs]) backend.commandQueueOwnedIds.add(dataId);
      handOver(program, bindings);
    } else {
      record(program, output, inputs, uniforms);
      if (known.size >= MOST_BINDINGS) known.clear();
      if (made && program.pixelsOpType == null) known.set(key, made);
    }
    const count = backend.dispatchCountInPass;
    if (count < PROGRAMS && (count === 0 || count % LOOK_EVERY !== 0 || !isMuchPending(backend))) return;
    backend.endComputePassEncoder();
    backend.submitQueue();
  };
  return { forget: () => known.clear() };
}

/** @param backend tf.js' WebGPU backend, which is new */
export function handOverAtLessCost(backend: object): void {
  const internals = backend as Internals;
  tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', PROGRAMS);
  const numberOf = numbering();
  const bindings = keepBindings(internals, numberOf);
  keepUniforms(internals, bindings.forget);
  takeOldestBuffers(internals.bufferManager, numberOf);
}
