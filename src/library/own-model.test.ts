import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { availableBackends, nodeDeviceEnvironment } from '../engine/node/node-device.ts';
import { engineWith, explain, testManifest } from '../engine/testing/test-engine.ts';
import { artifactsOf } from '../engine/testing/tiny-models.ts';
import { DEFAULT_SWEEP } from '../explain/input/input-settings.ts';
import { METHODS, methodOf } from '../explain/methods/list.ts';
import { explainModel, openLayersModel } from './index.ts';

const SIDE = 8;
const made: tfl.LayersModel[] = [];

afterEach(() => {
  for (const model of made.splice(0)) model.dispose();
});

/** A network as people have them: with biases, normalisation, dropout, and both kinds of pooling. */
function ownModel(activation: 'softmax' | 'sigmoid' | 'linear' = 'softmax', units = 3): tfl.Sequential {
  const seeded = (seed: number) => tfl.initializers.glorotNormal({ seed });
  const model = tfl.sequential();
  model.add(
    tfl.layers.conv2d({
      inputShape: [SIDE, SIDE, 3],
      name: 'first',
      filters: 4,
      kernelSize: 3,
      padding: 'same',
      kernelInitializer: seeded(1),
    }),
  );
  model.add(tfl.layers.batchNormalization({ name: 'bn', movingMeanInitializer: seeded(4), betaInitializer: seeded(5) }));
  model.add(tfl.layers.reLU({ name: 'relu' }));
  model.add(tfl.layers.maxPooling2d({ name: 'pool', poolSize: 2 }));
  model.add(tfl.layers.dropout({ rate: 0.5 }));
  model.add(
    tfl.layers.conv2d({ name: 'last', filters: 5, kernelSize: 3, padding: 'same', kernelInitializer: seeded(2), activation: 'relu' }),
  );
  model.add(tfl.layers.globalAveragePooling2d({}));
  model.add(tfl.layers.dense({ name: 'scores', units, activation, kernelInitializer: seeded(3) }));
  made.push(model);
  return model;
}

function image(): tf.Tensor4D {
  return tf.tensor4d(
    Float32Array.from({ length: SIDE * SIDE * 3 }, (_, i) => Math.sin(i * 7.77)),
    [1, SIDE, SIDE, 3],
  );
}

async function predicted(model: tfl.LayersModel, input: tf.Tensor): Promise<Float32Array> {
  const output = model.predict(input) as tf.Tensor;
  const values = Float32Array.from(await output.data());
  output.dispose();
  return values;
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}

/** Grad-CAM by its definition: gradients by tf.js' own, through the layers one after the other. */
async function gradCamByDefinition(model: tfl.Sequential, input: tf.Tensor4D, layer: string, classIndex: number): Promise<Float32Array> {
  const map = tf.tidy(() => {
    const cut = model.layers.findIndex(({ name }) => name === layer) + 1;
    const run = (layers: tfl.layers.Layer[], x: tf.Tensor) => layers.reduce((value, one) => one.apply(value) as tf.Tensor, x);
    const activation = run(model.layers.slice(0, cut), input) as tf.Tensor4D;
    const [kernel, bias] = model.getLayer('scores').getWeights() as [tf.Tensor2D, tf.Tensor1D];
    const logit = (x: tf.Tensor) => {
      const pooled = run(model.layers.slice(cut, -1), x) as tf.Tensor2D;
      return tf.sum(tf.mul(tf.add(tf.matMul(pooled, kernel), bias), tf.oneHot(tf.tensor1d([classIndex], 'int32'), kernel.shape[1])));
    };
    const gradient = tf.grad(logit)(activation);
    return tf.sum(tf.mul(activation, tf.mean(gradient, [1, 2], true)), -1);
  });
  const values = Float32Array.from(await map.data());
  map.dispose();
  return values;
}

describe.each(await availableBackends())('a model of one’s own on %s', (backend) => {
  beforeAll(async () => {
    const { gpu, wasmPaths } = await nodeDeviceEnvironment();
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(wasmPaths);
    if (gpu) await import('@tensorflow/tfjs-backend-webgpu');
    await import('@tensorflow/tfjs-backend-cpu');
    await tf.setBackend(backend);
    await tf.ready();
  });

  it('has the Grad-CAM of its definition, and stays as it was', async () => {
    const model = ownModel();
    const input = image();
    const before = await predicted(model, input);
    const expected = await gradCamByDefinition(model, input, 'last', 1);
    const gradients = [tf.Max, tf.AvgPool, tf.MaxPool, tf.Maximum, tf.Minimum].map((name) => tf.getGradient(name)?.gradFunc);
    const { numTensors } = tf.memory();

    const { map, layer, explained, prediction } = await explainModel(model, input, { layer: 'last', classIndex: 1 });
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(layer).toBe('last');
    expect([map.rows, map.columns]).toEqual([SIDE / 2, SIDE / 2]);
    const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largestDifference(map.values, expected)).toBeLessThan(1e-4 * Math.max(1, scale));
    expect(explained).toMatchObject({ index: 1, name: 'class 1' });
    for (const { index, probability } of prediction) expect(probability).toBeCloseTo(before[index] ?? Number.NaN, 4);

    expect([tf.Max, tf.AvgPool, tf.MaxPool, tf.Maximum, tf.Minimum].map((name) => tf.getGradient(name)?.gradFunc)).toEqual(gradients);
    const after = await predicted(model, input);
    expect(largestDifference(after, before)).toBe(0);
    input.dispose();
  });
});

describe('a model of one’s own', () => {
  beforeAll(async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    await tf.setBackend('cpu');
  });

  it('has the maps of every method that the same network has from a file, and leaves nothing behind', async () => {
    const model = ownModel();
    const artifacts = await artifactsOf(ownModel());
    made.pop();
    const pixels = {
      width: SIDE,
      height: SIDE,
      data: Uint8ClampedArray.from({ length: SIDE * SIDE * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 251)),
    };
    const plain = { channels: 'rgb', scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1], fit: 'stretched' } as const;
    const engine = await engineWith('cpu', artifacts, testManifest(SIDE, SIDE, { preprocessing: plain }));
    const rise = { count: 12, seed: 1 };
    const question = {
      image: { id: 'a', pixels },
      layer: 'last',
      classIndex: 2,
      score: 'logit',
      methods: METHODS.map(({ id }) => id),
      ablation: { ...DEFAULT_SWEEP, rise },
    } as const;
    const { results } = await explain(engine, question);
    engine.dispose();

    const values = Float32Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (pixels.data[Math.floor(i / 3) * 4 + (i % 3)] ?? 0) / 255);
    const input = tf.tensor3d(values, [SIDE, SIDE, 3]);
    const { numTensors } = tf.memory();
    const explainer = await openLayersModel(model);
    for (const result of results) {
      const method = methodOf(result.method).id;
      const { map } = await explainer.explain(input, { method, layer: 'last', classIndex: 2, rise });
      const score = { classIndex: 2, kind: 'logit', versus: null, reading: 'softmax' } as const;
      expect(largestDifference(map.values, methodOf(method).mapOf(result, score, null).map.values), method).toBeLessThan(1e-6);
    }
    explainer.close();
    expect(tf.memory().numTensors).toBe(numTensors);
    input.dispose();
  });

  it('has the choice of what Ablation-CAM’s channels become, which is as on the page at first', async () => {
    const model = ownModel();
    const input = image();
    const { map } = await explainModel(model, input, { method: 'ablation-cam', layer: 'first', classIndex: 0 });
    const [zeros, afterRelu] = [
      await explainModel(model, input, { method: 'ablation-cam', layer: 'first', classIndex: 0, channels: 0 }),
      await explainModel(model, input, { method: 'ablation-cam', layer: 'first', classIndex: 0, channels: 'after-relu' }),
    ];
    expect(largestDifference(map.values, afterRelu.map.values)).toBe(0);
    expect(largestDifference(map.values, zeros.map.values)).toBeGreaterThan(1e-3);
    // Where no ReLU comes next, there is but one.
    const last = await explainModel(model, input, { method: 'ablation-cam', layer: 'last', classIndex: 0 });
    const published = await explainModel(model, input, { method: 'ablation-cam', layer: 'last', classIndex: 0, channels: 0 });
    expect(largestDifference(last.map.values, published.map.values)).toBe(0);
    input.dispose();
  });

  it('is cancelled between two batches, and leaves nothing behind', async () => {
    const model = ownModel();
    const input = image();
    const { numTensors } = tf.memory();
    const stop = new AbortController();
    const running = explainModel(model, input, {
      method: 'fast-ablation-cam',
      layer: 'first',
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(running).rejects.toThrow('enough');
    expect(tf.memory().numTensors).toBe(numTensors);
    input.dispose();
  });

  it('is explained through a layer that somebody wrote', async () => {
    class Doubling extends tfl.layers.Layer {
      static readonly className = 'Doubling';
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        return tf.mul((Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor, 2);
      }
    }
    const input = image();
    const model = tfl.sequential();
    made.push(model);
    model.add(
      tfl.layers.conv2d({
        inputShape: [SIDE, SIDE, 3],
        name: 'first',
        filters: 4,
        kernelSize: 3,
        kernelInitializer: tfl.initializers.glorotNormal({ seed: 1 }),
      }),
    );
    model.add(new Doubling({}));
    model.add(tfl.layers.globalAveragePooling2d({}));
    model.add(
      tfl.layers.dense({ name: 'scores', units: 3, activation: 'softmax', kernelInitializer: tfl.initializers.glorotNormal({ seed: 3 }) }),
    );
    const { map } = await explainModel(model, input, { layer: 'first', classIndex: 0 });
    expect(largestDifference(map.values, await gradCamByDefinition(model, input, 'first', 0))).toBeLessThan(1e-5);
    input.dispose();
  });

  it('reads outputs as their activation says, or as it is told', async () => {
    const input = image();
    const [single] = await explainModel(ownModel('sigmoid', 1), input, { classNames: ['cat', 'dog'] }).then(({ prediction }) => prediction);
    expect(['cat', 'dog']).toContain(single?.name);
    const number = await explainModel(ownModel('linear', 1), input);
    expect(number.score?.kind).toBe('value');
    expect(number.prediction[0]?.probability).toBeNull();
    const told = await explainModel(ownModel('linear', 3), input, {
      reading: 'independent',
      score: 'probability',
      method: 'fast-ablation-cam',
    });
    expect(told.unit).toBe('drop in probability');
    const alike = explainModel(ownModel('linear', 3), input, { reading: 'independent', versus: 'look-alikes' });
    await expect(alike).rejects.toThrow('three or more classes that exclude each other');
    input.dispose();
  });

  it('is refused in one sentence where a map would be that of another network', async () => {
    const input = image();
    const model = tfl.sequential();
    made.push(model);
    model.add(
      tfl.layers.depthwiseConv2d({
        inputShape: [SIDE, SIDE, 3],
        kernelSize: 2,
        dilationRate: 2,
        depthwiseInitializer: tfl.initializers.glorotNormal({ seed: 1 }),
      }),
    );
    model.add(tfl.layers.globalAveragePooling2d({}));
    model.add(tfl.layers.dense({ units: 2, activation: 'softmax', kernelInitializer: tfl.initializers.glorotNormal({ seed: 3 }) }));
    const { numTensors } = tf.memory();
    await expect(explainModel(model, input)).rejects.toThrow(/predicts something else/);
    expect(tf.memory().numTensors).toBe(numTensors);
    input.dispose();
  });

  it.each([
    ['a layer that is not there', { layer: 'nowhere' }, /no layer nowhere\. Please choose .*last/],
    ['a layer without cells', { layer: 'scores' }, /scores cannot be explained: It has no cells/],
    ['a class that is not there', { classIndex: 3 }, /no class 3: the model has 3/],
    ['a method that is not there', { method: 'grad' as 'grad-cam' }, /no method “grad”/],
    ['half a window', { window: 1.5 }, /window is 1\.5/],
    ['a window of all cells', { window: 4 }, /window of 4 in steps of 1 leaves nothing to compare at the 4 × 4 cells of last/],
    ['a patch of all pixels', { method: 'occlusion', occlusion: { patch: 8 } }, /Patches of 8 leave nothing to compare in 8 × 8 pixels/],
    [
      'a ReLU that does not come next',
      { layer: 'last', value: 'after-relu' },
      /layer last and the next ReLU .*another value than after-relu/,
    ],
    ['another value for channels', { channels: 'mean' as 'after-relu' }, /channels is mean; please give 0 or after-relu/],
    ['a class held against itself', { classIndex: 1, versus: 1 }, /Class 1 cannot be held against itself/],
    ['names for other outputs', { classNames: ['a'] }, /1 class names were given for 3 outputs/],
    ['a reading that its end rules out', { reading: 'number' }, /cannot be read as “number”/],
    ['an output that is not there', { output: 1 }, /no output 1/],
  ] as const)('says what is wrong with %s', async (_, question, sentence) => {
    const model = ownModel();
    const input = image();
    const { numTensors } = tf.memory();
    await expect(explainModel(model, input, question)).rejects.toThrow(sentence);
    expect(tf.memory().numTensors).toBe(numTensors);
    input.dispose();
  });

  it('says what is wrong with an image, and with a model', async () => {
    const small = tf.zeros([1, 4, 4, 3]);
    await expect(explainModel(ownModel(), small)).rejects.toThrow('The image has the shape [1, 4, 4, 3], and the model takes [1, 8, 8, 3]');
    await expect(explainModel({ predict() {} } as unknown as tfl.LayersModel, small)).rejects.toThrow('npm ls @tensorflow/tfjs-layers');
    const open = tfl.sequential();
    made.push(open);
    open.add(tfl.layers.conv2d({ inputShape: [null, null, 3], filters: 1, kernelSize: 1 }));
    await expect(explainModel(open, small)).rejects.toThrow('[batch, any, any, 3]');
    small.dispose();
  });
});
