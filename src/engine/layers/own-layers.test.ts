/** Layers and activations that tf.js lacks: their results against plain numbers, and their gradients against differences of those, on every backend. */
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import './activations.ts';
import './merge-layers.ts';
import './resizing-layers.ts';
import './shape-layers.ts';
import { INTERPOLATIONS, type Resampling, resamplingMatrix, type Window } from '../../core/images/resampling-matrix.ts';
import { openDevice } from '../backend/device.ts';
import { availableBackends, nodeDeviceEnvironment } from '../node/node-device.ts';

type Shape = readonly number[];

/** A tensor in plain numbers. */
interface Plain {
  readonly shape: Shape;
  readonly values: readonly number[];
}

/** What a layer does, written out: a function of all values at once. */
type Definition = (...inputs: Plain[]) => Plain;

interface Case {
  readonly what: string;
  readonly kind: string;
  readonly config: Record<string, unknown>;
  readonly inputs: readonly Shape[];
  readonly definition: Definition;
}

function sizeOf(shape: Shape): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Without a pattern, on both sides of zero, and nowhere near a kink. */
function valuesOf(shape: Shape, seed: number): number[] {
  return Array.from({ length: sizeOf(shape) }, (_, i) => {
    const value = Math.round(Math.sin((i + 1) * 12.9898 + seed) * 3000) / 1000;
    return Math.abs((value * 10) % 1) < 0.05 ? value + 0.013 : value;
  });
}

function elementwise(compute: (x: number) => number): Definition {
  return ({ shape, values }) => ({ shape, values: values.map(compute) });
}

function activation(what: string, className: string, config: Record<string, unknown>, compute: (x: number) => number): Case {
  const setting = { className, config };
  return { what, kind: 'Activation', config: { activation: setting }, inputs: [[1, 3, 4, 2]], definition: elementwise(compute) };
}

/** A tensor of this shape, of which each value is found by its position. */
function filled(shape: Shape, valueAt: (position: number[]) => number): Plain {
  const values = Array.from({ length: sizeOf(shape) }, (_, i) => {
    const position: number[] = [];
    let rest = i;
    for (const side of shape.toReversed()) {
      position.unshift(rest % side);
      rest = Math.floor(rest / side);
    }
    return valueAt(position);
  });
  return { shape, values };
}

function at({ shape, values }: Plain, position: readonly number[]): number {
  return values[position.reduce((sum, index, axis) => sum * (shape[axis] ?? 1) + index, 0)] ?? Number.NaN;
}

/** An image's every pixel, by the pixels of each axis that it is made of. */
function resizedBy(
  rows: Window,
  columns: Window,
  [height, width]: readonly [number, number],
  resampling: Resampling,
  fill = 0,
): Definition {
  return (x) => {
    const [batch = 1, sourceHeight = 1, sourceWidth = 1, channels = 1] = x.shape;
    const down = resamplingMatrix(sourceHeight, height, rows, resampling);
    const across = resamplingMatrix(sourceWidth, width, columns, resampling);
    return filled([batch, height, width, channels], ([n = 0, i = 0, j = 0, c = 0]) => {
      let sum = 0;
      let covered = 0;
      for (let row = 0; row < sourceHeight; row++) {
        for (let column = 0; column < sourceWidth; column++) {
          const weight = (down[i * sourceHeight + row] ?? 0) * (across[j * sourceWidth + column] ?? 0);
          sum += weight * at(x, [n, row, column, c]);
          covered += weight;
        }
      }
      return sum + (1 - covered) * fill;
    });
  };
}

function resizing(
  what: string,
  source: Shape,
  size: readonly [number, number],
  settings: Record<string, unknown>,
  definition: Definition,
): Case {
  const [height, width] = size;
  return { what, kind: 'Resizing', config: { height, width, interpolation: 'bilinear', ...settings }, inputs: [source], definition };
}

const BILINEAR: Resampling = { interpolation: 'bilinear', isAntialiased: false, alignment: 'half-pixel' };

function whole(length: number): Window {
  return { from: 0, length };
}

/** Positions in the order in which Python's `range(length)[start:stop:step]` gives them, worked out by hand for each case. */
function slicing(what: string, slices: unknown, shape: Shape, result: Shape, positions: readonly (readonly number[])[]): Case {
  const definition: Definition = (x) => {
    const kept = positions.map((list) => list);
    const values = filled(
      kept.map((list) => list.length),
      (position) =>
        at(
          x,
          position.map((index, axis) => kept[axis]?.[index] ?? Number.NaN),
        ),
    ).values;
    return { shape: result, values };
  };
  return { what, kind: 'Slice', config: { slices }, inputs: [shape], definition };
}

function merging(
  kind: string,
  config: Record<string, unknown>,
  shapes: readonly [Shape, Shape],
  compute: (a: number, b: number) => number,
): Case {
  const definition: Definition = (a, b) =>
    filled(
      a.shape.map((side, axis) => Math.max(side, b.shape[axis] ?? 1)),
      (position) => {
        const within = ({ shape }: Plain) => position.map((index, axis) => (shape[axis] === 1 ? 0 : index));
        return compute(at(a, within(a)), at(b, within(b)));
      },
    );
  return { what: `${kind} of ${shapes.join(' and ')}`, kind, config, inputs: shapes, definition };
}

function flattening(from: Shape, to: Shape): Case {
  return { what: from.join(' × '), kind: 'Flatten', config: {}, inputs: [from], definition: ({ values }) => ({ shape: to, values }) };
}

const CASES: readonly Case[] = [
  activation('a slope', 'leakyReluOf', { slope: 0.1 }, (x) => (x < 0 ? 0.1 * x : x)),
  activation('a threshold', 'reluOf', { slope: 0, threshold: 0.7 }, (x) => (x > 0.7 ? x : 0)),
  activation('a threshold, a slope and a ceiling', 'reluOf', { slope: 0.2, threshold: 0.7, maximum: 1.5 }, (x) =>
    x > 0.7 ? Math.min(x, 1.5) : 0.2 * (x - 0.7),
  ),
  activation('a slope and a ceiling', 'reluOf', { slope: 0.2, threshold: 0, maximum: 1.5 }, (x) => (x > 0 ? Math.min(x, 1.5) : 0.2 * x)),
  activation('an ELU of another height', 'eluOf', { alpha: 0.4 }, (x) => (x > 0 ? x : 0.4 * (Math.exp(x) - 1))),
  activation('clipping', 'clipOf', { minimum: -0.6, maximum: 1.2 }, (x) => Math.max(-0.6, Math.min(1.2, x))),
  activation('clipping from below', 'clipOf', { minimum: -0.6 }, (x) => Math.max(-0.6, x)),
  activation('absolute values', 'absolute', {}, Math.abs),
  activation('squares', 'square', {}, (x) => x * x),
  activation(
    'a Gaussian unit by a tangent',
    'approximateGelu',
    {},
    (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  ),
  flattening([2, 3, 4, 2], [2, 24]),
  flattening([2, 5, 3], [2, 15]),
  flattening([2, 5], [2, 5]),
  ...INTERPOLATIONS.flatMap((interpolation) => {
    const down: Resampling = { interpolation, isAntialiased: true, alignment: 'half-pixel' };
    const up: Resampling = { interpolation, isAntialiased: false, alignment: 'half-pixel' };
    return [
      resizing(
        `${interpolation}, shrinking`,
        [1, 7, 5, 2],
        [3, 4],
        { interpolation, antialias: true },
        resizedBy(whole(7), whole(5), [3, 4], down),
      ),
      resizing(`${interpolation}, enlarging`, [2, 3, 4, 1], [5, 4], { interpolation }, resizedBy(whole(3), whole(4), [5, 4], up)),
    ];
  }),
  resizing('to the same size', [1, 4, 3, 2], [4, 3], { interpolation: 'gaussian' }, (x) => x),
  resizing(
    'cropping a wide image',
    [1, 4, 9, 2],
    [2, 2],
    { cropToAspectRatio: true },
    resizedBy(whole(4), { from: 2, length: 4 }, [2, 2], BILINEAR),
  ),
  resizing(
    'padding a high image',
    [1, 8, 3, 2],
    [4, 4],
    { padToAspectRatio: true, fillValue: 0.5 },
    resizedBy(whole(8), { from: -2, length: 7 }, [4, 4], BILINEAR, 0.5),
  ),
  {
    what: 'a crop of the middle',
    kind: 'CenterCrop',
    config: { height: 3, width: 2 },
    inputs: [[2, 6, 5, 2]],
    definition: (x) => filled([2, 3, 2, 2], ([n = 0, i = 0, j = 0, c = 0]) => at(x, [n, i + 1, j + 1, c])),
  },
  {
    what: 'a crop of more than there is',
    kind: 'CenterCrop',
    config: { height: 6, width: 3 },
    inputs: [[1, 4, 5, 2]],
    // The largest part of its shape, enlarged.
    definition: resizedBy(whole(4), { from: 1, length: 2 }, [6, 3], BILINEAR),
  },
  slicing('the channels turned round', ['...', [null, null, -1]], [1, 2, 2, 3], [1, 2, 2, 3], [[0], [0, 1], [0, 1], [2, 1, 0]]),
  slicing('some channels', ['...', [1, 3, null]], [1, 2, 2, 4], [1, 2, 2, 2], [[0], [0, 1], [0, 1], [1, 2]]),
  slicing('the last channel', ['...', -1], [2, 2, 2, 3], [2, 2, 2], [[0, 1], [0, 1], [0, 1], [2]]),
  slicing(
    'every second row, every third column backwards',
    [
      [null, null, 1],
      [1, null, 2],
      [null, null, -3],
    ],
    [1, 6, 8, 2],
    [1, 3, 3, 2],
    [[0], [1, 3, 5], [7, 4, 1], [0, 1]],
  ),
  slicing(
    'all but a border',
    [[null, null, 1], [1, -1, 1], [2, null, null], '...'],
    [1, 4, 5, 1],
    [1, 2, 3, 1],
    [[0], [1, 2], [2, 3, 4], [0]],
  ),
  merging(
    'Subtract',
    {},
    [
      [1, 2, 3, 2],
      [1, 2, 3, 2],
    ],
    (a, b) => a - b,
  ),
  merging(
    'Subtract',
    {},
    [
      [1, 1, 1, 2],
      [1, 2, 3, 2],
    ],
    (a, b) => a - b,
  ),
  merging(
    'CustomScaleLayer',
    { scale: 0.17 },
    [
      [1, 2, 3, 2],
      [1, 2, 3, 2],
    ],
    (a, b) => a + 0.17 * b,
  ),
  merging(
    'Divide',
    {},
    [
      [1, 2, 3, 2],
      [1, 2, 3, 2],
    ],
    (a, b) => a / b,
  ),
];

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

  it.each(CASES.map((one) => [`${one.kind}: ${one.what}`, one] as const))('%s', async (_what, one) => {
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
