/**
 * Gradient kernels that a backend lacks, made from operations that it has.
 *
 * The WASM backend of tf.js 4.22 cannot differentiate a depthwise convolution with respect to its input, which MobileNet, Xception and
 * EfficientNet need for Grad-CAM. The gradient of a strided correlation is a correlation of the output's gradient, dilated by the
 * stride with zeros between, with the filter turned by 180 degrees.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../../protocol/engine.ts';
import { patchWasmKernels } from '../backend/wasm-kernels.ts';
import { fitted } from '../loading/fitted.ts';
import { dilateWithZeros } from './dilate-with-zeros.ts';
import { patchGradients } from './patched-gradients.ts';

/**
 * The gradient of a depthwise convolution with respect to its input.
 *
 * @param dy gradient of the output, `[n, outRows, outColumns, channels * multiplier]`
 * @param filter `[filterRows, filterColumns, channels, multiplier]`
 * @returns `inputShape`, `[n, rows, columns, channels]`
 */
export function depthwiseInputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  { inputShape, strides, pad, dimRoundingMode }: tf.DepthwiseConv2dNativeBackpropInputAttrs,
): tf.Tensor4D {
  const [filterRows, filterColumns, channels, multiplier] = filter.shape;
  const info = tf.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad, dimRoundingMode, true);
  const [batch, rows, columns] = inputShape;
  let dilated = dilateWithZeros(dy, info.strideHeight, info.strideWidth);
  dilated = fitted(dilated, 1, filterRows - 1 - info.padInfo.top, rows + filterRows - 1);
  dilated = fitted(dilated, 2, filterColumns - 1 - info.padInfo.left, columns + filterColumns - 1);
  const turned = tf.reshape(tf.reverse(filter, [0, 1]), [filterRows, filterColumns, channels * multiplier, 1] as const);
  const perFilter = tf.depthwiseConv2d(dilated, turned as tf.Tensor4D, 1, 'valid');
  const gradient = multiplier === 1 ? perFilter : tf.sum(tf.reshape(perFilter, [batch * rows, columns, channels, multiplier]), -1);
  return tf.reshape(gradient, inputShape);
}

function registerDepthwiseGradient(backendName: string): void {
  if (tf.getKernel(tf.DepthwiseConv2dNativeBackpropInput, backendName)) return;
  tf.registerKernel({
    kernelName: tf.DepthwiseConv2dNativeBackpropInput,
    backendName,
    kernelFunc: ({ inputs, attrs }) =>
      depthwiseInputGradient(
        inputs.dy as tf.Tensor4D,
        inputs.filter as tf.Tensor4D,
        attrs as unknown as tf.DepthwiseConv2dNativeBackpropInputAttrs,
      ),
  });
}

/** Completes the backend in use, once it is open, for everything that uses this tf.js. */
export function completeGradientKernels(backendName: BackendName): void {
  patchGradients();
  completeKernels(backendName);
}

/** Adds the kernels that a backend of tf.js lacks, and puts right those that give wrong numbers; leaves the gradients of operations alone. */
export function completeKernels(backendName: string): void {
  registerDepthwiseGradient(backendName);
  if (backendName === 'wasm') patchWasmKernels();
}
