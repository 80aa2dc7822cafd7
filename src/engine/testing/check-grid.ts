/** Holds the engine's layers against the reference, forward and backward, on every backend. */
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forInference } from '../../formats/layers/for-inference.ts';
import type { SideWindow } from '../../formats/layers/kinds/input-window.ts';
import { packArtifacts } from '../../formats/network/artifacts.ts';
import { openDevice } from '../backend/device.ts';
import { yieldToEventLoop } from '../backend/yield-to-event-loop.ts';
import { backwardPass } from '../gradients/backward-pass.ts';
import { runTail } from '../graph/graph-executor.ts';
import { buildLayerGraph, disposeGraph, type LayerGraph, tailOf } from '../graph/layer-graph.ts';
import { buildLayersModel } from '../loading/build-layers-model.ts';
import { availableBackends, nodeDeviceEnvironment } from '../node/node-device.ts';
import { addedBytes } from './added-bytes.ts';
import type { GridCase } from './grid-case.ts';
import { drawWeights, runReference, weightsByLayer } from './reference/network.ts';
import { sizeOf, type Values } from './reference/values.ts';

/** Mulberry32: numbers without a pattern, the same every time. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Between -maxAbs and maxAbs, as float32 has them. */
function draw(size: number, random: () => number, maxAbs: number): Float32Array {
  return Float32Array.from({ length: size }, () => (2 * random() - 1) * maxAbs);
}

function seedOf(text: string): number {
  return [...text].reduce((hash, letter) => Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0), 7);
}

interface Expected {
  readonly images: readonly Values[];
  readonly outputs: readonly Values[];
  /** With respect to the first image, of the first output weighted by `seed`. */
  readonly gradient: Float64Array;
  readonly seed: Float32Array;
}

const STEP = 1e-5;

function differences(run: (x: Values) => Values, x: Values, seed: Float32Array): Float64Array {
  const outputOf = (values: Float64Array) => run({ shape: x.shape, data: values }).data;
  // Output by output, so that what does not change is nothing, however large.
  const slopeBetween = (from: Float64Array, to: Float64Array) =>
    to.reduce((sum, value, i) => sum + ((value - (from[i] ?? Number.NaN)) * (seed[i] ?? Number.NaN)) / STEP, 0);
  const here = outputOf(x.data);
  return x.data.map((_, i) => {
    const shifted = (by: number) => outputOf(x.data.map((value, k) => (k === i ? value + by : value)));
    const [before, after] = [slopeBetween(shifted(-STEP), here), slopeBetween(here, shifted(STEP))];
    const slope = (before + after) / 2;
    if (Math.abs(after - before) > 1e-2 * Math.max(1, Math.abs(slope))) throw new Error(`there is a kink at value ${i} of the image`);
    return slope;
  });
}

class Prepared {
  readonly artifacts;
  readonly expected: Expected;

  constructor({ what, topology, input, maxAbs }: GridCase) {
    const random = randomNumbers(seedOf(what));
    const images = [1, 2].map((): Values => ({ shape: input, data: Float64Array.from(draw(sizeOf(input), random, maxAbs)) }));
    const first = images[0] as Values;
    const drawn = drawWeights(topology, first, (name, size) => {
      const values = draw(size, random, 0.7);
      return /variance|gamma/.test(name) ? values.map((value) => Math.abs(value) + 0.5) : values;
    });
    const weights = weightsByLayer(drawn);
    const run = (x: Values) => runReference(topology, weights, x);
    const outputs = images.map(run);
    const seed = draw(outputs[0]?.data.length ?? 0, random, 1);
    this.artifacts = forInference('grid.h5', packArtifacts(topology, drawn));
    this.expected = { images, outputs, seed, gradient: differences(run, first, seed) };
  }
}

/** What float32 cannot hold is infinite there. */
function withinFloat32(value: number): number {
  return Math.abs(value) > 3.4e38 ? Math.sign(value) * Number.POSITIVE_INFINITY : value;
}

/** The largest difference, as a share of the largest value, or of a hundredth where all are smaller. */
function largestError(actual: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(actual.length).toBe(wanted.length);
  let [largest, scale] = [0, 1e-2];
  for (let i = 0; i < wanted.length; i++) {
    const [is, should] = [actual[i] ?? Number.NaN, withinFloat32(wanted[i] ?? Number.NaN)];
    if (is === should) continue;
    const difference = Math.abs(is - should);
    largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(largest, difference);
    if (Number.isFinite(should)) scale = Math.max(scale, Math.abs(should));
  }
  return largest / scale;
}

async function numbersOf(tensor: tf.Tensor): Promise<Float32Array> {
  return Float32Array.from(await tensor.data());
}

/** What the layers before and after the one in question make of one channel that is zeroed out changes nothing in any other. */
async function checkChannels({ nodes }: LayerGraph): Promise<void> {
  for (const { name, inputs, isChannelwise, operation } of nodes) {
    const shape = nodes[inputs[0] ?? 0]?.shape ?? [];
    if (!isChannelwise || !operation) continue;
    const channels = shape.at(-1) ?? 0;
    const sides = [1, ...shape.slice(1).map(Number)];
    const x = tf.randomUniform(sides, -1, 1, 'float32', 5);
    const values = await x.data();
    const zeroed = 1 % channels;
    const without = tf.tensor(
      values.map((value, i) => (i % channels === zeroed ? 0 : value)),
      sides,
    );
    const [whole, changed] = tf.tidy(() => [operation.run([x]).clone(), operation.run([without]).clone()]) as [tf.Tensor, tf.Tensor];
    expect(whole.shape.at(-1), name).toBe(channels);
    const [a, b] = [await numbersOf(whole), await numbersOf(changed)];
    tf.dispose([x, without, whole, changed]);
    expect(
      a.some((value, i) => i % channels !== zeroed && Math.abs(value - (b[i] ?? Number.NaN)) > 1e-6),
      name,
    ).toBe(false);
  }
}

/** A change of one cell of an input reaches no cell of the result that is said not to depend on it. */
async function checkWindows({ nodes }: LayerGraph): Promise<void> {
  for (const { name, inputs, inputWindows, operation } of nodes) {
    if (!operation) continue;
    const taken = inputs.map((id, i) => tf.randomUniform([1, ...(nodes[id]?.shape.slice(1).map(Number) ?? [])], -1, 1, 'float32', i + 5));
    const whole = operation.run(taken);
    const [wholeValues, [, , width = 1, channels = 1]] = [await numbersOf(whole), whole.shape];
    for (const [i, window] of inputWindows.entries()) {
      const input = taken[i];
      if (window === 'dense' || !input) continue;
      const [, rows = 1, columns = 1, depth = 1] = input.shape;
      const values = await numbersOf(input);
      for (const [row, column] of [
        [0, 0],
        [rows - 1, columns - 1],
        [Math.floor(rows / 2), Math.floor(columns / 3)],
      ] as const) {
        const cell = row * columns + column;
        const changed = tf.tensor(
          values.map((value, k) => (Math.floor(k / depth) === cell ? value + 1 : value)),
          input.shape,
        );
        const result = operation.run(taken.with(i, changed));
        const resultValues = await numbersOf(result);
        tf.dispose([changed, result]);
        const outside = [...resultValues.entries()].filter(([k, value]) => {
          const place = Math.floor(k / channels);
          const isWithin = covers(window.rows, Math.floor(place / width), row) && covers(window.columns, place % width, column);
          return !isWithin && Math.abs(value - (wholeValues[k] ?? Number.NaN)) > 1e-5;
        });
        expect(outside, `what cell ${row}, ${column} of ${name} reaches`).toEqual([]);
      }
    }
    tf.dispose([...taken, whole]);
  }
}

/** Whether a cell of the result is said to depend on a cell of the input. */
function covers({ first, size, stride, spacing }: SideWindow, cell: number, input: number): boolean {
  const begin = first + cell * stride;
  return begin <= input * spacing && input * spacing < begin + size;
}

/** No layer holds more for a moment than it says. */
async function checkTemporaries({ nodes }: LayerGraph): Promise<void> {
  for (const { name, inputs, operation, shape, temporaryValues } of nodes) {
    if (!operation) continue;
    const taken = inputs.map((id) => tf.zeros([1, ...(nodes[id]?.shape.slice(1).map(Number) ?? [])]));
    const most = await addedBytes(async () => operation.run(taken).dispose());
    tf.dispose(taken);
    expect(most / 4 - sizeOf(shape.slice(1).map(Number)), `what ${name} holds on its way`).toBeLessThanOrEqual(temporaryValues);
  }
}

async function runCase(prepared: Prepared) {
  const model: tfl.LayersModel = await buildLayersModel(prepared.artifacts);
  const graph = buildLayerGraph(model);
  const before = tf.memory().numTensors;
  const { images, outputs, seed } = prepared.expected;
  const tail = tailOf(graph, graph.input);
  const shape = images[0]?.shape ?? [];
  const batch = tf.tensor(Float32Array.from(images.flatMap(({ data }) => [...data])), [images.length, ...shape]);
  const image = tf.tensor(Float32Array.from(images[0]?.data ?? []), [1, ...shape]);
  const weights = tf.tensor(seed, [1, ...(outputs[0]?.shape ?? [])]);
  const noSkipInputs = new Map<number, tf.Tensor>();
  try {
    const output = await runTail(graph, tail, new Map([[graph.input, batch]]), noSkipInputs, yieldToEventLoop());
    const result = { output: await numbersOf(output), shape: (output as tf.Tensor).shape, gradient: new Float32Array(0) as Float32Array };
    output.dispose();
    const gradient = await backwardPass(graph, tail, image, noSkipInputs, weights, yieldToEventLoop());
    result.gradient = await numbersOf(gradient);
    gradient.dispose();
    await checkChannels(graph);
    await checkWindows(graph);
    await checkTemporaries(graph);
    return result;
  } finally {
    tf.dispose([batch, image, weights]);
    const after = tf.memory().numTensors;
    disposeGraph(graph);
    model.dispose();
    expect(after, 'tensors are left').toBe(before);
  }
}

/** Float32 adds up to some hundred products here. The GPU's own functions are coarser. */
const TOLERANCE = { cpu: 2e-5, wasm: 2e-5, webgpu: 2e-4 } as const;

/** Declares the tests of these cases on every backend. */
export async function checkGrid(title: string, cases: readonly GridCase[]): Promise<void> {
  const prepared = new Map<string, Prepared>();
  const preparedOf = (gridCase: GridCase) => {
    const found = prepared.get(gridCase.what) ?? new Prepared(gridCase);
    prepared.set(gridCase.what, found);
    return found;
  };
  describe.each(await availableBackends())(`${title} on %s`, (backend) => {
    beforeAll(async () => void (await openDevice(backend, await nodeDeviceEnvironment())));
    afterAll(() => tf.disposeVariables());

    const here = cases.filter(({ isOnWebGpu }) => backend !== 'webgpu' || isOnWebGpu || process.env.GRID === 'all');
    it.each(here.map((gridCase) => [gridCase.what, gridCase] as const))('%s', async (_what, gridCase) => {
      const { expected } = preparedOf(gridCase);
      const { output, shape, gradient } = await runCase(preparedOf(gridCase));
      expect(shape).toEqual([2, ...(expected.outputs[0]?.shape ?? [])]);
      const wanted = expected.outputs.flatMap(({ data }) => [...data]);
      expect(largestError(output, wanted), 'what it gives').toBeLessThan(TOLERANCE[backend]);
      expect(largestError(gradient, expected.gradient), 'its gradient').toBeLessThan(TOLERANCE[backend]);
    });
  });
}
