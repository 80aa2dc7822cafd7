import { describe, expect, it } from 'vitest';
import { asObject, objectsIn } from '../json.ts';
import { readModel } from '../read-model.ts';
import { hdf5File, kerasArchive, putDataset } from '../testing/sound-models.ts';
import { layerOf, networkAround, soundNetwork, WEIGHTS } from '../testing/sound-network.ts';
import { HARD_SIGMOID_OF_KERAS_3, kerasTopology } from './keras-config.ts';

function activationIn(text: string, version: string | null): unknown {
  const { config } = kerasTopology('network.h5', text, version);
  return asObject(objectsIn(config.layers).find(({ name }) => name === 'gate')?.config)?.activation;
}

describe('Keras’ configurations', () => {
  const network = networkAround(layerOf('Activation', 'gate', { activation: 'hard_sigmoid' }, 'norm'));
  const text = JSON.stringify(network);
  /** As in an `.h5` file, where layers do not name their module. */
  const plain = JSON.stringify(network, (key, value: unknown) => (key === 'module' ? undefined : value));

  it('mean another hard sigmoid since Keras 3, whichever way they are written', () => {
    for (const version of ['3.0.0', '3.15.1'])
      for (const written of [text, plain]) expect(activationIn(written, version)).toBe(HARD_SIGMOID_OF_KERAS_3);
    for (const version of ['2.4.0', '2.15.0'])
      for (const written of [text, plain]) expect(activationIn(written, version)).toBe('hard_sigmoid');
  });

  it('are taken for Keras 3’s where they name modules and no version', () => {
    expect(activationIn(text, null)).toBe(HARD_SIGMOID_OF_KERAS_3);
    expect(activationIn(plain, null)).toBe('hard_sigmoid');
  });
});

describe('a network of Keras 1', () => {
  const layers = [{ class_name: 'Convolution2D', config: { name: 'first', nb_filter: 6, nb_row: 3, nb_col: 3, dim_ordering: 'tf' } }];
  const text = JSON.stringify({ class_name: 'Sequential', config: layers });

  it.each(['1.2.2', '0.3.3', null])('is refused as such: version %s', (version) => {
    expect(() => kerasTopology('old.h5', text, version)).toThrow(
      'The model in old.h5 is of Keras 1, which wrote networks down otherwise; please load it with Keras 2 (2.0 to 2.3), and save it from there.',
    );
  });
});

describe('Keras’ weights', () => {
  it('are found where the first versions of the archive have them', async () => {
    const groups: Readonly<Record<string, string>> = { conv: 'conv2d', norm: 'batch_normalization', scores: 'dense' };
    const counts = new Map<string, number>();
    const weights = await hdf5File((file) => {
      for (const { layer, shape } of WEIGHTS) {
        const number = counts.get(layer) ?? 0;
        counts.set(layer, number + 1);
        putDataset(file, `_layer_checkpoint_dependencies/${groups[layer]}/vars/${number}`, shape);
      }
    });
    const old = await readModel([{ name: 'old.keras', bytes: await kerasArchive(JSON.stringify(soundNetwork()), weights) }]);
    const recent = await readModel([{ name: 'new.keras', bytes: await kerasArchive() }]);
    expect(old.artifacts.weights).toEqual(recent.artifacts.weights);
    expect(new Float32Array(old.artifacts.data)).toEqual(new Float32Array(recent.artifacts.data));
  });

  it('of these are those of their order, as layers with weights were counted twice', async () => {
    const network = networkAround(layerOf('Conv2D', 'second', { filters: 5, kernel_size: [1, 1], use_bias: true }, 'norm'));
    const groups = { conv: 'conv2d', second: 'conv2d_2', norm: 'batch_normalization', scores: 'dense' };
    const shapes = { conv: [[3, 3, 3, 4], [4]], second: [[1, 1, 4, 5], [5]], norm: [[4], [4], [4], [4]], scores: [[5, 3], [3]] };
    const weights = await hdf5File((file) => {
      for (const [layer, group] of Object.entries(groups))
        for (const [i, shape] of shapes[layer as keyof typeof shapes].entries())
          putDataset(file, `_layer_checkpoint_dependencies/${group}/vars/${i}`, shape);
    });
    const { artifacts } = await readModel([{ name: 'old.keras', bytes: await kerasArchive(JSON.stringify(network), weights) }]);
    expect(artifacts.weights.map(({ name, shape }) => [name, shape])).toEqual(
      expect.arrayContaining([
        ['conv/kernel', [3, 3, 3, 4]],
        ['second/kernel', [1, 1, 4, 5]],
        ['second/bias', [5]],
      ]),
    );
  });
});
