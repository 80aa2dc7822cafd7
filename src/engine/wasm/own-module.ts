/** Our kernels in the memory of tf.js' WASM backend, so that they work on its tensors where they lie. */
import * as tf from '@tensorflow/tfjs-core';
import { fused, moduleBytes, separately } from './assembler.ts';
import { copyRowsCode, layCode, normalizeCode } from './cells-code.ts';
import { CONVOLUTION_ROWS, convolutionCode } from './convolution-code.ts';
import { multiplyCode } from './multiply-code.ts';
import { packCode, packTilesCode } from './pack-code.ts';
import { WINOGRAD_ROWS, winogradCode } from './winograd-code.ts';

/** What the backend has, as far as it is used here. */
export interface WasmBackend {
  makeOutput(shape: number[], dtype: 'float32'): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array;
  readonly dataIdMap: { get(dataId: tf.DataId): { readonly memoryOffset: number } };
  readonly wasm: {
    readonly asm?: { readonly memory?: unknown };
    readonly HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _free(place: number): void;
  };
}

function codes(addProduct: typeof fused) {
  const rows = multiplyCode(0, CONVOLUTION_ROWS, addProduct);
  const tiles = multiplyCode(1, WINOGRAD_ROWS, addProduct);
  return {
    rows,
    tiles,
    convolve: convolutionCode(2, rows),
    convolveTiles: winogradCode(3, tiles),
    pack: packCode(4),
    packTiles: packTilesCode(5),
    normalize: normalizeCode(6),
    copyRows: copyRowsCode(7),
    lay: layCode(8),
  };
}

type Codes = ReturnType<typeof codes>;

const KERNELS = ['convolve', 'convolveTiles', 'pack', 'packTiles', 'normalize', 'copyRows', 'lay'] as const;

/** What kernels are called with: numbers by their names. */
export type OwnModule = {
  readonly [Name in (typeof KERNELS)[number]]: (numbers: Readonly<Record<keyof Codes[Name]['parameters'], number>>) => void;
};

/** Relaxed SIMD, which multiplies and adds at once, came to browsers years after SIMD. */
function bytesFor(): { readonly own: Codes; readonly bytes: Uint8Array<ArrayBuffer> } | null {
  for (const addProduct of [fused, separately]) {
    const own = codes(addProduct);
    const bytes = moduleBytes(Object.values(own));
    if (WebAssembly.validate(bytes)) return { own, bytes };
  }
  return null;
}

function instantiate(backend: WasmBackend): OwnModule | null {
  const memory = backend.wasm.asm?.memory;
  if (!(memory instanceof WebAssembly.Memory)) return null;
  const found = bytesFor();
  if (!found) return null;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(found.bytes), { host: { memory } });
  const kernels = KERNELS.map((name) => {
    const kernel = exports[name] as (...numbers: number[]) => void;
    const names: readonly string[] = found.own[name].parameterNames;
    return [name, (numbers: Readonly<Record<string, number>>) => kernel(...names.map((each) => numbers[each] ?? Number.NaN))];
  });
  return Object.fromEntries(kernels) as unknown as OwnModule;
}

const modules = new WeakMap<WasmBackend, OwnModule | null>();

/** Null where the backend's memory cannot be had, or there is no SIMD. */
export function ownModule(backend: WasmBackend): OwnModule | null {
  const known = modules.get(backend);
  if (known !== undefined) return known;
  const made = instantiate(backend);
  modules.set(backend, made);
  return made;
}

/** Where a tensor's values lie in the backend's memory. */
export function placeIn(backend: WasmBackend, { dataId }: tf.TensorInfo): number {
  return backend.dataIdMap.get(dataId).memoryOffset;
}

/** The kernel by which ours are known to be there: all are registered together. */
export const CONVOLUTION_KERNEL = 'OwnConvolution';

/** Whether the backend in use has our kernels. */
export function hasOwnKernels(): boolean {
  return tf.getKernel(CONVOLUTION_KERNEL, tf.getBackend()) !== undefined;
}
