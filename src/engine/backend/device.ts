/**
 * Chooses and opens the tf.js backend. Only the backend in use is downloaded.
 *
 * A real GPU is best. A software WebGPU adapter gives right results but is some fifty times slower than WASM, so it is used only when
 * somebody asks for WebGPU by name. The GPU device is requested here rather than by tf.js, which throws on a missing adapter and has no
 * handler for a lost device.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../core/app-error.ts';
import type { BackendName, DeviceInfo } from '../../protocol/engine.ts';
import type { ExactEvaluation } from '../../protocol/explain.ts';
import { completeGradientKernels } from '../gradients/gradient-kernels.ts';
import { registerOwnKernels } from '../wasm/own-kernels.ts';
import { handOverAtLessCost } from '../webgpu/hand-over.ts';
import { registerOwnNormalization } from '../webgpu/own-normalization.ts';
import { registerSmallConvolutions } from '../webgpu/small-convolution.ts';
import { type KnownWays, knownWaysOf } from './known-ways.ts';
import { registerLaying } from './lay-kernel.ts';

export interface DeviceEnvironment {
  /** How the copies of a sweep are run; left out: incrementally. */
  readonly exact?: ExactEvaluation;
  /** The browser's (or Dawn's) `navigator.gpu`; undefined where there is none. */
  readonly gpu: GPU | undefined;
  /** Where the `.wasm` files lie: a folder's URL with a trailing slash, or one URL per file name. */
  readonly wasmPaths: string | Record<string, string>;
  /** How many threads WASM runs on, where it can have several; left out: as tf.js chooses. */
  readonly threads?: number;
}

export interface OpenDevice {
  readonly info: DeviceInfo;
  /** The largest tensor that one kernel may read or write, in bytes. */
  readonly maxTensorBytes: number;
  /** A batch should not take longer than this many forward passes. */
  readonly passesPerBatch: number;
  /** Which way of running copies is quicker, as far as it was found out. */
  readonly ways: KnownWays;
  /** Resolves with the reason when the GPU is lost; never, for the other backends. */
  readonly lost: Promise<string>;
  /** Rejects or resolves null: what went wrong on the GPU since the last call, for errors that WebGPU only reports on the side. */
  takeError(): string | null;
}

/** A GPU wants to be fed; on a processor larger batches are no faster. */
export const PASSES_PER_BATCH: Readonly<Record<BackendName, number>> = { webgpu: 16, wasm: 2, cpu: 1 };

type Opening = Omit<OpenDevice, 'ways'> | { readonly unavailable: string };

const NEVER = new Promise<string>(() => {});
/** WASM memory is 32-bit: four gigabytes for everything; one tensor should be far below. */
export const WASM_MAX_TENSOR_BYTES = 512 * 1024 * 1024;

async function openWebGpu({ gpu }: DeviceEnvironment, isAskedFor: boolean): Promise<Opening> {
  if (!gpu) return { unavailable: 'this browser has no WebGPU' };
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  if (!adapter) return { unavailable: 'WebGPU found no graphics adapter' };
  const { info, limits } = adapter;
  const isSoftware =
    info.isFallbackAdapter === true || /swiftshader|llvmpipe|software|basic render/i.test(`${info.architecture} ${info.description}`);
  if (isSoftware && !isAskedFor) return { unavailable: 'WebGPU has only a software adapter here, which is slower than WASM' };

  const device = await adapter.requestDevice({
    requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
    requiredLimits: {
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    },
  });
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  // tf.js runs operations on small tensors on the processor by default; here everything belongs on the GPU.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => {
    const backend = new WebGPUBackend(device, info);
    handOverAtLessCost(backend);
    return backend;
  });
  await tf.setBackend('webgpu');
  registerOwnNormalization();
  registerSmallConvolutions();

  let sideError: string | null = null;
  device.addEventListener('uncapturederror', (event) => {
    sideError ??= event.error.message;
  });
  const name = [info.vendor, info.architecture, info.device, info.description].filter(Boolean);
  return {
    info: { backend: 'webgpu', adapter: info.description || name.join(' ') || 'unnamed adapter', isSoftware, remark: '' },
    maxTensorBytes: Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize),
    passesPerBatch: PASSES_PER_BATCH.webgpu,
    lost: device.lost.then(({ message }) => message || 'no reason given'),
    takeError() {
      const error = sideError;
      sideError = null;
      return error;
    },
  };
}

async function openWasm({ wasmPaths, threads: wantedThreads }: DeviceEnvironment): Promise<Opening> {
  if (typeof WebAssembly === 'undefined') return { unavailable: 'this browser has no WebAssembly' };
  try {
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(wasmPaths);
    // For its threads tf.js starts eight workers, whether or not it runs on more than one: it takes at most half the cores.
    const most = Math.floor((globalThis.navigator?.hardwareConcurrency ?? 1) / 2);
    if ((wantedThreads ?? most) <= 1) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    else if (wantedThreads !== undefined) wasm.setThreadsCount(wantedThreads);
    if (!(await tf.setBackend('wasm'))) return { unavailable: 'WebAssembly could not be started' };
    const hasSimd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
    const hasThreads = await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT');
    const threads = hasThreads ? wasm.getThreadsCount() : 1;
    registerOwnKernels(threads);
    const adapter = `${hasSimd ? 'SIMD' : 'no SIMD'}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
    return {
      info: { backend: 'wasm', adapter, isSoftware: false, remark: '', threads },
      maxTensorBytes: WASM_MAX_TENSOR_BYTES,
      passesPerBatch: PASSES_PER_BATCH.wasm,
      lost: NEVER,
      takeError: () => null,
    };
  } catch {
    return { unavailable: 'WebAssembly could not be started' };
  }
}

async function openCpu(): Promise<Opening> {
  await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
  // At its first use in Node it would recommend a backend that is none of ours.
  Object.assign(tf.backend(), { firstUse: false });
  const info: DeviceInfo = { backend: 'cpu', adapter: 'plain JavaScript', isSoftware: false, remark: '' };
  return { info, maxTensorBytes: WASM_MAX_TENSOR_BYTES, passesPerBatch: PASSES_PER_BATCH.cpu, lost: NEVER, takeError: () => null };
}

const OPENERS: Record<BackendName, (environment: DeviceEnvironment, isAskedFor: boolean) => Promise<Opening>> = {
  webgpu: openWebGpu,
  wasm: openWasm,
  cpu: openCpu,
};

/**
 * Opens the backend asked for, or the best there is.
 * When the one asked for cannot be had, the next best is opened and `info.remark` says why.
 *
 * @throws AppError `backend-unavailable` when nothing works at all.
 */
export async function openDevice(preference: BackendName | null, environment: DeviceEnvironment): Promise<OpenDevice> {
  const order: BackendName[] = ['webgpu', 'wasm', 'cpu'];
  if (preference) order.sort((a, b) => Number(b === preference) - Number(a === preference));
  const remarks: string[] = [];
  for (const backend of order) {
    const opening = await OPENERS[backend](environment, backend === preference).catch(
      (error: unknown): Opening => ({ unavailable: error instanceof Error ? error.message : String(error) }),
    );
    if ('unavailable' in opening) {
      remarks.push(opening.unavailable);
      continue;
    }
    completeGradientKernels(backend);
    registerLaying(backend, environment.exact !== 'dense');
    return { ...opening, ways: await knownWaysOf(opening.info.adapter), info: { ...opening.info, remark: remarks[0] ?? '' } };
  }
  throw new AppError('backend-unavailable', `Nothing here can run a network: ${remarks.join('; ')}; please try a current browser.`);
}
