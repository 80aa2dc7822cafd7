/** Opens real backends in Node: plain JS, WASM, and WebGPU through Dawn with whatever Vulkan driver the machine has. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { AppError } from '../../core/app-error.ts';
import type { BackendName } from '../../protocol/engine.ts';
import type { DeviceEnvironment } from '../backend/device.ts';

const BACKENDS: readonly BackendName[] = ['cpu', 'wasm', 'webgpu'];

/** Programs are timed to the nanosecond: browsers round, so that pages cannot spy. */
const DAWN_OPTIONS = ['disable-dawn-features=timestamp_quantization'];

let started: Promise<GPU> | null = null;

/** Once: Dawn can be started no second time in a process. */
function startDawn(): Promise<GPU> {
  started ??= import('webgpu').then(({ create, globals }) => {
    Object.assign(globalThis, globals);
    return create(DAWN_OPTIONS);
  });
  return started;
}

/** tf.js asks `navigator.gpu` whether there is WebGPU at all; Node 20 has no navigator. */
function offer(gpu: GPU): void {
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
}

async function dawn(): Promise<GPU | undefined> {
  try {
    return await startDawn();
  } catch (error) {
    console.warn(`Dawn could not be started: ${error}`);
    return undefined;
  }
}

/** Browsers, and Node from 22 on, have relaxed SIMD: numbers are the same to the last bit where Node 20 has it, too. */
function allowRelaxedSimd(): void {
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
}

/** Where tf.js finds its WASM files. */
function wasmFolder(): string {
  allowRelaxedSimd();
  return `${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'))}/`;
}

let environment: Promise<DeviceEnvironment> | null = null;

async function create(): Promise<DeviceEnvironment> {
  const gpu = await dawn();
  if (gpu) offer(gpu);
  return { gpu, wasmPaths: wasmFolder() };
}

/** The environment for `openDevice` in Node; the same for every caller, since Dawn can be started only once in a process. */
export function nodeDeviceEnvironment(): Promise<DeviceEnvironment> {
  environment ??= create();
  return environment;
}

/**
 * What one backend needs, and nothing else.
 *
 * @throws AppError `backend-unavailable` for WebGPU where the package is not there, or finds no driver
 */
export async function deviceEnvironmentFor(backend: BackendName): Promise<DeviceEnvironment> {
  const wasmPaths = wasmFolder();
  if (backend !== 'webgpu') return { gpu: undefined, wasmPaths };
  const gpu = await startDawn().catch((cause: unknown) => {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
    throw new AppError(
      'backend-unavailable',
      isMissing
        ? 'WebGPU takes the npm package webgpu, which is not installed here; please install it beside this one (npm install webgpu), or choose another backend.'
        : `WebGPU could not be started (${cause instanceof Error ? cause.message : cause}); please choose another backend.`,
      { cause },
    );
  });
  offer(gpu);
  return { gpu, wasmPaths };
}

/** The backends that work here. Says loudly when WebGPU is not among them. */
export async function availableBackends(): Promise<BackendName[]> {
  const { gpu } = await nodeDeviceEnvironment();
  const adapter = await gpu?.requestAdapter();
  if (adapter) return [...BACKENDS];
  console.warn('SKIPPED: no WebGPU adapter was found, so nothing is tested on WebGPU; install Chromium for its software adapter.');
  return BACKENDS.filter((backend) => backend !== 'webgpu');
}
