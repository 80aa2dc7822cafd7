/** Opens real backends in Node: plain JS, WASM, and WebGPU through Dawn with whatever Vulkan driver the machine has. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { BackendName } from '../../protocol/engine.ts';
import type { DeviceEnvironment } from '../backend/device.ts';

const BACKENDS: readonly BackendName[] = ['cpu', 'wasm', 'webgpu'];

async function dawn(): Promise<GPU | undefined> {
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    return create([]);
  } catch (error) {
    console.warn(`Dawn could not be started: ${error}`);
    return undefined;
  }
}

let environment: Promise<DeviceEnvironment> | null = null;

async function create(): Promise<DeviceEnvironment> {
  const gpu = await dawn();
  // tf.js asks `navigator.gpu` whether there is WebGPU at all; Node 20 has no navigator.
  if (gpu) Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  const wasmFile = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm');
  return { gpu, wasmPaths: `${dirname(wasmFile)}/` };
}

/** The environment for `openDevice` in Node; the same for every caller, since Dawn can be started only once in a process. */
export function nodeDeviceEnvironment(): Promise<DeviceEnvironment> {
  environment ??= create();
  return environment;
}

/** The backends that work here. Says loudly when WebGPU is not among them. */
export async function availableBackends(): Promise<BackendName[]> {
  const { gpu } = await nodeDeviceEnvironment();
  const adapter = await gpu?.requestAdapter();
  if (adapter) return [...BACKENDS];
  console.warn('SKIPPED: no WebGPU adapter was found, so nothing is tested on WebGPU; install Chromium for its software adapter.');
  return BACKENDS.filter((backend) => backend !== 'webgpu');
}
