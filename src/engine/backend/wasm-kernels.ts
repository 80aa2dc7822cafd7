/** Kernels that the WASM backend of tf.js 4.22 gets wrong. */
import * as tf from '@tensorflow/tfjs-core';
import { patchKernel } from './patch-kernel.ts';

/**
 * Where strides leave cells out at the end, the padding that `same` asks for would be negative. It is none then, but XNNPACK, which WASM
 * runs convolutions with, computes without a sign and pads with billions of cells. Told the numbers, it does not compute.
 */
function withPaddingInNumbers(isDepthwise: boolean): (original: tf.KernelFunc) => tf.KernelFunc {
  return (original) => (parameters) => {
    const { inputs, attrs } = parameters;
    const { strides, dilations, pad, dimRoundingMode } = attrs as unknown as tf.Conv2DAttrs;
    if (pad !== 'same') return original(parameters);
    const [x, filter] = [inputs.x as tf.TensorInfo, inputs.filter as tf.TensorInfo];
    const shapes = [x.shape, filter.shape] as [[number, number, number, number], [number, number, number, number]];
    const info = tf.backend_util.computeConv2DInfo(...shapes, strides, dilations ?? 1, pad, dimRoundingMode, isDepthwise);
    const missing = (out: number, stride: number, window: number, length: number) => (out - 1) * stride + window < length;
    const isShort =
      missing(info.outHeight, info.strideHeight, info.effectiveFilterHeight, info.inHeight) ||
      missing(info.outWidth, info.strideWidth, info.effectiveFilterWidth, info.inWidth);
    if (!isShort) return original(parameters);
    const { top, bottom, left, right } = info.padInfo;
    const numbers = [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ];
    return original({ ...parameters, attrs: { ...attrs, pad: numbers } });
  };
}

/**
 * Each window is searched for its maximum from zero upwards, so that a window of negative values passes no gradient on. Where a maximum
 * lies does not change when all values are raised alike.
 */
const withPositiveValues =
  (original: tf.KernelFunc): tf.KernelFunc =>
  ({ inputs, ...rest }) => {
    const input = inputs.input as tf.Tensor4D;
    const raised = tf.add(tf.sub(input, tf.min(input)), 1);
    return original({ inputs: { ...inputs, input: raised }, ...rest });
  };

export function patchWasmKernels(): void {
  for (const kernel of [tf.Conv2D, tf.FusedConv2D]) patchKernel(kernel, 'wasm', withPaddingInNumbers(false));
  for (const kernel of [tf.DepthwiseConv2dNative, tf.FusedDepthwiseConv2D]) patchKernel(kernel, 'wasm', withPaddingInNumbers(true));
  patchKernel(tf.MaxPoolGrad, 'wasm', withPositiveValues);
}
