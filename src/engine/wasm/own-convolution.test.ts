/** Our convolutions against loops over single values in float64: shapes of every kind, whatever they are multiples of. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomFrom } from '../../core/statistics/random.ts';
import { openDevice } from '../backend/device.ts';
import { nodeDeviceEnvironment } from '../node/node-device.ts';
import { type ConvolutionSettings, OwnConvolution } from './own-convolution.ts';
import { hasOwnKernels, ownModule, type WasmBackend } from './own-module.ts';

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

describe('convolutions of our own', () => {
  beforeAll(async () => {
    await openDevice('wasm', await nodeDeviceEnvironment());
  });

  it('can be had on WASM, and nowhere without', async () => {
    expect(hasOwnKernels()).toBe(true);
    const { memory } = (tf.backend() as unknown as WasmBackend).wasm.asm ?? {};
    expect(memory).toBeInstanceOf(WebAssembly.Memory);
    expect(
      ownModule({ ...(tf.backend() as unknown as WasmBackend), wasm: { ...(tf.backend() as unknown as WasmBackend).wasm, asm: {} } }),
    ).toBeNull();
  });

  it('give what the definition gives, for shapes of every kind', () => {
    const random = randomFrom(18);
    const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
    const oneOf = <Choice>(choices: readonly Choice[]) => choices[whole(0, choices.length - 1)] as Choice;
    for (let i = 0; i < 160; i++) {
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
  });

  it('do what convolutions of tf.js do with values that are no numbers', () => {
    const x = tf.tensor4d([Number.NaN, 1, Number.POSITIVE_INFINITY, -1], [1, 2, 2, 1]);
    const filter = tf.ones<tf.Rank.R4>([1, 1, 1, 4]);
    const own = new OwnConvolution(filter, null, { strides: [1, 1], dilation: [1, 1], padding: 'valid' });
    const result = own.run(x, true);
    expect([...result.dataSync()].filter((_, i) => i % 4 === 0)).toEqual([Number.NaN, 1, Number.POSITIVE_INFINITY, 0]);
    own.dispose();
    tf.dispose([x, filter, result]);
  });

  it('take the filter as it is when they run', () => {
    const x = tf.ones<tf.Rank.R4>([1, 1, 1, 1]);
    const filter = tf.variable(tf.ones<tf.Rank.R4>([1, 1, 1, 1]));
    const own = new OwnConvolution(filter, null, { strides: [1, 1], dilation: [1, 1], padding: 'valid' });
    const found = [1, 5].map((value) => {
      const assigned = tf.fill<tf.Rank.R4>([1, 1, 1, 1], value);
      filter.assign(assigned);
      const result = own.run(x, false);
      const [only] = result.dataSync();
      tf.dispose([assigned, result]);
      return only;
    });
    expect(found).toEqual([1, 5]);
    own.dispose();
    tf.dispose([x, filter]);
  });

  it('give back the memory of their filters', () => {
    const backend = tf.backend() as unknown as WasmBackend;
    const x = tf.ones<tf.Rank.R4>([1, 4, 4, 256]);
    const filter = tf.ones<tf.Rank.R4>([3, 3, 256, 512]);
    const before = tf.memory().numTensors;
    const bytes = () => backend.wasm.HEAPU8.length;
    const run = () => {
      const own = new OwnConvolution(filter, null, { strides: [1, 1], dilation: [1, 1], padding: 'same' });
      own.run(x, false).dispose();
      own.dispose();
    };
    run();
    const once = bytes();
    for (let i = 0; i < 20; i++) run();
    expect(bytes()).toBe(once);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([x, filter]);
  });
});
