/** The backend that somebody else opened, as far as the engine must know it. */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../core/app-error.ts';
import type { BackendName } from '../../protocol/engine.ts';
import { type OpenDevice, PASSES_PER_BATCH, WASM_MAX_TENSOR_BYTES } from '../backend/device.ts';
import { waysInMemory } from '../backend/known-ways.ts';
import { completeKernels } from '../gradients/gradient-kernels.ts';

/** WebGL is a backend that is never opened here; what suits WebGPU suits it. */
const KINDS: Readonly<Record<string, BackendName>> = { webgpu: 'webgpu', webgl: 'webgpu', wasm: 'wasm', cpu: 'cpu' };

/** WebGL keeps a tensor in one texture, of four values a texel. */
function largestTexture(): number {
  const side = tf.env().getNumber('WEBGL_MAX_TEXTURE_SIZE');
  return side * side * 4 * Float32Array.BYTES_PER_ELEMENT;
}

/** WebGPU's device, as tf.js' backend holds it. */
function gpuDevice(): GPUDevice | null {
  const device: unknown = Reflect.get(tf.backend(), 'device');
  return device && typeof device === 'object' && 'limits' in device ? (device as GPUDevice) : null;
}

function maxTensorBytes(name: string): number {
  const limits = name === 'webgpu' ? gpuDevice()?.limits : null;
  if (limits) return Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  return name === 'webgl' ? Math.min(largestTexture(), WASM_MAX_TENSOR_BYTES) : WASM_MAX_TENSOR_BYTES;
}

/**
 * The backend that tf.js uses at the moment.
 *
 * @throws AppError `backend-unavailable` for one whose numbers are not known to be right
 */
export async function adoptedDevice(): Promise<OpenDevice> {
  await tf.ready();
  const name = tf.getBackend();
  const backend = KINDS[name];
  if (!backend) {
    throw new AppError(
      'backend-unavailable',
      `tf.js runs on its backend “${name}”, where explanations have not been checked; please call tf.setBackend with webgpu, webgl, wasm or cpu first.`,
    );
  }
  completeKernels(name);
  const lost = (name === 'webgpu' && gpuDevice()?.lost) || new Promise<GPUDeviceLostInfo>(() => {});
  return {
    info: { backend, adapter: name, isSoftware: false, remark: '' },
    maxTensorBytes: maxTensorBytes(name),
    passesPerBatch: PASSES_PER_BATCH[backend],
    ways: waysInMemory(),
    lost: lost.then(({ message }) => message),
    takeError: () => null,
  };
}
