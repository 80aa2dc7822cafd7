/** A network whose layers are told to act as in training gives what the images of a batch make of each other. */
import { describe, expect, it } from 'vitest';
import { readModel } from '../read-model.ts';
import { kerasArchive } from '../testing/sound-models.ts';
import { inputOf, layerOf, type NetworkJson, networkAround, networkWith, tensorOf } from '../testing/sound-network.ts';

async function open(network: NetworkJson) {
  return readModel([{ name: 'network.keras', bytes: await kerasArchive(JSON.stringify(network)) }]);
}

const ASKED = 'is called with training=True, so that it normalises by the images that it happens to be given together';

function normalised(call: unknown, settings: Record<string, unknown> = {}): NetworkJson {
  return networkWith((_, layer) => {
    layer('norm').inbound_nodes = [call];
    Object.assign(layer('norm').config, settings);
  });
}

/** Of Keras 3 and 2, by name and in order. */
const CALLS = {
  'by name': (training: unknown) => ({ args: [tensorOf('conv')], kwargs: { training } }),
  'in order': (training: unknown) => ({ args: [tensorOf('conv'), training], kwargs: {} }),
  'as Keras 2 does': (training: unknown) => [['conv', 0, 0, { training }]],
};

describe('a normalisation that is told how to act', () => {
  it.each(Object.entries(CALLS))('%s: as in training is refused', async (_, call) => {
    await expect(open(normalised(call(true)))).rejects.toThrow(`In network.keras the layer norm ${ASKED}`);
  });

  it('by the number that stands for it is refused too', async () => {
    await expect(open(normalised(CALLS['as Keras 2 does'](1)))).rejects.toThrow(ASKED);
  });

  it.each(Object.entries(CALLS))('%s: as outside of training, or not at all, is read', async (_, call) => {
    for (const training of [false, null]) await expect(open(normalised(call(training)))).resolves.toBeDefined();
  });

  it('is read where it is not trained, as it keeps its statistics then', async () => {
    await expect(open(normalised(CALLS['by name'](true), { trainable: false }))).resolves.toBeDefined();
  });
});

describe('other layers that are told so', () => {
  const SAID = 'told to act as in training, and would give other scores every time';

  it.each(Object.entries(CALLS))('%s: drop-out does nothing here, and it is said', async (_, call) => {
    const dropout = layerOf('Dropout', 'drop', { rate: 0.5 }, 'norm');
    for (const [training, isSaid] of [
      [true, true],
      [false, false],
      [null, false],
    ] as const) {
      dropout.inbound_nodes = [JSON.parse(JSON.stringify(call(training)).replaceAll('"conv"', '"norm"'))];
      const { remark } = await open(networkAround(dropout));
      expect(remark.includes(`In network.keras drop is ${SAID}: here it does nothing.`)).toBe(isSaid);
    }
  });

  it('are named as the model that they are in, where that is told so', async () => {
    const inner = [inputOf('in', [null, 12, 12, 4]), layerOf('SpatialDropout2D', 'deep', { rate: 0.5 }, 'in')];
    const model = {
      ...layerOf('Functional', 'base', { layers: inner, input_layers: [['in', 0, 0]], output_layers: [['deep', 0, 0]] }),
      inbound_nodes: [{ args: [tensorOf('norm')], kwargs: { training: true } }],
    };
    expect((await open(networkAround(model))).remark).toContain(`base is ${SAID}`);
  });

  it('have nothing said of them where chance has no part in them', async () => {
    const same = layerOf('Activation', 'same', { activation: 'relu' }, 'norm');
    same.inbound_nodes = [{ args: [tensorOf('norm')], kwargs: { training: true } }];
    expect((await open(networkAround(same))).remark).not.toContain(SAID);
  });

  it('are refused where they are models with a normalisation inside', async () => {
    const inner = [inputOf('in', [null, 12, 12, 4]), layerOf('BatchNormalization', 'deep', { scale: false, center: false }, 'in')];
    const model = {
      ...layerOf('Functional', 'base', { layers: inner, input_layers: [['in', 0, 0]], output_layers: [['deep', 0, 0]] }),
      inbound_nodes: [{ args: [tensorOf('norm')], kwargs: { training: true } }],
    };
    await expect(open(networkAround(model))).rejects.toThrow(`the layer base ${ASKED}`);
  });

  it('are refused where they are given a tensor by name, as Keras 2 writes it', async () => {
    const softmax = layerOf('Softmax', 'shares', { axis: -1 }, 'norm');
    softmax.inbound_nodes = [[['norm', 0, 0, { mask: ['conv', 0, 0] }]]];
    await expect(open(networkAround(softmax))).rejects.toThrow('the layer shares is called with a further tensor (mask)');
  });
});
