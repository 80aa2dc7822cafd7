/** Gradients that tf.js 4.22 gets wrong, on every backend or on some. */
import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of all operations, which are replaced here.
import '@tensorflow/tfjs-layers';
import { fitted } from '../loading/fitted.ts';

function replace(kernelName: string, gradient: Omit<tf.GradConfig, 'kernelName'>): void {
  if (tf.getGradient(kernelName)) tf.unregisterGradient(kernelName);
  tf.registerGradient({ kernelName, ...gradient });
}

/**
 * tf.js gives the whole gradient of a maximum to each value that reaches it; TensorFlow shares it among them. After a ReLU, or where a
 * layer was enlarged, many are alike.
 */
const maximumOfAxes: tf.GradFunc = (dy, [x, y], attributes) => {
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

/** How many cells of the image each window has along one side. */
function cellsInWindows(length: number, out: number, window: number, stride: number, before: number): number[] {
  return Array.from({ length: out }, (_, i) => Math.min(length, i * stride - before + window) - Math.max(0, i * stride - before));
}

/** An average divides by the cells that are there; tf.js' gradient divides by all that the window could have, beyond the border too. */
function averagePooling(original: tf.GradFunc): tf.GradFunc {
  return (dy, saved, attributes) => {
    const { filterSize, strides, pad } = attributes as unknown as tf.AvgPoolAttrs;
    const [x] = saved as [tf.Tensor4D];
    const info = tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad);
    const down = cellsInWindows(info.inHeight, info.outHeight, info.filterHeight, info.strideHeight, info.padInfo.top);
    const across = cellsInWindows(info.inWidth, info.outWidth, info.filterWidth, info.strideWidth, info.padInfo.left);
    const whole = info.filterHeight * info.filterWidth;
    const corrections = down.flatMap((rows) => across.map((columns) => whole / (rows * columns)));
    if (corrections.every((factor) => factor === 1)) return original(dy, saved, attributes);
    const factors = tf.tensor4d(corrections, [1, info.outHeight, info.outWidth, 1]);
    return original(tf.mul(dy as tf.Tensor, factors), saved, attributes);
  };
}

/**
 * Of several equal maxima of a window TensorFlow takes the first, and so does tf.js on plain JS. On WASM and WebGPU it takes the last:
 * there everything is turned by 180 degrees, and the result back.
 */
function maxPooling(original: tf.GradFunc): tf.GradFunc {
  return (dy, saved, attributes) => {
    if (tf.getBackend() === 'cpu') return original(dy, saved, attributes);
    const { filterSize, strides, pad, dimRoundingMode } = attributes as unknown as tf.MaxPoolAttrs;
    const [x, y] = saved as [tf.Tensor4D, tf.Tensor4D];
    const info = tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode);
    const { top, left } = info.padInfo;
    // Windows may end before the image does, or beyond it.
    const endRow = (info.outHeight - 1) * info.strideHeight + info.filterHeight - top;
    const endColumn = (info.outWidth - 1) * info.strideWidth + info.filterWidth - left;
    const [batch, rows, columns, channels] = x.shape;
    const [usedRows, usedColumns] = [Math.min(rows, endRow), Math.min(columns, endColumn)];
    const turnedPadding = [
      [0, 0],
      [endRow - usedRows, top],
      [endColumn - usedColumns, left],
      [0, 0],
    ];
    return {
      x: () => {
        const turned = (tensor: tf.Tensor4D) => tf.reverse(tensor, [1, 2]);
        const input = turned(tf.slice(x, [0, 0, 0, 0], [batch, usedRows, usedColumns, channels]));
        const inputs = { dy: turned(dy as tf.Tensor4D), input, output: turned(y) };
        const gradient = tf.engine().runKernel(tf.MaxPoolGrad, inputs, { filterSize, strides, pad: turnedPadding });
        return fitted(fitted(turned(gradient as tf.Tensor4D), 1, 0, rows), 2, 0, columns);
      },
    };
  };
}

/** tf.js forgets that one of the two may have been repeated to the other's shape. */
function largerOrSmaller(isFirst: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): tf.GradFunc {
  return (dy, [a, b]) => {
    const [first, second] = [a as tf.Tensor, b as tf.Tensor];
    const part = (own: tf.Tensor, choose: (mask: tf.Tensor) => tf.Tensor) => () => {
      const gradient = choose(isFirst(first, second));
      const axes = tf.broadcast_util.getReductionAxes(own.shape, gradient.shape);
      return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, own.shape);
    };
    const whole = dy as tf.Tensor;
    return {
      a: part(first, (mask) => tf.where(mask, whole, tf.zerosLike(whole))),
      b: part(second, (mask) => tf.where(mask, tf.zerosLike(whole), whole)),
    };
  };
}

const PATCHED = [tf.Max, tf.AvgPool, tf.MaxPool, tf.Maximum, tf.Minimum];

let isPatched = false;

export function patchGradients(): void {
  if (isPatched) return;
  isPatched = true;
  replace(tf.Max, { inputsToSave: ['x'], outputsToSave: [true], gradFunc: maximumOfAxes });
  const average = tf.getGradient(tf.AvgPool);
  if (average) replace(tf.AvgPool, { inputsToSave: ['x'], gradFunc: averagePooling(average.gradFunc) });
  const most = tf.getGradient(tf.MaxPool);
  if (most) replace(tf.MaxPool, { inputsToSave: ['x'], outputsToSave: [true], gradFunc: maxPooling(most.gradFunc) });
  replace(tf.Maximum, { inputsToSave: ['a', 'b'], gradFunc: largerOrSmaller(tf.greaterEqual) });
  replace(tf.Minimum, { inputsToSave: ['a', 'b'], gradFunc: largerOrSmaller(tf.lessEqual) });
}

/** Runs it with these gradients, and leaves whoever else uses this tf.js with their own. What is run must not wait for anything. */
export function withPatchedGradients<Result>(run: () => Result): Result {
  if (isPatched) return run();
  const own = PATCHED.flatMap((name) => tf.getGradient(name) ?? []);
  patchGradients();
  try {
    return run();
  } finally {
    for (const { kernelName, ...gradient } of own) replace(kernelName, gradient);
    isPatched = false;
  }
}
