/**
 * One kernel that moves cells: it cuts windows out of maps, each item its own, puts them in place on others, and pads. tf.js would take many
 * operations for it, of which `slice` and `gather` are slow on WASM.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../../protocol/engine.ts';
import { layOnWebGpu } from '../webgpu/lay-webgpu.ts';
import type { WebGpu } from '../webgpu/webgpu-backend.ts';
import type { Laying, Origins, Source } from './laying.ts';

const KERNEL = 'LayWindows';

interface Attributes extends Laying {
  readonly over: Omit<Source, 'x'> | null;
  readonly under: Omit<Source, 'x'> | null;
}

/** A source whose values are at hand. */
interface Held extends Omit<Source, 'x'> {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

function originOf(origins: Origins, item: number): readonly [row: number, column: number] {
  return origins ? [origins.rows[item] ?? 0, origins.columns[item] ?? 0] : [0, 0];
}

/** Lays one source over what stands in `out`, where both have cells of the map. */
function layOver(out: Float32Array, { shape, origins, rows: mapRows, columns: mapColumns }: Laying, source: Held, isAdded: boolean): void {
  const [batch, rows, columns, channels] = shape;
  const [ownBatch = 1, ownRows = 1, ownColumns = 1, ownChannels = 1] = source.shape;
  const isWhole = channels === ownChannels;
  for (let item = 0; item < batch; item++) {
    const own = ownBatch === 1 ? 0 : item;
    const [top, left] = originOf(origins, item);
    const [ownTop, ownLeft] = originOf(source.origins, item);
    const [from, to] = [Math.max(0, top, ownTop), Math.min(mapRows, top + rows, ownTop + ownRows)];
    const first = Math.max(0, left, ownLeft);
    const width = Math.min(mapColumns, left + columns, ownLeft + ownColumns) - first;
    if (width <= 0) continue;
    for (let row = from; row < to; row++) {
      let at = (((item * rows + row - top) * columns + first - left) * channels) | 0;
      let ownAt = (((own * ownRows + row - ownTop) * ownColumns + first - ownLeft) * ownChannels + source.channel) | 0;
      const [count, length] = isWhole ? [1, width * channels] : [width, channels];
      for (let i = 0; i < count; i++) {
        if (isAdded) for (let k = 0; k < length; k++) out[at + k] = (out[at + k] ?? 0) + (source.values[ownAt + k] ?? 0);
        else if (length < 24) for (let k = 0; k < length; k++) out[at + k] = source.values[ownAt + k] ?? 0;
        else out.set(source.values.subarray(ownAt, ownAt + length), at);
        at += channels;
        ownAt += ownChannels;
      }
    }
  }
}

function layInto(out: Float32Array, laying: Laying, over: Held | null, under: Held | null): void {
  out.fill(laying.fill);
  if (under) layOver(out, laying, under, false);
  if (over) layOver(out, laying, over, laying.isAdded);
}

/** What the WASM backend gives kernels to work with. */
interface Heap {
  makeOutput(shape: number[], dtype: 'float32'): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array;
}

/** What the plain backend does. */
interface Arrays {
  makeTensorInfo(shape: number[], dtype: 'float32', values: Float32Array): tf.TensorInfo;
  readSync(id: object): Float32Array;
}

function held(source: Omit<Source, 'x'> | null, x: tf.TensorInfo | undefined, valuesOf: (x: tf.TensorInfo) => Float32Array): Held | null {
  return source && x ? { ...source, values: valuesOf(x), shape: x.shape } : null;
}

const ON_WASM: tf.KernelConfig['kernelFunc'] = ({ inputs, attrs, backend }) => {
  const heap = backend as Heap;
  const laying = attrs as unknown as Attributes;
  const out = heap.makeOutput([...laying.shape], 'float32');
  // Room for the result may have moved the heap: views of it are made afterwards.
  const valuesOf = (x: tf.TensorInfo) => heap.typedArrayFromHeap(x);
  layInto(valuesOf(out), laying, held(laying.over, inputs.over, valuesOf), held(laying.under, inputs.under, valuesOf));
  return out;
};

const ON_CPU: tf.KernelConfig['kernelFunc'] = ({ inputs, attrs, backend }) => {
  const arrays = backend as Arrays;
  const laying = attrs as unknown as Attributes;
  const out = new Float32Array(laying.shape.reduce((product, side) => product * side, 1));
  const valuesOf = ({ dataId }: tf.TensorInfo) => arrays.readSync(dataId);
  layInto(out, laying, held(laying.over, inputs.over, valuesOf), held(laying.under, inputs.under, valuesOf));
  return arrays.makeTensorInfo([...laying.shape], 'float32', out);
};

const ON_WEBGPU: tf.KernelConfig['kernelFunc'] = ({ inputs, attrs, backend }) => {
  const laying = attrs as unknown as Attributes;
  const given = (source: Attributes['over'], x: tf.TensorInfo | undefined) => (source && x ? { ...source, x } : null);
  return layOnWebGpu(backend as WebGpu, laying, given(laying.over, inputs.over), given(laying.under, inputs.under));
};

const KERNELS: Readonly<Record<BackendName, tf.KernelConfig['kernelFunc']>> = { cpu: ON_CPU, wasm: ON_WASM, webgpu: ON_WEBGPU };

/** Once for a backend, when it is open. @param isWanted whether copies are worked out by it at all */
export function registerLaying(backendName: BackendName, isWanted: boolean): void {
  if (!isWanted && tf.getKernel(KERNEL, backendName) !== undefined) tf.unregisterKernel(KERNEL, backendName);
  if (!isWanted) return;
  if (tf.getKernel(KERNEL, backendName) === undefined)
    tf.registerKernel({ kernelName: KERNEL, backendName, kernelFunc: KERNELS[backendName] });
}

/** Whether the backend in use has the kernel. */
export function canLay(): boolean {
  return tf.getKernel(KERNEL, tf.getBackend()) !== undefined;
}

/** Whether copies are run by it unless it is found to be slower: on a GPU only the sweep itself tells. */
export function isIncremental(): boolean {
  return canLay() && tf.getBackend() !== 'webgpu';
}

/** One source over another, either of which may be missing: then `fill` stands where it has no cells. */
export function lay(laying: Laying, over: Source | null, under: Source | null): tf.Tensor4D {
  const attributes: Attributes = {
    ...laying,
    over: over && { origins: over.origins, channel: over.channel },
    under: under && { origins: under.origins, channel: under.channel },
  };
  return tf
    .engine()
    .runKernel(
      KERNEL,
      { ...(over && { over: over.x }), ...(under && { under: under.x }) },
      attributes as unknown as tf.NamedAttrMap,
    ) as tf.Tensor4D;
}
