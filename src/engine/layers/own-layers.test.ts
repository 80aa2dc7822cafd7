/**
 * Layers and activations that tf.js lacks: their results against plain numbers, and their gradients against differences of those, on every
 * backend.
 */
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import './activations.ts';
import './merge-layers.ts';
import './resizing-layers.ts';
import './shape-layers.ts';
import { openDevice } from '../backend/device.ts';
import { availableBackends, nodeDeviceEnvironment } from '../node/node-device.ts';
import { type Case, type Definition, type Plain, valuesOf } from './testing/definition.ts';
import { OWN_LAYER_CASES } from './testing/own-layer-cases.ts';

function layerOf({ kind, config }: Case): tfl.layers.Layer {
  const [, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[kind] ?? [];
  const known = tf.serialization.SerializationMap.getMap().classNameMap[kind]?.[0];
  if (!fromConfig || !known) throw new Error(`there is no layer ${kind}`);
  return fromConfig(known, { name: 'layer', ...config } as tf.serialization.ConfigDict) as tfl.layers.Layer;
}

const STEP = 1e-4;

/** How each value of the result, with a weight of its own, changes with each value of an input. */
function slopes(definition: Definition, inputs: readonly Plain[], which: number): number[] {
  const weighted = (changed: readonly Plain[]) => {
    const { shape, values } = definition(...changed);
    const weights = valuesOf(shape, 7);
    return values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0);
  };
  const input = inputs[which] ?? { shape: [], values: [] };
  return input.values.map((value, i) => {
    const moved = (by: number) => inputs.map((other, k) => (k === which ? { ...other, values: other.values.with(i, value + by) } : other));
    return (weighted(moved(STEP)) - weighted(moved(-STEP))) / (2 * STEP);
  });
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries())
    expect(Math.abs((actual[i] ?? Number.NaN) - value), `value ${i}`).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
}

describe.each(await availableBackends())('layers of our own on %s', (backend) => {
  beforeAll(async () => {
    await openDevice(backend, await nodeDeviceEnvironment());
  });

  it.each(OWN_LAYER_CASES.map((one) => [`${one.kind}: ${one.what}`, one] as const))('%s', async (_what, one) => {
    const layer = layerOf(one);
    const inputs = one.inputs.map((shape, i): Plain => ({ shape, values: valuesOf(shape, i) }));
    const expected = one.definition(...inputs);
    const before = tf.memory().numTensors;
    const tensors = inputs.map(({ shape, values }) => tf.tensor([...values], [...shape]));
    const run = (...given: tf.Tensor[]) => layer.apply(given.length > 1 ? given : (given[0] as tf.Tensor)) as tf.Tensor;
    const result = run(...tensors);
    expect(result.shape).toEqual(expected.shape);
    const symbolic = layer.computeOutputShape(one.inputs.length > 1 ? one.inputs.map((shape) => [...shape]) : [...(one.inputs[0] ?? [])]);
    expect(symbolic).toEqual(expected.shape);
    expectClose(await result.data(), expected.values, 1e-5);
    const seed = tf.tensor(valuesOf(expected.shape, 7), [...expected.shape]);
    const gradients = tf.grads(run)(tensors, seed);
    for (const [i, gradient] of gradients.entries()) expectClose(await gradient.data(), slopes(one.definition, inputs, i), 1e-3);
    tf.dispose([result, seed, ...tensors, ...gradients]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
