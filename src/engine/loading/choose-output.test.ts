/** Which output of a network of several is explained: from the file to the numbers. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { readModel } from '../../formats/read-model.ts';
import { kerasH5 } from '../../formats/testing/sound-models.ts';
import {
  type LayerJson,
  layerOf,
  type NetworkJson,
  networkWith,
  tensorOf,
  WEIGHTS,
  type WeightOf,
} from '../../formats/testing/sound-network.ts';
import { openDevice } from '../backend/device.ts';
import { disposePass, forwardPass } from '../graph/graph-executor.ts';
import { nodeDeviceEnvironment } from '../node/node-device.ts';
import { type LoadedModel, loadModel } from './loaded-model.ts';

const AGE: readonly WeightOf[] = [
  { layer: 'age', own: 'kernel', shape: [4, 1] },
  { layer: 'age', own: 'bias', shape: [1] },
];

const PLACES: readonly WeightOf[] = [
  { layer: 'place', own: 'kernel', shape: [4, 4] },
  { layer: 'place', own: 'bias', shape: [4] },
];

/** The sound network with more that branches off its pooling, and these outputs; Keras writes no layer that leads to none. */
function branching(outputs: unknown, ...more: LayerJson[]): NetworkJson {
  return networkWith(({ config }) => {
    if (!hasScores(outputs)) config.layers = config.layers.filter(({ name }) => name !== 'scores');
    config.layers.push(...more);
    config.output_layers = outputs;
  });
}

function hasScores(outputs: unknown): boolean {
  return JSON.stringify(outputs).includes('"scores"');
}

const age = layerOf('Dense', 'age', { units: 1, activation: 'linear', use_bias: true }, 'pool');
const place = layerOf('Dense', 'place', { units: 4, activation: 'linear', use_bias: true }, 'pool');

async function open(network: NetworkJson, weights: readonly WeightOf[], output: number | null = null): Promise<LoadedModel> {
  const own = WEIGHTS.filter(({ layer }) => layer !== 'scores' || hasScores(network.config.output_layers));
  const bytes = await kerasH5(JSON.stringify(network), [...own, ...weights]);
  return loadModel('given', await readModel([{ name: 'heads.h5', bytes }]), null, output);
}

/** What the network gives for an image of its own. */
async function logitsOf({ graph, info }: LoadedModel): Promise<number[]> {
  const { width, height } = info.input;
  const x = tf.tensor4d(
    Float32Array.from({ length: width * height * 3 }, (_, i) => Math.sin(i)),
    [1, height, width, 3],
  );
  const pass = await forwardPass(graph, x, []);
  const logits = [...(await pass.logits.data())];
  disposePass(pass);
  x.dispose();
  return logits;
}

const THREE = [
  ['conv', 0, 0],
  ['age', 0, 0],
  ['place', 0, 0],
  ['scores', 0, 0],
];

describe('a network of several outputs', () => {
  beforeAll(async () => void (await openDevice('cpu', await nodeDeviceEnvironment())));

  it('is explained by its first classifier, and says so; maps are no choice', async () => {
    const model = await open(branching(THREE, age, place), [...AGE, ...PLACES]);
    expect(model.info).toMatchObject({ output: 3, units: 3, reading: 'softmax' });
    expect(model.info.outputs).toEqual([
      { index: 1, name: 'age', units: 1 },
      { index: 2, name: 'place', units: 4 },
      { index: 3, name: 'scores', units: 3 },
    ]);
    expect(model.info.remark).toMatch(
      /heads\.h5 has 4 outputs, of which “scores” is explained; under Network input another can be chosen\./,
    );
    model.dispose();
  });

  it('is explained by the one that was chosen, with nothing of the others run, or listed', async () => {
    const before = tf.memory().numTensors;
    const chosen = await open(branching(THREE, age, place), [...AGE, ...PLACES], 1);
    expect(chosen.info).toMatchObject({ output: 1, units: 1, reading: 'number' });
    expect(chosen.info.remark).not.toContain('4 outputs');
    expect(chosen.info.layers.slice(1).map(({ name }) => name)).toEqual(['conv', 'norm', 'pool', 'age']);
    const alone = await open(branching([['age', 0, 0]], age), AGE);
    expect(await logitsOf(chosen)).toEqual(await logitsOf(alone));
    const randomised = await chosen.withWeights((_layer, _weight, values) => values.map((value) => value * 2));
    expect(randomised.graph.nodes.at(-1)?.name).toBe('age');
    for (const model of [randomised, chosen, alone]) model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('prefers several scores to one, and takes one where there is nothing else', async () => {
    const linear = await open(
      branching(
        [
          ['age', 0, 0],
          ['place', 0, 0],
        ],
        age,
        place,
      ),
      [...AGE, ...PLACES],
    );
    expect(linear.info.output).toBe(1);
    const single = await open(
      branching(
        [
          ['conv', 0, 0],
          ['age', 0, 0],
        ],
        age,
      ),
      AGE,
    );
    expect(single.info).toMatchObject({ output: 1, units: 1 });
    expect(single.info.remark).toContain('the others are no vectors of scores');
    for (const model of [linear, single]) model.dispose();
  });

  it('may name its outputs, as Keras 3 writes a dictionary', async () => {
    const model = await open(branching({ years: ['age', 0, 0], kind: ['scores', 0, 0] }, age), AGE);
    expect(model.info).toMatchObject({ output: 1, units: 3 });
    model.dispose();
  });

  it('may have them inside a model inside it', async () => {
    const inner = {
      layers: [
        layerOf('InputLayer', 'in', { batch_shape: [null, 4] }),
        { ...age, inbound_nodes: call('in') },
        { ...place, inbound_nodes: call('in') },
      ],
      input_layers: [['in', 0, 0]],
      output_layers: [
        ['age', 0, 0],
        ['place', 0, 0],
      ],
    };
    const heads = layerOf('Functional', 'heads', inner, 'pool');
    const network = branching(
      [
        ['heads', 0, 0],
        ['heads', 0, 1],
      ],
      heads,
    );
    const model = await open(network, [...AGE, ...PLACES]);
    expect(model.info).toMatchObject({ output: 1, units: 4 });
    expect(model.info.layers.slice(1).map(({ name }) => name)).toEqual(['conv', 'norm', 'pool', 'heads/place']);
    const flat = await open(branching([['place', 0, 0]], place), PLACES);
    expect(await logitsOf(model)).toEqual(await logitsOf(flat));
    for (const each of [model, flat]) each.dispose();
  });

  it('may leave its scores as a grid of one cell', async () => {
    const network = networkWith(({ config }, find) => {
      config.layers = config.layers.filter(({ name }) => name !== 'scores');
      Object.assign(find('pool').config, { keepdims: true });
      config.layers.push(layerOf('Softmax', 'softmax', { axis: -1 }, 'pool'));
      config.output_layers = [['softmax', 0, 0]];
    });
    const weights = WEIGHTS.filter(({ layer }) => layer !== 'scores');
    const read = await readModel([{ name: 'grid.h5', bytes: await kerasH5(JSON.stringify(network), weights) }]);
    const model = await loadModel('grid', read, null);
    expect(model.info).toMatchObject({ units: 4, reading: 'softmax' });
    expect(await logitsOf(model)).toHaveLength(4);
    model.dispose();
  });
});

function call(name: string): object[] {
  return [{ args: [tensorOf(name)], kwargs: {} }];
}
