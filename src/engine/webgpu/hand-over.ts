/**
 * Handing programs over to a GPU costs more than running them, where they are small: a network of hundreds of layers waits for the processor.
 * tf.js 4.22 writes a buffer of shapes for each program anew, although a network's are the same at every pass, and submits every 15 programs.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Uniform } from './webgpu-backend.ts';

/** What of the backend is changed, or looked at for it. */
interface Internals {
  readonly dispatchCountInPass: number;
  /** What is freed when all that was handed over before has been submitted. */
  readonly tensorDataPendingDisposal: readonly tf.DataId[];
  readonly uniformPendingDisposal: GPUBuffer[];
  readonly tensorMap: { get(id: tf.DataId): { readonly resource?: { readonly size?: number } | null } | undefined };
  makeUniforms(uniforms: Uniform[]): { readonly buffer: GPUBuffer };
  recordAndSubmit(...program: unknown[]): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

/** Programs that are submitted together. */
const PROGRAMS = 64;
/** Less, where what they no longer need takes as much. */
const MOST_PENDING_BYTES = 32e6;
/** So often it is looked. */
const LOOK_EVERY = 8;
/** A network has hundreds for each batch size, of some hundred bytes. */
const MOST_UNIFORMS = 8192;

function keepUniforms(backend: Internals): void {
  const known = new Map<string, ReturnType<Internals['makeUniforms']>>();
  const make = backend.makeUniforms.bind(backend);
  backend.makeUniforms = (uniforms) => {
    const key = uniforms.map(({ type, data }) => `${type === 'float32' ? 'f' : 'i'}${data.join()}`).join(';');
    const found = known.get(key);
    if (found) return found;
    if (known.size >= MOST_UNIFORMS) {
      backend.uniformPendingDisposal.push(...[...known.values()].map(({ buffer }) => buffer));
      known.clear();
    }
    const made = make(uniforms);
    // Otherwise others are written into it later.
    backend.uniformPendingDisposal.pop();
    known.set(key, made);
    return made;
  };
}

function submitLessOften(backend: Internals): void {
  tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', PROGRAMS);
  const record = backend.recordAndSubmit.bind(backend);
  backend.recordAndSubmit = (...program) => {
    record(...program);
    const { dispatchCountInPass: count, tensorDataPendingDisposal: pending, tensorMap } = backend;
    if (count === 0 || count % LOOK_EVERY !== 0) return;
    const bytes = pending.reduce((sum, id) => sum + (tensorMap.get(id)?.resource?.size ?? 0), 0);
    if (bytes < MOST_PENDING_BYTES) return;
    backend.endComputePassEncoder();
    backend.submitQueue();
  };
}

/** @param backend tf.js' WebGPU backend, which is new */
export function handOverAtLessCost(backend: object): void {
  keepUniforms(backend as Internals);
  submitLessOften(backend as Internals);
}
