/** Convolutions of small maps on WebGPU, of every kind, against the plain backend. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { randomFrom } from '../../core/statistics/random.ts';
import { openDevice } from '../backend/device.ts';
import { availableBackends, nodeDeviceEnvironment } from '../node/node-device.ts';

const hasWebGpu = (await availableBackends()).includes('webgpu');

interface Case {
  readonly x: { readonly shape: [number, number, number, number]; readonly values: Float32Array };
  readonly filter: { readonly shape: [number, number, number, number]; readonly values: Float32Array };
  readonly bias: Float32Array | null;
  readonly activation: 'linear' | 'relu' | 'relu6';
  readonly strides: [number, number];
  readonly dilations: [number, number];
  readonly pad: 'same' | 'valid' | [[0, 0], [number, number], [number, number], [0, 0]];
}

function cases(count: number): Case[] {
  const random = randomFrom(5);
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const pick = <Value>(values: readonly Value[], otherwise: Value) => values[whole(0, values.length - 1)] ?? otherwise;
  const made = (length: number) => Float32Array.from({ length }, () => random() * 2 - 1);
  return Array.from({ length: count }, (_, i): Case => {
    const [from, to] = [4 * whole(1, 24), 4 * whole(1, 9)];
    const isDilated = whole(0, 3) === 0;
    const window = [whole(1, 3), whole(1, 3)] as const;
    const shape: Case['x']['shape'] = [whole(1, 3), whole(7, 11), whole(7, 11), from];
    const pad: Case['pad'] = [
      [0, 0],
      [whole(0, 2), whole(0, 2)],
      [whole(0, 2), 1],
      [0, 0],
    ];
    const hasBias = i % 2 === 1;
    return {
      x: { shape, values: made(shape.reduce((product, side) => product * side, 1)) },
      filter: { shape: [...window, from, to], values: made(window[0] * window[1] * from * to) },
      bias: hasBias ? made(to) : null,
      activation: hasBias ? pick(['linear', 'relu', 'relu6'] as const, 'linear') : 'linear',
      strides: isDilated ? [1, 1] : [whole(1, 2), whole(1, 3)],
      dilations: isDilated ? [whole(1, 2), 2] : [1, 1],
      pad: pick<Case['pad']>(['same', 'valid', pad], 'same'),
    };
  });
}

/** What each case gives on the backend in use. */
async function results(all: readonly Case[]): Promise<Float32Array[]> {
  const found: Float32Array[] = [];
  for (const { x, filter, bias, activation, strides, dilations, pad } of all) {
    const result = tf.tidy(() => {
      const [input, weights] = [tf.tensor4d(x.values, x.shape), tf.tensor4d(filter.values, filter.shape)];
      const shared = { strides, dilations, pad };
      if (!bias) return tf.conv2d(input, weights, strides, pad as 'same', 'NHWC', dilations);
      return tf.fused.conv2d({ x: input, filter: weights, bias: tf.tensor1d(bias), activation, ...shared, pad: pad as 'same' });
    });
    found.push(Float32Array.from(await result.data()));
    result.dispose();
  }
  return found;
}

it.skipIf(!hasWebGpu)('one bias for all channels is left to tf.js', async () => {
  await openDevice('webgpu', await nodeDeviceEnvironment());
  const result = tf.tidy(() =>
    tf.fused.conv2d({
      ...{ x: tf.ones<tf.Rank.R4>([1, 3, 3, 4]), filter: tf.ones<tf.Rank.R4>([1, 1, 4, 8]) },
      ...{ bias: tf.tensor1d([5]), strides: 1, pad: 'same', activation: 'relu' },
    }),
  );
  expect([...(await result.data())]).toEqual(Array.from({ length: 72 }, () => 9));
  result.dispose();
});

it.skipIf(!hasWebGpu)('small convolutions give what the plain backend gives', async () => {
  const all = cases(24);
  await openDevice('cpu', await nodeDeviceEnvironment());
  const expected = await results(all);
  await openDevice('webgpu', await nodeDeviceEnvironment());
  const programs: string[] = [];
  const backend = tf.backend() as unknown as { runWebGPUProgram(program: { shaderKey: string }, ...rest: unknown[]): unknown };
  const run = backend.runWebGPUProgram.bind(backend);
  backend.runWebGPUProgram = (program, ...rest) => {
    programs.push(program.shaderKey);
    return run(program, ...rest);
  };
  const found = await results(all);
  backend.runWebGPUProgram = run;
  expect(programs.filter((key) => key.startsWith('smallConvolution'))).toHaveLength(all.length);
  for (const [i, values] of found.entries()) {
    const wanted = expected[i] ?? new Float32Array();
    expect(values).toHaveLength(wanted.length);
    const off = values.reduce((most, value, k) => Math.max(most, Math.abs(value - (wanted[k] ?? Number.NaN))), 0);
    const most = wanted.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
    expect(off / most).toBeLessThan(5e-6);
  }
});
