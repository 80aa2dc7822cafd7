/** Our convolutions against loops over single values in float64: shapes of every kind, whatever they are multiples of. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { randomFrom } from '../../../core/statistics/random.ts';
import { type ConvolutionSettings, OwnConvolution } from '../own-convolution.ts';

/** By definition, in float64, and next to every value the sum of what was added up for it without signs. */
function expected(x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor1D | null, { strides, dilation, padding }: ConvolutionSettings) {
  const info = tf.backend_util.computeConv2DInfo(x.shape, filter.shape, [...strides], [...dilation], padding);
  const { batchSize, outHeight, outWidth, outChannels, inHeight, inWidth, inChannels, filterHeight, filterWidth, padInfo } = info;
  const [xs, weights, biases] = [x.dataSync(), filter.dataSync(), bias?.dataSync()];
  const values: number[] = [];
  const scales: number[] = [];
  for (let i = 0; i < batchSize * outHeight * outWidth * outChannels; i++) {
    const out = i % outChannels;
    const column = Math.floor(i / outChannels) % outWidth;
    const row = Math.floor(i / (outChannels * outWidth)) % outHeight;
    const item = Math.floor(i / (outChannels * outWidth * outHeight));
    let value = biases?.[out] ?? 0;
    let scale = Math.abs(value);
    for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
      const y = row * strides[0] - padInfo.top + Math.floor(tap / filterWidth) * dilation[0];
      const across = column * strides[1] - padInfo.left + (tap % filterWidth) * dilation[1];
      if (y < 0 || y >= inHeight || across < 0 || across >= inWidth) continue;
      const start = ((item * inHeight + y) * inWidth + across) * inChannels;
      for (let channel = 0; channel < inChannels; channel++) {
        const product = (xs[start + channel] ?? 0) * (weights[(tap * inChannels + channel) * outChannels + out] ?? 0);
        value += product;
        scale += Math.abs(product);
      }
    }
    values.push(value);
    scales.push(scale);
  }
  return { values, scales };
}

/** So many drawn convolutions, on the backend in use, to 1e-6 of what is added up. */
export function checkConvolutions(count: number): void {
  const random = randomFrom(18);
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const oneOf = <Choice>(choices: readonly Choice[]) => choices[whole(0, choices.length - 1)] as Choice;
  for (let i = 0; i < count; i++) {
    const side = oneOf([1, 1, 2, 3, 3, 3, 3, 5]);
    const isDeep = whole(0, 7) === 0;
    const channels = isDeep ? whole(120, 300) : oneOf([1, 3, 4, 5, 8, 16, 20]);
    const filters = isDeep ? oneOf([4, 5]) : oneOf([1, 4, 6, 8, 12, 17, 24]);
    const shape: [number, number, number, number] = [whole(1, 3), whole(5, 9), whole(5, 9), channels];
    const x = tf.randomNormal<tf.Rank.R4>(shape, 0, 1, 'float32', i);
    const filter = tf.randomNormal<tf.Rank.R4>([side, oneOf([1, side, side]), channels, filters], 0, 1, 'float32', i + 1);
    const bias = whole(0, 1) === 0 ? null : tf.randomNormal<tf.Rank.R1>([filters], 0, 1, 'float32', i + 2);
    const isDilated = whole(0, 4) === 0 && side < 5;
    const settings: ConvolutionSettings = {
      strides: isDilated
        ? [1, 1]
        : oneOf([
            [1, 1],
            [1, 1],
            [1, 1],
            [2, 2],
            [1, 2],
          ]),
      dilation: isDilated ? [2, whole(1, 2)] : [1, 1],
      padding: oneOf(['same', 'valid']),
    };
    const isRectified = whole(0, 1) === 0;
    const own = new OwnConvolution(filter, bias, settings);
    const result = own.run(x, isRectified);
    const { values, scales } = expected(x, filter, bias, settings);
    const found = result.dataSync();
    expect(found.length).toBe(values.length);
    const furthest = values.reduce((most, value, at) => {
      const wanted = isRectified ? Math.max(0, value) : value;
      return Math.max(most, Math.abs(wanted - (found[at] ?? Number.NaN)) / (scales[at] ?? 1));
    }, 0);
    expect(furthest, JSON.stringify({ shape, filter: filter.shape, settings })).toBeLessThan(1e-6);
    own.dispose();
    tf.dispose([x, filter, result, ...(bias ? [bias] : [])]);
  }
}
