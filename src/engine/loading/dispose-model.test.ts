/** A model that is given up leaves no weight behind, however its layers are used. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import type { ModelArtifacts } from '../../formats/network/artifacts.ts';
import { type ReadModel, readModel } from '../../formats/read-model.ts';
import { layersModel } from '../../formats/testing/sound-models.ts';
import { layerOf, networkWith, WEIGHTS } from '../../formats/testing/sound-network.ts';
import { asRead, testManifest } from '../testing/test-engine.ts';
import { artifactsOf } from '../testing/tiny-models.ts';
import { loadModel } from './loaded-model.ts';

const ROWS = 5;
const COLUMNS = 4;

type Tensor = tfl.SymbolicTensor;

/** A network that goes on from three channels with three channels. */
function networkAround(middle: (x: Tensor) => Tensor): Promise<ModelArtifacts> {
  const input = tfl.input({ shape: [ROWS, COLUMNS, 3] });
  const pooled = tfl.layers.globalAveragePooling2d({ name: 'pool' }).apply(middle(input));
  return artifactsOf(tfl.model({ inputs: input, outputs: tfl.layers.dense({ name: 'scores', units: 2 }).apply(pooled) as Tensor }));
}

function convolution(name: string): tfl.layers.Layer {
  return tfl.layers.conv2d({ name, filters: 3, kernelSize: 3, padding: 'same' });
}

function innerModel(): tfl.LayersModel {
  const input = tfl.input({ shape: [ROWS, COLUMNS, 3] });
  return tfl.model({ name: 'inner', inputs: input, outputs: convolution('inside').apply(input) as Tensor });
}

const NETWORKS: Readonly<Record<string, () => Promise<ModelArtifacts>>> = {
  'a layer that is called once': () => networkAround((x) => convolution('conv').apply(x) as Tensor),
  'a layer that is called twice': () => {
    const shared = convolution('shared');
    return networkAround((x) => shared.apply(shared.apply(x)) as Tensor);
  },
  'a model inside': () => networkAround((x) => innerModel().apply(x) as Tensor),
  'a model inside that is called twice': () => {
    const inner = innerModel();
    return networkAround((x) => inner.apply(inner.apply(x)) as Tensor);
  },
};

/** One that ends in a convolution whose filters are held apart, with its activation, which is taken off. */
async function withGroupedHead(): Promise<ReadModel> {
  const network = networkWith(({ config }) => {
    config.layers.splice(
      3,
      2,
      layerOf('GlobalAveragePooling2D', 'pool', { keepdims: true }, 'norm'),
      layerOf('Conv2D', 'head', { filters: 4, kernel_size: [1, 1], groups: 2, activation: 'softmax', use_bias: false }, 'pool'),
      layerOf('Flatten', 'scores', {}, 'head'),
    );
  });
  const weights = WEIGHTS.filter(({ layer }) => layer !== 'scores');
  return readModel(layersModel(network, [...weights, { layer: 'head', own: 'kernel', shape: [1, 1, 2, 4] }]));
}

describe('a network that ends in a convolution of groups', () => {
  it('leaves nothing behind', async () => {
    const read = await withGroupedHead();
    const before = tf.memory().numTensors;
    const model = await loadModel('test', read, null);
    expect(model.info.reading).toBe('softmax');
    const other = await model.withWeights((_layer, _weight, values) => values);
    other.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('a network with', () => {
  it.each(Object.entries(NETWORKS))('%s leaves nothing behind', async (_what, network) => {
    const before = tf.memory().numTensors;
    const artifacts = await network();
    expect(tf.memory().numTensors).toBe(before);
    const model = await loadModel('test', asRead(artifacts, testManifest(ROWS, COLUMNS)), null);
    const other = await model.withWeights((_layer, _weight, values) => values);
    expect(tf.memory().numTensors).toBeGreaterThan(before);
    other.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
