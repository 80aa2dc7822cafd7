/**
 * Gradient kernels that a backend lacks or gets wrong, made from operations that it has.
 *
 * The WASM backend of tf.js 4.22 cannot differentiate a depthwise convolution with respect to its input, which MobileNet, Xception and
 * EfficientNet need for Grad-CAM. The gradient of a strided correlation is a correlation of the output's gradient, spread out by the
 * stride with zeros between, with the filter turned by 180 degrees.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../protocol/engine.ts';
import { spread } from './spread.ts';

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

function registerDepthwiseGradient(backendName: BackendName): void {
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

/**
 * The WASM backend of tf.js 4.22 searches each window for its maximum from zero upwards, so that a window of negative values passes no
 * gradient on. Where a maximum lies does not change when all values are raised alike.
 */
function mendMaxPoolGradient(): void {
  const kernel = tf.getKernel(tf.MaxPoolGrad, 'wasm');
  if (!kernel || mended.has(kernel)) return;
  const own: tf.KernelConfig = {
    ...kernel,
    kernelFunc({ inputs, ...rest }) {
      const input = inputs.input as tf.Tensor4D;
      const raised = tf.add(tf.sub(input, tf.min(input)), 1);
      return kernel.kernelFunc({ inputs: { ...inputs, input: raised }, ...rest });
    },
  };
  tf.unregisterKernel(tf.MaxPoolGrad, 'wasm');
  tf.registerKernel(own);
  mended.add(own);
}

const mended = new WeakSet<tf.KernelConfig>();

/**
 * tf.js 4.22 gives the whole gradient of a maximum to each value that reaches it; TensorFlow shares it among them. After a ReLU, or where a
 * layer was enlarged, many are alike. It is the same on every backend.
 */
function mendMaxGradient(): void {
  const gradFunc: tf.GradFunc = (dy, [x, y], attributes) => {
    const [input, maximum] = [x as tf.Tensor, y as tf.Tensor];
    const { reductionIndices } = attributes as unknown as tf.MaxAttrs;
    const axes = tf.util.parseAxisParam(reductionIndices, input.shape);
    const kept = tf.backend_util.expandShapeToKeepDim(tf.backend_util.computeOutAndReduceShapes(input.shape, axes)[0], axes);
    return {
      x: () => {
        // WebGPU cannot sum what was cast from a truth value.
        const isMaximum = tf.where(tf.equal(input, tf.reshape(maximum, kept)), 1, 0);
        const share = tf.div(isMaximum, tf.sum(isMaximum, axes, true));
        return tf.mul(tf.reshape(dy as tf.Tensor, kept), share);
      },
    };
  };
  if (tf.getGradient(tf.Max)) tf.unregisterGradient(tf.Max);
  tf.registerGradient({ kernelName: tf.Max, inputsToSave: ['x'], outputsToSave: [true], gradFunc });
}

/** Completes the backend in use, once it is open. */
export function completeGradientKernels(backendName: BackendName): void {
  mendMaxGradient();
  registerDepthwiseGradient(backendName);
  if (backendName === 'wasm') mendMaxPoolGradient();
}
