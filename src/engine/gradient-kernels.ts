/**
 * Gradient kernels that a backend lacks, made from operations that it has.
 *
 * The WASM backend of tf.js 4.22 cannot differentiate a depthwise convolution with respect to its input, which MobileNet, Xception and
 * EfficientNet need for Grad-CAM. The gradient of a strided correlation is a correlation of the output's gradient, spread out by the
 * stride with zeros between, with the filter turned by 180 degrees.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../protocol/engine.ts';

/** Inserts `stride - 1` zeros after every row and column: `[n, h, w, c]` to `[n, h * stride, w * stride, c]`. */
function spread(x: tf.Tensor4D, strideRows: number, strideColumns: number): tf.Tensor4D {
  const [n, h, w, c] = x.shape;
  const rows = tf.pad(tf.reshape(x, [n * h, 1, w * c]), [
    [0, 0],
    [0, strideRows - 1],
    [0, 0],
  ]);
  const columns = tf.pad(tf.reshape(rows, [n * h * strideRows * w, 1, c]), [
    [0, 0],
    [0, strideColumns - 1],
    [0, 0],
  ]);
  return tf.reshape(columns, [n, h * strideRows, w * strideColumns, c]);
}

/** Pads one side by `before` and the other so that the length becomes `wanted`, cutting what is too much. */
function extend(x: tf.Tensor4D, axis: 1 | 2, before: number, wanted: number): tf.Tensor4D {
  const padding: [number, number][] = [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ];
  padding[axis] = [before, Math.max(0, wanted - before - x.shape[axis])];
  const padded = tf.pad(x, padding);
  const size = [...padded.shape];
  size[axis] = wanted;
  return tf.slice(padded, [0, 0, 0, 0], size);
}

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
  let spreadOut = spread(dy, info.strideHeight, info.strideWidth);
  spreadOut = extend(spreadOut, 1, filterRows - 1 - info.padInfo.top, rows + filterRows - 1);
  spreadOut = extend(spreadOut, 2, filterColumns - 1 - info.padInfo.left, columns + filterColumns - 1);
  const turned = tf.reshape(tf.reverse(filter, [0, 1]), [filterRows, filterColumns, channels * multiplier, 1] as const);
  const perFilter = tf.depthwiseConv2d(spreadOut, turned as tf.Tensor4D, 1, 'valid');
  const gradient = multiplier === 1 ? perFilter : tf.sum(tf.reshape(perFilter, [batch * rows, columns, channels, multiplier]), -1);
  return tf.reshape(gradient, inputShape);
}

/** Completes the backend in use, once it is open. Does nothing where all kernels are there. */
export function registerMissingGradientKernels(backendName: BackendName): void {
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
