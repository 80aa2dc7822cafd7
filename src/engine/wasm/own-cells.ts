/** Normalisations and concatenations on WASM. */
import * as tf from '@tensorflow/tfjs-core';
import { JOIN, NORMALIZE } from '../backend/own-cells.ts';
import { type OwnModule, ownModule, placeIn, type WasmBackend } from './own-module.ts';

const BYTES_PER_VALUE = 4;

type Compute = (own: OwnModule, backend: WasmBackend, inputs: tf.NamedTensorInfoMap, attributes: tf.NamedAttrMap) => tf.TensorInfo;

const normalize: Compute = (own, backend, { x, factor, offset }, { isRectified }) => {
  const [given, factors, offsets] = [x, factor, offset] as [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo];
  const channels = given.shape.at(-1) ?? 1;
  const result = backend.makeOutput([...given.shape], 'float32');
  own.normalize({
    ...{ x: placeIn(backend, given), result: placeIn(backend, result) },
    ...{ factor: placeIn(backend, factors), offset: placeIn(backend, offsets) },
    cells: tf.util.sizeFromShape(given.shape) / channels,
    channelBytes: channels * BYTES_PER_VALUE,
    isRectified: Number(isRectified),
  });
  return result;
};

const join: Compute = (own, backend, inputs) => {
  const xs = Object.values(inputs) as tf.TensorInfo[];
  const widths = xs.map(({ shape }) => (shape.at(-1) ?? 1) * BYTES_PER_VALUE);
  const stride = widths.reduce((sum, width) => sum + width, 0);
  const sides = xs[0]?.shape.slice(0, -1) ?? [];
  const result = backend.makeOutput([...sides, stride / BYTES_PER_VALUE], 'float32');
  let target = placeIn(backend, result);
  for (const [i, bytes] of widths.entries()) {
    own.copyRows({ source: placeIn(backend, xs[i] as tf.TensorInfo), target, rows: tf.util.sizeFromShape(sides), bytes, stride });
    target += bytes;
  }
  return result;
};

/** Once for the WASM backend, where it has our module. */
export function registerOwnCells(): void {
  for (const [kernelName, compute] of [
    [NORMALIZE, normalize],
    [JOIN, join],
  ] as const) {
    if (tf.getKernel(kernelName, 'wasm')) continue;
    const kernelFunc: tf.KernelFunc = ({ inputs, attrs, backend }) => {
      const own = ownModule(backend as WasmBackend);
      if (!own) throw new Error('our kernels were registered where they cannot be had');
      return compute(own, backend as WasmBackend, inputs, attrs ?? {});
    };
    tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  }
}
