/** Weights that are no plain floats, and files whose numbers mean something else. */
import type { Group } from 'h5wasm';
import { describe, expect, it } from 'vitest';
import { readModel } from '../read-model.ts';
import { kerasArchive, kerasH5, numberedWeights } from '../testing/sound-models.ts';
import { soundNetwork, WEIGHTS } from '../testing/sound-network.ts';

const NETWORK = JSON.stringify(soundNetwork());

async function opened(name: string, bytes: Uint8Array) {
  return readModel([{ name, bytes: Uint8Array.from(bytes) }]);
}

const OTHERS = WEIGHTS.filter(({ layer }) => layer !== 'scores');
const WHOLE = { data: new Int8Array(12).fill(7), shape: [4, 3], dtype: '<b' };

describe('weights of whole numbers', () => {
  it('of a layer that changes images at random are its state, and left out', async () => {
    const bytes = await kerasH5(NETWORK, WEIGHTS, (file) => {
      const layer = file.get('model_weights/image') as Group;
      layer.delete_attribute('weight_names');
      layer.create_attribute('weight_names', ['Variable:0']);
      layer.create_dataset({ name: 'Variable:0', data: BigInt64Array.of(1n, 2n, 3n), shape: [3], dtype: '<q' });
    });
    const { artifacts } = await opened('augmented.h5', bytes);
    expect(artifacts.weights.map(({ name }) => name)).toEqual(WEIGHTS.map(({ layer, own }) => `${layer}/${own}`));
  });

  it('of a quantised network are refused as such, in both layouts', async () => {
    const layered = await kerasH5(NETWORK, OTHERS, (file) => {
      const root = file.get('model_weights') as Group;
      root.delete_attribute('layer_names');
      root.create_attribute('layer_names', ['conv', 'norm', 'scores']);
      root.create_group('scores').create_attribute('weight_names', ['scores/kernel']);
      root.create_group('scores/scores').create_dataset({ name: 'kernel', ...WHOLE });
    });
    const numbered = await numberedWeights(OTHERS, (file) => {
      file.create_group('layers/dense');
      file.create_group('layers/dense/vars').create_dataset({ name: '0', ...WHOLE });
    });
    for (const bytes of [layered, await kerasArchive(NETWORK, numbered)])
      await expect(opened('quantised', bytes)).rejects.toThrow(
        'In quantised the weight scores/kernel is stored as whole numbers, as model.quantize() leaves them, which are not read here; please save the model from before that.',
      );
  });
});

describe('weights of Theano', () => {
  it('are refused, as its convolutions turn their kernels around', async () => {
    const bytes = await kerasH5(NETWORK, WEIGHTS, (file) => (file.get('model_weights') as Group).create_attribute('backend', 'theano'));
    await expect(opened('old.h5', bytes)).rejects.toThrow('The weights in old.h5 are of Theano, which turns kernels around');
  });

  it('are told from those of TensorFlow', async () => {
    const bytes = await kerasH5(NETWORK, WEIGHTS, (file) => file.create_attribute('backend', 'tensorflow'));
    await expect(opened('new.h5', bytes)).resolves.toBeDefined();
  });
});
