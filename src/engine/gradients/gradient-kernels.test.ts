/**
 * Gradients that tf.js lacks or gets wrong, and that we make up for: of a depthwise convolution, against the definition written out in
 * loops.
 */
import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of all operations.
import '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDevice } from '../backend/device.ts';
import { availableBackends, nodeDeviceEnvironment } from '../node/node-device.ts';
import { depthwiseInputGradient } from './gradient-kernels.ts';

type Shape = [number, number, number, number];

interface Convolution {
  /** `[batch, rows, columns, channels]` */
  readonly input: Shape;
  /** `[rows, columns, channels, multiplier]` */
  readonly filter: Shape;
  readonly strides: readonly [number, number];
  readonly padding: 'same' | 'valid';
}

/** Fixed values without a pattern that a shift or a turn could leave in place. */
function valuesOf(shape: Shape, seed: number): Float32Array {
  const length = shape.reduce((product, side) => product * side, 1);
  return Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * 12.9898 + seed));
}

function at(values: Float32Array, shape: Shape, ...[a, b, c, d]: Shape): number {
  return values[((a * shape[1] + b) * shape[2] + c) * shape[3] + d] ?? Number.NaN;
}

/** Length of the output and padding before the input along one side, as TensorFlow defines `same` and `valid`. */
function sideOf(length: number, filter: number, stride: number, padding: Convolution['padding']): { out: number; before: number } {
  if (padding === 'valid') return { out: Math.floor((length - filter) / stride) + 1, before: 0 };
  const out = Math.ceil(length / stride);
  return { out, before: Math.floor(Math.max(0, (out - 1) * stride + filter - length) / 2) };
}

function outputShape({ input, filter, strides, padding }: Convolution): Shape {
  const rows = sideOf(input[1], filter[0], strides[0], padding).out;
  const columns = sideOf(input[2], filter[1], strides[1], padding).out;
  return [input[0], rows, columns, filter[2] * filter[3]];
}

/** Every output adds `filter * input`; so every input gets back `filter * dy` of each output that it went into. */
function gradientByDefinition(convolution: Convolution, dy: Float32Array, filterValues: Float32Array): Float32Array {
  const { input, filter, strides, padding } = convolution;
  const out = outputShape(convolution);
  const top = sideOf(input[1], filter[0], strides[0], padding).before;
  const left = sideOf(input[2], filter[1], strides[1], padding).before;
  const gradient = new Float32Array(input.reduce((product, side) => product * side, 1));
  for (let n = 0; n < out[0]; n++) {
    for (let outRow = 0; outRow < out[1]; outRow++) {
      for (let outColumn = 0; outColumn < out[2]; outColumn++) {
        for (let filterRow = 0; filterRow < filter[0]; filterRow++) {
          for (let filterColumn = 0; filterColumn < filter[1]; filterColumn++) {
            const row = outRow * strides[0] + filterRow - top;
            const column = outColumn * strides[1] + filterColumn - left;
            if (row < 0 || row >= input[1] || column < 0 || column >= input[2]) continue;
            for (let channel = 0; channel < filter[2]; channel++) {
              for (let copy = 0; copy < filter[3]; copy++) {
                const weight = at(filterValues, filter, filterRow, filterColumn, channel, copy);
                const index = ((n * input[1] + row) * input[2] + column) * input[3] + channel;
                gradient[index] = (gradient[index] ?? 0) + weight * at(dy, out, n, outRow, outColumn, channel * filter[3] + copy);
              }
            }
          }
        }
      }
    }
  }
  return gradient;
}

/** Two images, non-square, so that rows and columns cannot stand in for each other. */
const INPUT: Shape = [2, 7, 5, 3];
const FILTERS = [
  [3, 3],
  [4, 2],
] as const;

const CONVOLUTIONS: readonly Convolution[] = FILTERS.flatMap((filter) =>
  [1, 2].flatMap((stride) =>
    [1, 2].flatMap((multiplier) =>
      (['same', 'valid'] as const).map((padding): Convolution => {
        return { input: INPUT, filter: [...filter, INPUT[3], multiplier], strides: [stride, stride], padding };
      }),
    ),
  ),
);

function nameOf({ input, filter, strides, padding }: Convolution): string {
  return `input ${input.join(' x ')}, filter ${filter.join(' x ')}, stride ${strides[0]}, ${padding}`;
}

function largestDifference(actual: ArrayLike<number>, expected: Float32Array): number {
  return expected.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (actual[i] ?? Number.NaN))), 0);
}

describe.each(await availableBackends())('a depthwise convolution on %s', (backend) => {
  beforeAll(async () => {
    const { info } = await openDevice(backend, await nodeDeviceEnvironment());
    expect(info.backend).toBe(backend);
  });

  it.each(CONVOLUTIONS.map((convolution) => [nameOf(convolution), convolution] as const))(
    'has the input gradient that its definition says, from the backend and from our kernel: %s',
    async (_name, convolution) => {
      const { input, filter, strides, padding } = convolution;
      const dyShape = outputShape(convolution);
      const [xValues, filterValues, dyValues] = [valuesOf(input, 1), valuesOf(filter, 2), valuesOf(dyShape, 3)];
      const expected = gradientByDefinition(convolution, dyValues, filterValues);
      const before = tf.memory().numTensors;
      const [weights, dy] = [tf.tensor4d(filterValues, filter), tf.tensor4d(dyValues, dyShape)];
      const gradients = tf.tidy(() => {
        const convolve = (image: tf.Tensor) => tf.depthwiseConv2d(image as tf.Tensor4D, weights, [...strides], padding);
        const attributes = {
          inputShape: input,
          strides: [...strides] as [number, number],
          dilations: [1, 1] as [number, number],
          pad: padding,
        };
        return [tf.grad(convolve)(tf.tensor4d(xValues, input), dy), depthwiseInputGradient(dy, weights, attributes)];
      });
      for (const gradient of gradients) {
        expect(gradient.shape).toEqual(input);
        expect(largestDifference(await gradient.data(), expected)).toBeLessThan(1e-4);
      }
      tf.dispose([weights, dy, ...gradients]);
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});

describe.each(await availableBackends())('a maximum on %s', (backend) => {
  beforeAll(async () => {
    await openDevice(backend, await nodeDeviceEnvironment());
  });

  it('shares its gradient among the values that reach it, as TensorFlow does', async () => {
    const x = tf.tensor4d([1, 9, 5, 4, 5, 9, 5, 9], [1, 2, 2, 2]);
    for (const keepsDimensions of [true, false]) {
      const gradient = tf.tidy(() => tf.grad((image: tf.Tensor) => tf.mul(tf.max(image, [1, 2], keepsDimensions), 6))(x));
      expect([...(await gradient.data())]).toEqual([0, 2, 2, 0, 2, 2, 2, 2]);
      gradient.dispose();
    }
    x.dispose();
  });
});

describe.each(await availableBackends())('max pooling on %s', (backend) => {
  beforeAll(async () => {
    await openDevice(backend, await nodeDeviceEnvironment());
  });

  it('gives the gradient of several equal maxima to the first, as TensorFlow and PyTorch do', async () => {
    // After a ReLU whole windows are zero, or share their maximum.
    const x = tf.tensor4d([0, 0, 0, 0, 0, 7, 7, 0, 0, 7, 3, 0, 0, 0, 0, 0], [1, 4, 4, 1]);
    const dy = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
    const gradient = tf.tidy(() => tf.grad((image: tf.Tensor) => tf.maxPool(image as tf.Tensor4D, 2, 1, 'valid'))(x, dy));
    // Windows by their first maximum: 1, 2, 4 and 5 at the first 7; 3 and 6 at the second; 7 and 8 at the third; 9 at the 3.
    expect([...(await gradient.data())]).toEqual([0, 0, 0, 0, 0, 12, 9, 0, 0, 15, 9, 0, 0, 0, 0, 0]);
    tf.dispose([x, dy, gradient]);
  });
});
