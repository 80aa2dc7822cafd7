import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { probabilities } from '../../explain/target.ts';
import '../layers/register-layers.ts';
import { openDevice } from '../backend/device.ts';
import { disposePass, forwardPass } from '../graph/graph-executor.ts';
import { buildLayerGraph, disposeGraph } from '../graph/layer-graph.ts';
import { availableBackends, nodeDeviceEnvironment } from '../node/node-device.ts';
import { linearOutput, type OutputEnd } from './linear-output.ts';

type Tensor = tfl.SymbolicTensor;

const UNITS = 4;
const INPUT = [2, 2, 3] as const;
const VALUES = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i * 1.7));

function apply(layer: tfl.layers.Layer, ...inputs: Tensor[]): Tensor {
  const [only] = inputs;
  return layer.apply(inputs.length === 1 && only ? only : inputs) as Tensor;
}

const { activation, dense, dropout, flatten, globalAveragePooling2d, reshape } = tfl.layers;

/** The scores' layer: its weights are the same wherever it is used. */
function scores(activationName: 'linear' | 'softmax' | 'sigmoid' | 'tanh' | 'relu', units = UNITS): tfl.layers.Layer {
  const kernelInitializer = tfl.initializers.randomNormal({ stddev: 1, seed: 3 });
  return dense({ units, activation: activationName, kernelInitializer, biasInitializer: tfl.initializers.randomNormal({ seed: 5 }) });
}

/** A nested model of its own input. */
function nested(shape: readonly number[], build: (input: Tensor) => Tensor): tfl.layers.Layer {
  const input = tfl.input({ shape: [...shape] });
  return tfl.model({ inputs: input, outputs: build(input) });
}

interface Outcome {
  readonly end: OutputEnd;
  readonly logits: Float32Array;
  /** What tf.js' own model gives. */
  readonly output: Float32Array;
}

/** @param build what stands after the flattened image */
async function outcomeOf(build: (features: Tensor) => Tensor): Promise<Outcome> {
  const input = tfl.input({ shape: [...INPUT] });
  const model = tfl.model({ inputs: input, outputs: build(apply(flatten(), input)) });
  const laidOut = buildLayerGraph(model);
  const { graph, end } = linearOutput(laidOut);
  const x = tf.tensor4d(VALUES, [1, ...INPUT]);
  const pass = await forwardPass(graph, x, []);
  const output = model.predict(x) as tf.Tensor;
  const outcome = { end, logits: Float32Array.from(await pass.logits.data()), output: Float32Array.from(await output.data()) };
  disposePass(pass);
  tf.dispose([x, output]);
  disposeGraph(graph);
  model.dispose();
  return outcome;
}

function furthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}

const grid = (units = UNITS) => reshape({ targetShape: [1, 1, units] });
const identity = () => activation({ activation: 'linear' });

/** What may stand after the activation without doing anything to probabilities. */
const AFTER: Readonly<Record<string, (shares: Tensor) => Tensor>> = {
  nothing: (x) => x,
  'Activation("linear")': (x) => apply(identity(), x),
  Dropout: (x) => apply(dropout({ rate: 0.5 }), x),
  'Reshape and Flatten, as in MobileNet': (x) => apply(flatten(), apply(grid(), x)),
  'all of them, twice': (x) => {
    const once = (from: Tensor) => apply(identity(), apply(dropout({ rate: 0.1 }), apply(reshape({ targetShape: [UNITS] }), from)));
    return once(once(x));
  },
  'a permutation of a grid of one cell': (x) => apply(flatten(), apply(tfl.layers.permute({ dims: [3, 1, 2] }), apply(grid(), x))),
  'pooling of a single cell': (x) => apply(globalAveragePooling2d({}), apply(grid(), x)),
  ReLU: (x) => apply(tfl.layers.reLU(), x),
  'ReLU6 and Activation("relu")': (x) => apply(activation({ activation: 'relu' }), apply(tfl.layers.reLU({ maxValue: 6 }), x)),
  'a clip that keeps logarithms finite': (x) =>
    apply(activation({ activation: { className: 'clipOf', config: { minimum: 1e-7, maximum: 1 - 1e-7 } } as unknown as 'relu' }), x),
  'a ReLU with settings': (x) =>
    apply(activation({ activation: { className: 'reluOf', config: { slope: 0.1, threshold: 0, maximum: 6 } } as unknown as 'relu' }), x),
  'a model of layers that do nothing': (x) =>
    apply(
      nested([UNITS], (inner) => apply(identity(), apply(dropout({ rate: 0.5 }), inner))),
      x,
    ),
};

const SHARES: Readonly<Record<string, (name: 'softmax' | 'sigmoid', features: Tensor) => Tensor>> = {
  'in the settings of the last layer': (name, x) => apply(scores(name), x),
  'as a layer of its own': (name, x) => apply(activation({ activation: name }), apply(scores('linear'), x)),
  'in a model inside the model': (name, x) =>
    apply(
      nested([12], (inner) => apply(scores(name), inner)),
      x,
    ),
  'after a temperature': (name, x) =>
    apply(activation({ activation: name }), apply(tfl.layers.rescaling({ scale: 0.5 }), apply(scores('linear'), x))),
  'after another one': (name, x) => apply(scores(name), apply(dense({ units: 5, activation: 'softmax' }), x)),
};

describe.each(await availableBackends())('the output’s activation on %s', (backend) => {
  beforeAll(async () => void (await openDevice(backend, await nodeDeviceEnvironment())));

  describe.each(['softmax', 'sigmoid'] as const)('%s', (name) => {
    it.each(Object.keys(SHARES).flatMap((where) => Object.keys(AFTER).map((after) => [where, after] as const)))(
      '%s, followed by %s, is taken off',
      async (where, after) => {
        const { end, logits, output } = await outcomeOf((x) => AFTER[after]?.(SHARES[where]?.(name, x) ?? x) ?? x);
        expect(end).toEqual({ kind: name });
        expect(furthest(probabilities(logits, name === 'softmax' ? 'softmax' : 'independent'), output)).toBeLessThan(1e-5);
        // Logits, and no probabilities that are taken for some.
        expect(Math.min(...logits)).toBeLessThan(0);
      },
    );
  });

  it('the logits are those of the layer before its activation', async () => {
    const linear = await outcomeOf((x) => apply(scores('linear'), x));
    expect(linear.end).toEqual({ kind: 'linear' });
    expect(furthest(linear.logits, linear.output)).toBe(0);
    for (const name of ['softmax', 'sigmoid'] as const)
      expect(furthest((await outcomeOf((x) => apply(scores(name), x))).logits, linear.output)).toBeLessThan(1e-5);
    const softmax = await outcomeOf((x) => apply(tfl.layers.softmax({ axis: -1 }), apply(scores('linear'), x)));
    expect(softmax.end).toEqual({ kind: 'softmax' });
    expect(furthest(softmax.logits, linear.output)).toBeLessThan(1e-6);
  });

  it('is taken off a convolution to one cell, as of a network without dense layers', async () => {
    const { end, logits, output } = await outcomeOf((x) =>
      apply(
        flatten(),
        apply(
          tfl.layers.conv2d({
            filters: UNITS,
            kernelSize: 2,
            activation: 'softmax',
            kernelInitializer: tfl.initializers.randomNormal({ seed: 2 }),
          }),
          apply(reshape({ targetShape: [...INPUT] }), x),
        ),
      ),
    );
    expect(end).toEqual({ kind: 'softmax' });
    expect(furthest(probabilities(logits, 'softmax'), output)).toBeLessThan(1e-5);
  });

  it('may be a softmax over all axes of a grid', async () => {
    const { end, logits, output } = await outcomeOf((x) =>
      apply(
        flatten(),
        apply(
          tfl.layers.softmax({ axis: [1, 2, 3] as unknown as number }),
          apply(reshape({ targetShape: [2, 1, 2] }), apply(scores('linear'), x)),
        ),
      ),
    );
    expect(end).toEqual({ kind: 'softmax' });
    expect(output).toHaveLength(UNITS);
    expect(furthest(logits, (await outcomeOf((x) => apply(scores('linear'), x))).output)).toBeLessThan(1e-6);
  });

  it('of a layer that is used twice is taken off its last call alone', async () => {
    const { end, logits, output } = await outcomeOf((x) => {
      const shared = dense({ units: 12, activation: 'softmax', kernelInitializer: tfl.initializers.randomNormal({ seed: 4 }) });
      return apply(shared, apply(shared, x));
    });
    expect(end).toEqual({ kind: 'softmax' });
    expect(furthest(probabilities(logits, 'softmax'), output)).toBeLessThan(1e-5);
  });

  it('that is the logarithm of a softmax is taken off too: the same softmax, and real logits', async () => {
    const { end, logits, output } = await outcomeOf((x) =>
      apply(activation({ activation: 'logSoftmax' as 'softmax' }), apply(scores('linear'), x)),
    );
    expect(end).toEqual({ kind: 'softmax' });
    expect(furthest(probabilities(logits, 'softmax').map(Math.log), output)).toBeLessThan(1e-5);
    expect(furthest(logits, (await outcomeOf((x) => apply(scores('linear'), x))).output)).toBeLessThan(1e-6);
  });
});

/** What cannot be undone, with what it is called: the network gives what it gave. */
const OTHERS: readonly (readonly [what: string, name: string, build: (features: Tensor) => Tensor])[] = [
  ['tanh', 'tanh', (x) => apply(scores('tanh'), x)],
  ['ReLU', 'relu', (x) => apply(scores('relu'), x)],
  ['a ReLU of its own after linear scores', 'ReLU', (x) => apply(tfl.layers.reLU(), apply(scores('linear'), x))],
  ['a ceiling below one', 'ReLU', (x) => apply(tfl.layers.reLU({ maxValue: 0.5 }), apply(scores('softmax'), x))],
  [
    'a softmax over groups of scores',
    'softmax',
    (x) => apply(flatten(), apply(tfl.layers.softmax({ axis: -1 }), apply(reshape({ targetShape: [2, 2] }), apply(scores('linear'), x)))),
  ],
  [
    'the mean of softmaxes over cells',
    'softmax',
    (x) =>
      apply(
        globalAveragePooling2d({}),
        apply(tfl.layers.conv2d({ filters: UNITS, kernelSize: 1, activation: 'softmax' }), apply(reshape({ targetShape: [...INPUT] }), x)),
      ),
  ],
  ['the mean of two networks', 'softmax', (x) => apply(tfl.layers.average(), apply(scores('softmax'), x), apply(scores('softmax'), x))],
  ['a softmax in percent', 'softmax', (x) => apply(tfl.layers.rescaling({ scale: 100 }), apply(scores('softmax'), x))],
  [
    'two sigmoids side by side',
    'sigmoid',
    (x) => apply(tfl.layers.concatenate(), apply(scores('sigmoid', 1), x), apply(scores('sigmoid', 2), x)),
  ],
];

describe('an output that cannot be undone', () => {
  beforeAll(async () => void (await openDevice('cpu', await nodeDeviceEnvironment())));

  it.each(OTHERS)('%s stays as it is, and is named', async (_what, name, build) => {
    const { end, logits, output } = await outcomeOf(build);
    expect(end).toEqual({ kind: 'other', name });
    expect(furthest(logits, output)).toBeLessThan(1e-6);
  });

  it('is none where a dense layer learnt from probabilities', async () => {
    const { end, logits, output } = await outcomeOf((x) => apply(scores('linear'), apply(scores('softmax', 12), x)));
    expect(end).toEqual({ kind: 'linear' });
    expect(furthest(logits, output)).toBeLessThan(1e-6);
  });

  it('is found in no time behind additions that double their paths', async () => {
    const { end } = await outcomeOf((x) => {
      let sum = apply(scores('softmax'), x);
      for (let i = 0; i < 60; i++) sum = apply(tfl.layers.add(), sum, sum);
      return sum;
    });
    expect(end).toEqual({ kind: 'other', name: 'softmax' });
  });
});
