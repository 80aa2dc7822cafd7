/** Convolutions by our own kernels, which run on one thread: where tf.js has several, or no WASM, its own convolutions are quicker. */
import * as tf from '@tensorflow/tfjs-core';
import { convolutionScratch } from './convolution-code.ts';
import { PANEL } from './multiply-code.ts';
import { CONVOLUTION_KERNEL, type OwnModule, ownModule, placeIn, type WasmBackend } from './own-module.ts';
import { packedSize } from './pack-code.ts';
import { PLACES, winogradScratch } from './winograd-code.ts';

const BYTES_PER_VALUE = 4;

export interface ConvolutionSettings {
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: 'valid' | 'same';
}

type How = 'direct' | 'winograd';

interface Attributes {
  readonly convolution: OwnConvolution;
  readonly isRectified: boolean;
}

/** What the transforms of a tile cost for each channel, and for each filter, in MACs: measured. */
const TRANSFORM_MACS = 40;

type FilterShape = readonly [rows: number, columns: number, channels: number, filters: number];

/** Whether a result of so many cells takes less by tiles of 2 x 2. */
function isTiled(
  [rows, columns, channels, filters]: FilterShape,
  settings: ConvolutionSettings,
  result: { rows: number; columns: number },
): boolean {
  const isOne = ([a, b]: readonly [number, number]) => a === 1 && b === 1;
  if (rows !== 3 || columns !== 3 || !isOne(settings.strides) || !isOne(settings.dilation)) return false;
  if (channels % 4 !== 0 || filters % 4 !== 0) return false;
  const tiles = Math.ceil(result.rows / 2) * Math.ceil(result.columns / 2);
  const products = channels * filters;
  return tiles * (16 * products + TRANSFORM_MACS * (channels + filters)) < 9 * result.rows * result.columns * products;
}

/** Room in the backend's memory, to be given back with `_free`. */
function allocate({ wasm }: WasmBackend, bytes: number): number {
  const place = wasm._malloc(bytes) >>> 0;
  if (place === 0) throw new Error('WASM is out of memory');
  return place;
}

/** A filter, ready for our kernels. Free it with `dispose`. */
export class OwnConvolution {
  readonly #filter: tf.Tensor4D;
  readonly #bias: tf.Tensor | null;
  readonly settings: ConvolutionSettings;
  readonly #packed = new Map<How, number>();
  /** What was packed, and where: somebody else's model may be trained meanwhile. */
  #source: { readonly backend: WasmBackend; readonly filter: object; readonly bias: object | undefined } | null = null;

  /** @param bias `[filters]`; filter and bias stay the caller's, and must outlive this */
  constructor(filter: tf.Tensor4D, bias: tf.Tensor | null, settings: ConvolutionSettings) {
    this.#filter = filter;
    this.#bias = bias;
    this.settings = settings;
  }

  /** @param isRectified whether a ReLU follows */
  run(x: tf.Tensor4D, isRectified: boolean): tf.Tensor4D {
    const attributes: Attributes = { convolution: this, isRectified };
    return tf.engine().runKernel(CONVOLUTION_KERNEL, { x }, attributes as unknown as tf.NamedAttrMap) as tf.Tensor4D;
  }

  /** Where the filter lies in the backend's memory, made when it is first wanted. */
  #placeOf(how: How, backend: WasmBackend, own: OwnModule): number {
    const source = { backend, filter: this.#filter.dataId, bias: this.#bias?.dataId };
    const isSame = this.#source?.backend === backend && this.#source.filter === source.filter && this.#source.bias === source.bias;
    if (!isSame) this.dispose();
    this.#source = source;
    const known = this.#packed.get(how);
    if (known !== undefined) return known;
    const [rows, columns, channels, filters] = this.#filter.shape;
    const [taps, packedTaps] = [rows * columns, how === 'direct' ? rows * columns : PLACES];
    const place = allocate(backend, packedSize(packedTaps, channels, filters) * BYTES_PER_VALUE);
    const values = placeIn(backend, this.#filter);
    const bias = this.#bias ? placeIn(backend, this.#bias) : 0;
    const numbers = { values, bias, target: place, channels, filterBytes: filters * BYTES_PER_VALUE };
    if (how === 'direct') own.pack({ ...numbers, taps });
    else own.packTiles(numbers);
    this.#packed.set(how, place);
    return place;
  }

  /** What the kernel does. */
  compute(x: tf.TensorInfo, isRectified: boolean, backend: WasmBackend): tf.TensorInfo {
    const own = ownModule(backend);
    if (!own) throw new Error('our kernels were registered where they cannot be had');
    const { strides, dilation, padding } = this.settings;
    const { shape } = this.#filter;
    const sides = x.shape as [number, number, number, number];
    const info = tf.backend_util.computeConv2DInfo(sides, shape, [...strides], [...dilation], padding);
    const { outHeight, outWidth, batchSize, inHeight, inWidth, inChannels, outChannels, padInfo } = info;
    const how: How = isTiled(shape, this.settings, { rows: outHeight, columns: outWidth }) ? 'winograd' : 'direct';
    const filter = this.#placeOf(how, backend, own);
    const panels = Math.ceil(outChannels / PANEL);
    const scratch = allocate(backend, how === 'direct' ? convolutionScratch(panels) : winogradScratch(panels));
    const out = backend.makeOutput([batchSize, outHeight, outWidth, outChannels], 'float32');
    const numbers = {
      ...{ x: placeIn(backend, x), result: placeIn(backend, out), filter, scratch, panels, isRectified: Number(isRectified) },
      ...{ rows: inHeight, columns: inWidth, channelBytes: inChannels * BYTES_PER_VALUE },
      ...{ resultRows: outHeight, resultColumns: outWidth, resultBytes: outChannels * BYTES_PER_VALUE },
      ...{ top: padInfo.top, left: padInfo.left },
    };
    if (how === 'winograd') {
      const [tileRows, tileColumns] = [Math.ceil(outHeight / 2), Math.ceil(outWidth / 2)];
      own.convolveTiles({ ...numbers, tiles: batchSize * tileRows * tileColumns, tileRows, tileColumns });
    } else {
      own.convolve({
        ...numbers,
        cells: batchSize * outHeight * outWidth,
        ...{ filterRows: shape[0], filterColumns: shape[1] },
        ...{ strideRows: strides[0], strideColumns: strides[1], spacingRows: dilation[0], spacingColumns: dilation[1] },
      });
    }
    backend.wasm._free(scratch);
    return out;
  }

  dispose(): void {
    for (const place of this.#packed.values()) this.#source?.backend.wasm._free(place);
    this.#packed.clear();
  }
}

/** Once for the WASM backend, where it has our module. */
export function registerOwnConvolution(): void {
  if (tf.getKernel(CONVOLUTION_KERNEL, 'wasm')) return;
  tf.registerKernel({
    kernelName: CONVOLUTION_KERNEL,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { convolution, isRectified } = attrs as unknown as Attributes;
      return convolution.compute(inputs.x as tf.TensorInfo, isRectified, backend as WasmBackend);
    },
  });
}
