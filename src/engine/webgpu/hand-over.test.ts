/** What tf.js' WebGPU backend hands over less often gives the same, and takes no more memory. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { openDevice } from '../backend/device.ts';
import { availableBackends, nodeDeviceEnvironment } from '../node/node-device.ts';

const hasWebGpu = (await availableBackends()).includes('webgpu');

/** What tf.js' backend holds, and what is looked at here. */
interface Held {
  readonly bufferManager: { getNumUsedBuffers(): number; readonly numBytesAllocated: number };
  readonly queue: { writeBuffer(...written: unknown[]): void; submit(...submitted: unknown[]): void };
}

/** How often the queue is asked for something while `run` runs. */
async function counted(run: () => Promise<unknown>): Promise<{ written: number; submitted: number }> {
  const { queue } = tf.backend() as unknown as Held;
  const { writeBuffer, submit } = queue;
  const count = { written: 0, submitted: 0 };
  queue.writeBuffer = (...written) => {
    count.written++;
    writeBuffer.apply(queue, written);
  };
  queue.submit = (...submitted) => {
    count.submitted++;
    submit.apply(queue, submitted);
  };
  await run().finally(() => Object.assign(queue, { writeBuffer, submit }));
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

it.skipIf(!hasWebGpu)('shapes are written once, and programs are submitted together', async () => {
  await openDevice('webgpu', await nodeDeviceEnvironment());
  const given = Float32Array.from({ length: 64 }, (_, i) => i);
  const x = tf.tensor1d(given);
  const run = async () => {
    expect(await chain(x, 40)).toEqual(given.slice(0, 39).map((value) => value * 2));
  };
  await run();
  const { bufferManager } = tf.backend() as unknown as Held;
  const used = bufferManager.getNumUsedBuffers();
  const again = await counted(run);
  expect(again.written).toBe(0);
  expect(again.submitted).toBeLessThan(4);
  expect(bufferManager.getNumUsedBuffers()).toBe(used);
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
