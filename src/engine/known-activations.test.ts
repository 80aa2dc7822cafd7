/** Every activation that is read can be built, under the name that its rule gives it. */
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { KNOWN_ACTIVATIONS } from '../formats/layers/activation-rules.ts';
import { readModel } from '../formats/read-model.ts';
import { layersModel } from '../formats/testing/sound-models.ts';
import { layerOf, networkAround, WEIGHTS } from '../formats/testing/sound-network.ts';
import { loadModel } from './loading/loaded-model.ts';

describe('a network with the activation', () => {
  it.each(KNOWN_ACTIVATIONS)('%s can be built, as a layer and in one', async (activation) => {
    const network = networkAround(
      layerOf('Activation', 'alone', { activation }, 'norm'),
      layerOf('Conv2D', 'inside', { filters: 4, kernel_size: [1, 1], activation, use_bias: false }, 'alone'),
    );
    const read = await readModel(layersModel(network, [...WEIGHTS, { layer: 'inside', own: 'kernel', shape: [1, 1, 4, 4] }]));
    const model = await loadModel('test', read, null);
    expect(model.info.layers.map(({ name }) => name)).toContain('alone');
    model.dispose();
  });
});
