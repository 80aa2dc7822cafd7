/** Our kernels that are bound by memory, against tf.js' own operations: the same to the last bit on a processor, whatever channels are multiples of. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../core/statistics/random.ts';
import { availableBackends, nodeDeviceEnvironment } from '../node/node-device.ts';
import { openDevice } from './device.ts';
import { joined, joinsAtOnce, normalized, normalizesAtOnce } from './own-cells.ts';

describe.each(await availableBackends())('on %s', (backend) => {
  it('normalisations and concatenations are what operations of tf.js give', async () => {
    await openDevice(backend, await nodeDeviceEnvironment());
    expect([normalizesAtOnce(), joinsAtOnce()]).toEqual([backend !== 'cpu', backend === 'wasm']);
    const random = randomFrom(3);
    const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
    for (let i = 0; i < (backend === 'webgpu' ? 4 : 40); i++) {
      const sides = Array.from({ length: whole(0, 3) }, () => whole(1, 4));
      const make = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', 100 * i + seed);
      const xs = Array.from({ length: whole(1, 4) }, (_, k) => make([...sides, whole(1, 19)], k));
      const [first] = xs as [tf.Tensor];
      const channels = first.shape.at(-1) ?? 1;
      const [factor, offset] = [make([channels], 10), make([channels], 11)];
      const isRectified = whole(0, 1) === 1;
      const scaled = tf.add(tf.mul(first, factor), offset);
      const results = [normalized(first, factor, offset, isRectified), joined(xs)];
      const expected = [isRectified ? tf.relu(scaled) : scaled, tf.concat(xs, -1)];
      for (const [k, result] of results.entries()) {
        expect(result.shape).toEqual(expected[k]?.shape);
        const [found, wanted] = [await result.data(), (await expected[k]?.data()) ?? new Float32Array()];
        // A GPU may multiply and add at once.
        if (backend === 'webgpu') for (const [i, value] of found.entries()) expect(value).toBeCloseTo(wanted[i] ?? Number.NaN, 5);
        else expect(found).toEqual(wanted);
      }
      tf.dispose([...xs, factor, offset, scaled, ...results, ...expected]);
    }
  });
});
