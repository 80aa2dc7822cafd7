/** Our convolutions with the fastest instructions that this engine has. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDevice } from '../backend/device.ts';
import { nodeDeviceEnvironment } from '../node/node-device.ts';
import { OwnConvolution } from './own-convolution.ts';
import { hasOwnKernels, ownModule, type WasmBackend } from './own-module.ts';
import { checkConvolutions } from './testing/check-convolutions.ts';

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

  it('give what the definition gives, for shapes of every kind', () => checkConvolutions(160));

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
