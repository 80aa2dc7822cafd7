/** Only where it is from says what a class computes: one of somebody’s own may be called as one of Keras’. */
import { describe, expect, it } from 'vitest';
import { objectsIn } from '../json.ts';
import { readModel } from '../read-model.ts';
import { kerasArchive } from '../testing/sound-models.ts';
import { layerOf, type NetworkJson, networkAround, networkWith } from '../testing/sound-network.ts';

async function open(network: NetworkJson) {
  return readModel([{ name: 'network.keras', bytes: await kerasArchive(JSON.stringify(network)) }]);
}

function own(kind: string, settings: Record<string, unknown>, from: Readonly<Record<string, string | null>>): NetworkJson {
  return networkAround(Object.assign(layerOf(kind, 'middle', settings, 'norm'), from));
}

function activated(activation: unknown): NetworkJson {
  return networkWith((_, find) => {
    find('conv').config.activation = activation;
  });
}

describe('a class of somebody’s own in a file of Keras 3', () => {
  it.each(['Dropout', 'Identity', 'UnitNormalization', 'ReLU', 'Softmax', 'RandomFlip', 'ZeroPadding2D'])(
    'that is called %s is refused with where it is from',
    async (kind) => {
      for (const module of ['__main__', 'my_layers.keras', 'kerasy.layers'])
        await expect(open(own(kind, { rate: 0.5 }, { module, registered_name: kind }))).rejects.toThrow(
          `In network.keras the layer middle is of the kind ${module}>${kind}, which cannot be run here`,
        );
      for (const module of ['__main__', null])
        await expect(open(own(kind, { rate: 0.5 }, { module, registered_name: `Custom>${kind}` }))).rejects.toThrow(
          `is of the kind Custom>${kind}, which cannot be run here`,
        );
    },
  );

  it.each([
    'keras.layers',
    'keras.src.layers.regularization.dropout',
    'keras_core.layers',
    'tf_keras.src.layers',
    'tensorflow.keras.layers',
  ])('is none where it is from %s', async (module) => {
    await expect(open(own('Dropout', { rate: 0.5 }, { module, registered_name: 'Dropout' }))).resolves.toMatchObject({
      fileName: 'network.keras',
    });
  });

  it.each(['FixedDropout', 'StochasticDepth'])('is read wherever it is from as %s, of which there are only copies', async (kind) => {
    const { artifacts } = await open(
      own(kind, { rate: 0.2, drop_path_rate: 0.2 }, { module: '__main__', registered_name: `Custom>${kind}` }),
    );
    expect(objectsIn(artifacts.topology.config.layers).map(({ name }) => name)).toContain('middle');
  });

  it('is refused as an activation, whether it is a function or a layer', async () => {
    const swish = { module: '__main__', class_name: 'function', config: 'swish', registered_name: 'swish' };
    await expect(open(activated(swish))).rejects.toThrow('the layer conv has the activation __main__>swish, which cannot be run here');
    const leaky = { module: 'mine', class_name: 'LeakyReLU', config: { negative_slope: 0.2 }, registered_name: 'LeakyReLU' };
    await expect(open(activated(leaky))).rejects.toThrow('the layer conv has the activation mine>LeakyReLU, which cannot be run here');
  });

  it('is none as a function of TensorFlow, which says no module', async () => {
    const relu = { module: 'builtins', class_name: 'function', config: 'relu', registered_name: 'function' };
    const { artifacts } = await open(activated(relu));
    const layers = objectsIn(artifacts.topology.config.layers);
    expect(layers.find(({ name }) => name === 'conv')?.config).toMatchObject({ activation: 'relu' });
  });
});
