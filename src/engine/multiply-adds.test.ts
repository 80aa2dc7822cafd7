import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { multiplyAdds } from './multiply-adds.ts';

/** What a layer costs behind an input of 8 x 6 cells with 3 channels. */
function costOf(layer: tfl.layers.Layer): number {
  const input = tfl.input({ shape: [8, 6, 3] });
  const output = layer.apply(input) as tfl.SymbolicTensor;
  return multiplyAdds(layer, input.shape, output.shape);
}

describe('multiply-adds, by paper and pencil', () => {
  it.each([
    ['a convolution', tfl.layers.conv2d({ filters: 5, kernelSize: 3, padding: 'same' }), 8 * 6 * 5 * (3 * 3 * 3)],
    ['a strided convolution', tfl.layers.conv2d({ filters: 5, kernelSize: [3, 1], strides: 2, padding: 'valid' }), 3 * 3 * 5 * (3 * 1 * 3)],
    ['a depthwise convolution', tfl.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same' }), 8 * 6 * 6 * 9],
    ['a separable convolution', tfl.layers.separableConv2d({ filters: 5, kernelSize: 3, padding: 'same' }), 8 * 6 * (3 * 9 + 3 * 5)],
    ['a transposed convolution', tfl.layers.conv2dTranspose({ filters: 5, kernelSize: 2, strides: 2 }), 8 * 6 * 3 * (2 * 2 * 5)],
    ['a dense layer at every cell', tfl.layers.dense({ units: 5 }), 8 * 6 * 5 * 3],
    ['a normalisation', tfl.layers.batchNormalization(), 0],
    ['a pooling', tfl.layers.averagePooling2d({ poolSize: 2 }), 0],
  ])('%s', (_what, layer, expected) => {
    expect(costOf(layer)).toBe(expected);
  });
});
