/**
 * One kernel that moves cells: it cuts windows out of maps, each item its own, puts them in place on others, and pads. tf.js would take many
 * operations for it, of which `slice` and `gather` are slow on WASM.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../../protocol/engine.ts';
import { hasOwnKernels, type OwnModule, ownModule, placeIn, type WasmBackend } from '../wasm/own-module.ts';
import { layOnWebGpu } from '../webgpu/lay-webgpu.ts';
import type { WebGpu } from '../webgpu/webgpu-backend.ts';
import type { Laying, Origins, Source } from './laying.ts';

const KERNEL = 'LayWindows';

const BYTES_PER_VALUE = 4;

interface Attributes extends Laying {
  readonly over: Omit<Source, 'x'> | null;
  readonly under: Omit<Source, 'x'> | null;
}

function originOf(origins: Origins, item: number): readonly [row: number, column: number] {
  return origins ? [origins.rows[item] ?? 0, origins.columns[item] ?? 0] : [0, 0];
}

/** Cells that a source and the result both have, for one item; where they begin in either, and from one row to the next, in values. */
interface Shared {
  readonly rows: number;
  /** In each row, one after the other as `cell` values of the source and of the result. */
  readonly cells: number;
  /** How many values of a cell are laid: of several cells, where all of them lie in one piece in both. */
  readonly values: number;
  readonly source: { readonly start: number; readonly cell: number; readonly row: number };
  readonly result: { readonly start: number; readonly cell: number; readonly row: number };
  /** Whether these are all of the result's cells. */
  readonly isAll: boolean;
}

/** Null where there are none. */
function sharedOf({ shape, origins, rows: mapRows, columns: mapColumns }: Laying, source: Held, item: number): Shared | null {
  const [, rows, columns, channels] = shape;
  const [batch = 1, ownRows = 1, ownColumns = 1, ownChannels = 1] = source.shape;
  const own = batch === 1 ? 0 : item;
  const [top, left] = originOf(origins, item);
  const [ownTop, ownLeft] = originOf(source.origins, item);
  const [from, first] = [Math.max(0, top, ownTop), Math.max(0, left, ownLeft)];
  const height = Math.min(mapRows, top + rows, ownTop + ownRows) - from;
  const width = Math.min(mapColumns, left + columns, ownLeft + ownColumns) - first;
  if (height <= 0 || width <= 0) return null;
  const isWhole = channels === ownChannels;
  return {
    rows: height,
    cells: isWhole ? 1 : width,
    values: isWhole ? width * channels : channels,
    source: {
      start: ((own * ownRows + from - ownTop) * ownColumns + first - ownLeft) * ownChannels + source.channel,
      cell: ownChannels,
      row: ownColumns * ownChannels,
    },
    result: { start: ((item * rows + from - top) * columns + first - left) * channels, cell: channels, row: columns * channels },
    isAll: height === rows && width === columns,
  };
}

/** A source, apart from its values. */
interface Held extends Omit<Source, 'x'> {
  readonly shape: readonly number[];
}

/** Lays what is shared over what stands in the result, or adds it to that. */
type LayShared = (shared: Shared, isAdded: boolean) => void;

function inJavaScript(out: Float32Array, values: Float32Array): LayShared {
  return ({ rows, cells, values: length, source, result }, isAdded) => {
    for (let row = 0; row < rows; row++) {
      let at = (result.start + row * result.row) | 0;
      let ownAt = (source.start + row * source.row) | 0;
      for (let i = 0; i < cells; i++) {
        if (isAdded) for (let k = 0; k < length; k++) out[at + k] = (out[at + k] ?? 0) + (values[ownAt + k] ?? 0);
        else if (length < 24) for (let k = 0; k < length; k++) out[at + k] = values[ownAt + k] ?? 0;
        else out.set(values.subarray(ownAt, ownAt + length), at);
        at += result.cell;
        ownAt += source.cell;
      }
    }
  };
}

function byOwnKernel({ lay: layInMemory }: OwnModule, target: number, place: number): LayShared {
  return ({ rows, cells, values, source, result }, isAdded) =>
    layInMemory({
      source: place + source.start * BYTES_PER_VALUE,
      target: target + result.start * BYTES_PER_VALUE,
      rows,
      cells,
      bytes: values * BYTES_PER_VALUE,
      sourceCell: source.cell * BYTES_PER_VALUE,
      targetCell: result.cell * BYTES_PER_VALUE,
      sourceRow: source.row * BYTES_PER_VALUE,
      targetRow: result.row * BYTES_PER_VALUE,
      isAdded: Number(isAdded),
    });
}

interface Laid {
  readonly source: Held;
  readonly lay: LayShared;
}

function layInto(out: Float32Array, laying: Laying, over: Laid | null, under: Laid | null): void {
  const [batch, ...sides] = laying.shape;
  const values = sides.reduce((product, side) => product * side, 1);
  for (let item = 0; item < batch; item++) {
    const below = under && sharedOf(laying, under.source, item);
    if (!below?.isAll) out.fill(laying.fill, item * values, (item + 1) * values);
    if (below) under?.lay(below, false);
    const above = over && sharedOf(laying, over.source, item);
    if (above) over?.lay(above, laying.isAdded);
  }
}

/** What the plain backend does. */
interface Arrays {
  makeTensorInfo(shape: number[], dtype: 'float32', values: Float32Array): tf.TensorInfo;
  readSync(id: object): Float32Array;
}

function laid(source: Omit<Source, 'x'> | null, x: tf.TensorInfo | undefined, layFrom: (x: tf.TensorInfo) => LayShared): Laid | null {
  return source && x ? { source: { ...source, shape: x.shape }, lay: layFrom(x) } : null;
}

const ON_WASM: tf.KernelConfig['kernelFunc'] = ({ inputs, attrs, backend }) => {
  const heap = backend as WasmBackend;
  const laying = attrs as unknown as Attributes;
  const info = heap.makeOutput([...laying.shape], 'float32');
  const own = hasOwnKernels() ? ownModule(heap) : null;
  // Room for the result may have moved the heap: views of it are made afterwards.
  const out = heap.typedArrayFromHeap(info);
  const from = (x: tf.TensorInfo) =>
    own ? byOwnKernel(own, placeIn(heap, info), placeIn(heap, x)) : inJavaScript(out, heap.typedArrayFromHeap(x));
  layInto(out, laying, laid(laying.over, inputs.over, from), laid(laying.under, inputs.under, from));
  return info;
};

const ON_CPU: tf.KernelConfig['kernelFunc'] = ({ inputs, attrs, backend }) => {
  const arrays = backend as Arrays;
  const laying = attrs as unknown as Attributes;
  const out = new Float32Array(laying.shape.reduce((product, side) => product * side, 1));
  const from = ({ dataId }: tf.TensorInfo) => inJavaScript(out, arrays.readSync(dataId));
  layInto(out, laying, laid(laying.over, inputs.over, from), laid(laying.under, inputs.under, from));
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
