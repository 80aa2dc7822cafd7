/** What tf.js' WebGPU backend hands over less often gives the same, and takes no more memory. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { openDevice } from '../backend/device.ts';
import { availableBackends, nodeDeviceEnvironment } from '../node/node-device.ts';

const hasWebGpu = (await availableBackends()).includes('webgpu');

/** What tf.js' backend holds, and what is looked at here. */
interface Held {
  readonly bufferManager: { getNumUsedBuffers(): number; readonly numBytesAllocated: number };
  readonly device: { createBindGroup(...described: unknown[]): unknown };
  readonly queue: { writeBuffer(...written: unknown[]): void; submit(...submitted: unknown[]): void };
}

/** How often the device is asked for something while `run` runs. */
async function counted(run: () => Promise<unknown>): Promise<{ written: number; submitted: number; bound: number }> {
  const { device, queue } = tf.backend() as unknown as Held;
  const { writeBuffer, submit } = queue;
  const { createBindGroup } = device;
  const count = { written: 0, submitted: 0, bound: 0 };
  device.createBindGroup = (...described) => {
    count.bound++;
    return createBindGroup.apply(device, described);
  };
  queue.writeBuffer = (...written) => {
    count.written++;
    writeBuffer.apply(queue, written);
  };
  queue.submit = (...submitted) => {
    count.submitted++;
    submit.apply(queue, submitted);
  };
  await run().finally(() => {
    Object.assign(queue, { writeBuffer, submit });
    Object.assign(device, { createBindGroup });
  });
  return count;
}

/** A chain of small programs, each with a shape of its own; its result. */
async function chain(x: tf.Tensor1D, length: number): Promise<Float32Array> {
  const last = tf.tidy(() => {
    let value: tf.Tensor1D = x;
    for (let i = 1; i < length; i++) {
      const part = tf.slice(x, [0], [i]);
      value = tf.add(part, part);
    }
    return value;
  });
  const values = Float32Array.from(await last.data());
  last.dispose();
  return values;
}

it.skipIf(!hasWebGpu)('shapes and buffers are told once, and programs are submitted together', async () => {
  await openDevice('webgpu', await nodeDeviceEnvironment());
  const given = Float32Array.from({ length: 64 }, (_, i) => i);
  const x = tf.tensor1d(given);
  const run = async () => {
    expect(await chain(x, 40)).toEqual(given.slice(0, 39).map((value) => value * 2));
  };
  await run();
  // Now all buffers are there that it takes.
  await run();
  const { bufferManager } = tf.backend() as unknown as Held;
  const used = bufferManager.getNumUsedBuffers();
  const again = await counted(run);
  expect(again.written).toBe(0);
  expect(again.bound).toBe(0);
  expect(again.submitted).toBeLessThan(4);
  expect(bufferManager.getNumUsedBuffers()).toBe(used);
  x.dispose();
});

it.skipIf(!hasWebGpu)('programs that are handed over as they were before read what is new', async () => {
  await openDevice('webgpu', await nodeDeviceEnvironment());
  let bound = 0;
  for (let run = 0; run < 6; run++) {
    const given = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i * (run + 1)));
    const count = await counted(async () => {
      const x = tf.tensor1d(given);
      // Buffers of one size go from hand to hand, with shapes that differ, within a run and between runs.
      const shape: [number, number] = run % 2 === 0 ? [6, 10] : [10, 6];
      const result = tf.tidy(() => {
        const wide = tf.mul(tf.reshape(x, shape), run);
        const high = tf.transpose(tf.sub(wide, tf.reshape(x, shape)));
        return tf.sub(tf.reverse(tf.reshape(high, [60])), x);
      });
      const values = await result.data();
      const expected = Array.from({ length: 60 }, (_, i) => {
        const from = 59 - i;
        return (given[(from % shape[0]) * shape[1] + Math.floor(from / shape[0])] as number) * (run - 1) - (given[i] as number);
      });
      expect(Math.max(...expected.map((value, i) => Math.abs(value - (values[i] as number))))).toBeLessThan(1e-5);
      tf.dispose([x, result]);
    });
    bound = count.bound;
  }
  expect(bound).toBeLessThan(4);
});

it.skipIf(!hasWebGpu)('shapes that are forgotten, since there are many, are told anew', async () => {
  await openDevice('webgpu', await nodeDeviceEnvironment());
  const length = 8300;
  const x = tf.range(0, length);
  const slices = async (starts: readonly number[]) => {
    for (const start of starts) {
      const part = tf.slice(x, [start], [2]);
      // Reading every one would take long.
      if (start % 83 === 0) expect([...(await part.data())]).toEqual([start, start + 1]);
      part.dispose();
    }
  };
  const starts = Array.from({ length: length - 2 }, (_, i) => i);
  await slices(starts);
  await slices(starts.slice(0, 500));
  x.dispose();
});

it.skipIf(!hasWebGpu)('what large programs no longer need is given back soon', async () => {
  await openDevice('webgpu', await nodeDeviceEnvironment());
  const { bufferManager } = tf.backend() as unknown as Held;
  const megabytes = 8;
  const x = tf.ones([megabytes, 250_000]);
  await x.data();
  const before = bufferManager.numBytesAllocated;
  let last = tf.clone(x);
  for (let i = 0; i < 24; i++) {
    const sum = tf.add(last, x);
    last.dispose();
    last = sum;
  }
  expect((await last.data())[0]).toBe(25);
  expect(bufferManager.numBytesAllocated - before).toBeLessThan(15 * megabytes * 1e6);
  tf.dispose([x, last]);
});
