/** What a sweep holds of convolutions whose input's channels change apart. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { openDevice } from '../backend/device.ts';
import { nodeDeviceEnvironment } from '../node/node-device.ts';
import { convolutionPart } from './convolution-part.ts';

const [CHANNELS, FILTERS, TAPS] = [6, 4, 9];

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  it.each([1, 2, 3])('a convolution dilated by %i is held without zeros between its taps, and gives the same', async (dilationRate) => {
    await openDevice(backend, await nodeDeviceEnvironment());
    const layer = tfl.layers.conv2d({ filters: FILTERS, kernelSize: 3, dilationRate, useBias: false });
    const x = tf.randomNormal<tf.Rank.R4>([2, 9, 8, CHANNELS], 0, 1, 'float32', 1);
    const whole = layer.apply(x) as tf.Tensor4D;
    const before = tf.memory();
    const ranges = [null, { from: 0, to: 2 }, { from: 2, to: CHANNELS }];
    const [all, first, rest] = ranges.map((channels) => convolutionPart(layer, channels, false));
    expect(tf.memory().numBytes - before.numBytes).toBe(4 * TAPS * CHANNELS * FILTERS);
    const differences = tf.tidy(() => {
      const [a, b] = tf.split(x, [2, CHANNELS - 2], 3) as [tf.Tensor4D, tf.Tensor4D];
      const sums = [all?.run(x), tf.add(first?.run(a) as tf.Tensor, rest?.run(b) as tf.Tensor)];
      return sums.map((sum) => tf.max(tf.abs(tf.sub(sum as tf.Tensor, whole))).dataSync()[0]);
    });
    for (const difference of differences) expect(difference).toBeLessThan(1e-5);
    for (const part of [all, first, rest]) part?.dispose();
    expect(tf.memory().numTensors).toBe(before.numTensors);
    tf.dispose([x, whole]);
    layer.dispose();
  });
});
