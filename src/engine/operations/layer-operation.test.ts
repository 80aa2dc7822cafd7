/** Layers as operations: what they give, and their gradient with respect to the input, on every backend. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice } from '../backend/device.ts';
import { availableBackends, nodeDeviceEnvironment } from '../node/node-device.ts';
import { operationOf } from './layer-operation.ts';

type Layer = tfl.layers.Layer;

const seeded = (seed: number) => tfl.initializers.randomNormal({ stddev: 0.5, seed });
const convolution = { filters: 3, kernelSize: 3, kernelInitializer: seeded(1), biasInitializer: seeded(2) } as const;

/** Every kind of layer that a gradient must pass in common networks, with the options that change its path. */
const LAYERS: Readonly<Record<string, () => Layer>> = {
  'a convolution': () => tfl.layers.conv2d({ ...convolution, padding: 'same' }),
  'a convolution with stride 2': () => tfl.layers.conv2d({ ...convolution, strides: 2 }),
  'a dilated convolution without bias': () => tfl.layers.conv2d({ ...convolution, dilationRate: 2, useBias: false }),
  'a dilated depthwise convolution': () =>
    tfl.layers.depthwiseConv2d({ kernelSize: 3, dilationRate: 2, padding: 'same', depthwiseInitializer: seeded(11) }),
  'a dilated separable convolution with bias': () =>
    tfl.layers.separableConv2d({
      filters: 2,
      kernelSize: 2,
      dilationRate: [2, 3],
      depthwiseInitializer: seeded(12),
      pointwiseInitializer: seeded(13),
      biasInitializer: seeded(14),
    }),
  'a convolution with ReLU': () => tfl.layers.conv2d({ ...convolution, activation: 'relu' }),
  'a convolution with swish': () => tfl.layers.conv2d({ ...convolution, activation: 'swish' }),
  'a depthwise convolution': () =>
    tfl.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', depthwiseInitializer: seeded(3), useBias: false }),
  'a depthwise convolution with stride 2, two filters a channel': () =>
    tfl.layers.depthwiseConv2d({ kernelSize: [3, 2], strides: 2, depthMultiplier: 2, depthwiseInitializer: seeded(4) }),
  'a separable convolution': () =>
    tfl.layers.separableConv2d({ filters: 2, kernelSize: 3, depthwiseInitializer: seeded(5), pointwiseInitializer: seeded(6) }),
  'a batch normalisation': () =>
    tfl.layers.batchNormalization({
      betaInitializer: seeded(7),
      gammaInitializer: seeded(8),
      movingMeanInitializer: seeded(9),
      movingVarianceInitializer: tfl.initializers.randomUniform({ minval: 0.5, maxval: 2, seed: 10 }),
    }),
  ReLU: () => tfl.layers.reLU(),
  ReLU6: () => tfl.layers.reLU({ maxValue: 0.5 }),
  'max pooling': () => tfl.layers.maxPooling2d({ poolSize: 2 }),
  'overlapping average pooling': () => tfl.layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
  'zero padding': () => tfl.layers.zeroPadding2d({ padding: 1 }),
  'global average pooling': () => tfl.layers.globalAveragePooling2d({}),
};

const INPUT_SHAPE = [1, 7, 6, 3] as const;
/** Off zero, where ReLU has no derivative, and without ties, where max pooling has none. */
const INPUT = Float32Array.from({ length: 126 }, (_, i) => Math.sin(i * 12.9898) + (i % 7) * 0.013);

interface Outcome {
  readonly output: Float32Array;
  readonly gradient: Float32Array;
}

function built(make: () => Layer): Layer {
  const layer = make();
  layer.apply(tfl.input({ shape: INPUT_SHAPE.slice(1) }));
  return layer;
}

/** What the layer gives, and the gradient of a weighted sum of it. */
async function runBoth(make: () => Layer): Promise<Outcome> {
  const layer = built(make);
  const x = tf.tensor4d(INPUT, [...INPUT_SHAPE]);
  const operation = operationOf(layer, undefined);
  const output = tf.tidy(() => operation.run([x]));
  const gradient = tf.tidy(() => {
    const weights = tf.tensor(
      Float32Array.from({ length: output.size }, (_, i) => Math.cos(i)),
      output.shape,
    );
    return tf.grad((input: tf.Tensor) => operation.runForGradient([input]))(x, weights);
  });
  const outcome = { output: Float32Array.from(await output.data()), gradient: Float32Array.from(await gradient.data()) };
  tf.dispose([x, output, gradient]);
  operation.dispose();
  layer.dispose();
  return outcome;
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}

/** The same gradient by central differences on plain JS: slow, but nothing to get wrong. */
async function numericGradient(make: () => Layer): Promise<Float32Array> {
  const layer = built(make);
  const operation = operationOf(layer, undefined);
  const weighted = (values: Float32Array): number =>
    tf.tidy(() => {
      const output = operation.run([tf.tensor4d(values, [...INPUT_SHAPE])]);
      return Float32Array.from(output.dataSync()).reduce((sum, value, i) => sum + value * Math.cos(i), 0);
    });
  const step = 1e-2;
  const gradient = INPUT.map((_, i) => {
    const shifted = (by: number) => INPUT.map((value, j) => (j === i ? value + by : value));
    return (weighted(shifted(step)) - weighted(shifted(-step))) / (2 * step);
  });
  operation.dispose();
  layer.dispose();
  return gradient;
}

const expected = new Map<string, Outcome>();
const SMOOTH = [
  'a convolution',
  'a dilated convolution without bias',
  'a dilated depthwise convolution',
  'a dilated separable convolution with bias',
  'a depthwise convolution',
  'a depthwise convolution with stride 2, two filters a channel',
  'a batch normalisation',
];

describe.each(await availableBackends())('layers on %s', (backend) => {
  beforeAll(async () => {
    const environment = await nodeDeviceEnvironment();
    await openDevice('cpu', environment);
    for (const [what, make] of Object.entries(LAYERS)) if (!expected.has(what)) expected.set(what, await runBoth(make));
    await openDevice(backend, environment);
  });
  afterAll(() => tf.disposeVariables());

  it.each(Object.keys(LAYERS))('%s and its gradient are those of plain JS', async (what) => {
    const make = LAYERS[what];
    const wanted = expected.get(what);
    if (!make || !wanted) throw new Error(`there is no ${what}`);
    const actual = await runBoth(make);
    expect(largestDifference(actual.output, wanted.output)).toBeLessThan(1e-4);
    expect(largestDifference(actual.gradient, wanted.gradient)).toBeLessThan(1e-4);
  });
});

describe('gradients on plain JS', () => {
  beforeAll(async () => void (await openDevice('cpu', await nodeDeviceEnvironment())));

  it.each(SMOOTH)('%s has the gradient that differences give', async (what) => {
    const make = LAYERS[what];
    if (!make) throw new Error(`there is no ${what}`);
    expect(largestDifference((await runBoth(make)).gradient, await numericGradient(make))).toBeLessThan(2e-3);
  });
});
