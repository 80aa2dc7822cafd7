import { describe, expect, it } from 'vitest';
import { namedInputSize } from './network/input-shape.ts';
import { readModel } from './read-model.ts';
import { kerasFile } from './testing/keras-fixtures.ts';
import { savedModel } from './testing/sound-checkpoints.ts';
import { hdf5File, kerasArchive, kerasH5, numberedWeights, putDataset, utf8 } from './testing/sound-models.ts';
import { inputOf, soundNetwork, WEIGHTS } from './testing/sound-network.ts';
import { expectSound, given, refusal } from './testing/sound-reading.ts';
import { denseNetTensors, safetensorsWith } from './testing/sound-safetensors.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const NETWORK = utf8(JSON.stringify({ ...soundNetwork(), keras_version: '3.15.0' }));

/** Weights alone, in the older layout. */
function layeredWeights(rename = (layer: string) => layer): Promise<Bytes> {
  return hdf5File((file) => {
    const layers = [...new Set(WEIGHTS.map(({ layer }) => layer))];
    file.create_attribute('layer_names', ['image', ...layers.map(rename)]);
    file.create_group('image').create_attribute('weight_names', []);
    for (const layer of layers) {
      const own = WEIGHTS.filter((weight) => weight.layer === layer);
      file.create_group(rename(layer)).create_attribute(
        'weight_names',
        own.map((weight) => `${rename(layer)}/${weight.own}:0`),
      );
      for (const weight of own) putDataset(file, `${rename(layer)}/${rename(layer)}/${weight.own}:0`, weight.shape);
    }
  });
}

describe('a network and its weights in two files', () => {
  it.each([
    ['Keras 2’s layout', async () => ({ 'fer.h5': await layeredWeights() })],
    ['Keras 3’s layout', async () => ({ 'fer.weights.h5': await numberedWeights() })],
    ['a name that says nothing', async () => ({ weights: await numberedWeights() })],
  ])('are one model, with weights in %s, in either order', async (_what, weights) => {
    const read = await expectSound([...given({ 'fer.json': NETWORK }), ...given(await weights())]);
    expect(read.manifest.title).toBe('fer');
    await expectSound([...given(await weights()), ...given({ 'fer.json': NETWORK })]);
  });

  it('are one by their order where the layers are called as in another session', async () => {
    const renamed: Readonly<Record<string, string>> = { conv: 'conv2d_4', norm: 'batch_normalization_4', scores: 'dense_9' };
    await expectSound(given({ 'fer.json': NETWORK, 'fer.h5': await layeredWeights((layer) => renamed[layer] ?? layer) }));
  });

  it('are one where the JSON was put into JSON once more', async () => {
    const text = utf8(JSON.stringify(new TextDecoder().decode(NETWORK)));
    await expectSound(given({ 'fer.json': text, 'fer.h5': await layeredWeights() }));
  });

  it('are what is in a .keras archive, unpacked', async () => {
    const metadata = utf8('{"keras_version": "3.15.0", "date_saved": "2024-01-01@00:00:00"}');
    const parts = { 'config.json': utf8(JSON.stringify(soundNetwork())), 'metadata.json': metadata };
    await expectSound(given({ ...parts, 'model.weights.h5': await numberedWeights() }));
  });

  it.each([
    ['a whole model', async () => given({ 'fer.json': NETWORK, 'whole.h5': await kerasH5() }), 'whole'],
    ['a .keras', async () => given({ 'fer.json': NETWORK, 'whole.keras': await kerasArchive() }), 'whole'],
  ])('%s needs no JSON beside it', async (_what, files, title) => {
    const read = await expectSound(await files());
    expect(read.manifest.title).toBe(title);
    expect(read.remark).toMatch(/^The file fer\.json was not needed, because whole\.(h5|keras) holds its own network\./);
  });

  it.each([
    ['the network alone', async () => given({ 'fer.json': NETWORK }), 'The file fer\\.json describes a network without its weights'],
    ['the weights alone', async () => given({ 'fer.h5': await layeredWeights() }), 'The file fer\\.h5 holds weights without a network'],
    [
      'the weights alone, in the newer layout',
      async () => given({ 'fer.weights.h5': await numberedWeights() }),
      'The file fer\\.weights\\.h5 holds weights without a network',
    ],
  ])('%s waits, and says for what', async (_what, files, sentence) => {
    await expect(readModel(await files())).rejects.toMatchObject(refusal('model-file-missing', sentence, 'please give'));
  });

  it('of two networks none is taken', async () => {
    const files = given({ 'a.json': NETWORK, 'b.json': NETWORK, 'w.h5': await layeredWeights() });
    await expect(readModel(files)).rejects.toMatchObject(refusal('model-unsupported', 'The files a\\.json and b\\.json are two models'));
  });

  it('that do not belong together are refused', async () => {
    const other = await numberedWeights(WEIGHTS.slice(0, 2));
    await expect(readModel(given({ 'fer.json': NETWORK, 'w.weights.h5': other }))).rejects.toMatchObject(
      refusal('model-file-broken', 'In w\\.weights\\.h5 the weight norm/gamma is missing'),
    );
  });
});

describe('JSON of something else beside a model', () => {
  const history = utf8('{"loss": [0.9, 0.4], "accuracy": [0.5, 0.8]}');

  it.each([
    [
      'weights that are known',
      async () => given({ 'w.safetensors': safetensorsWith(denseNetTensors()), 'config.json': utf8('{"lr": 0.1}') }),
    ],
    ['a whole model', async () => given({ 'history.json': history, 'whole.h5': await kerasH5() })],
    ['a checkpoint with its network', async () => [...given({ 'history.json': history }), ...savedModel()]],
  ])('is left out, and it is said: %s', async (_what, files) => {
    const { remark } = await readModel(await files());
    expect(remark).toMatch(/^The file (config|history)\.json says nothing of models that is known here, so it was left out\./);
  });

  it('is refused where it is damaged, for it may have said how the model is used', async () => {
    const files = given({ 'w.safetensors': safetensorsWith(denseNetTensors()), 'config.json': utf8('{"architecture": ') });
    await expect(readModel(files)).rejects.toMatchObject(refusal('model-file-broken', 'The file config\\.json is no valid JSON'));
  });

  it('is asked what it is where there is no other model', async () => {
    await expect(readModel(given({ 'history.json': history }))).rejects.toMatchObject({ message: expect.stringContaining('history.json') });
  });
});

describe('a grey image', () => {
  const layers = [
    { class_name: 'Conv2D', config: { name: 'conv', filters: 4, kernel_size: [3, 3], padding: 'same', strides: [1, 1] } },
    { class_name: 'GlobalAveragePooling2D', config: { name: 'pool' } },
    { class_name: 'Dense', config: { name: 'scores', units: 3, activation: 'softmax' } },
  ];
  const weights: typeof WEIGHTS = [
    { layer: 'conv', own: 'kernel', shape: [3, 3, 1, 4] },
    { layer: 'conv', own: 'bias', shape: [4] },
    { layer: 'scores', own: 'kernel', shape: [4, 3] },
    { layer: 'scores', own: 'bias', shape: [3] },
  ];
  const adding = { class_name: 'Reshape', config: { name: 'adding', target_shape: [12, 12, 1] } };

  it.each([
    ['that is said beside the layers', { name: 'grey', build_input_shape: [null, 12, 12, 1], layers }],
    ['without a side for its channel', { name: 'grey', layers: [inputOf('image', [null, 12, 12]), adding, ...layers] }],
  ])('%s is prepared as such', async (_what, config) => {
    const json = JSON.stringify({ class_name: 'Sequential', config });
    const { manifest, artifacts } = await readModel(given({ 'grey.h5': await kerasH5(json, weights) }));
    expect([manifest.preprocessing.channels, namedInputSize(artifacts.topology)]).toEqual(['grey', { width: 12, height: 12 }]);
  });
});

describe('HDF5 after a block of somebody else’s', () => {
  it.each([512, 1024, 4096])('of %d bytes is read', async (block) => {
    const bytes = new Uint8Array([...new Uint8Array(block).fill(35), ...(await kerasH5())]);
    await expectSound(given({ network: bytes }));
  });
});

describe('the weights of a DenseNet that is known by them', () => {
  it('are taken for what they are beside another network’s JSON, and it is said', async () => {
    const weights = kerasFile('densenet.layered.h5');
    const read = await readModel([...given({ 'fer.json': NETWORK }), weights]);
    expect(read.artifacts).toEqual((await readModel([weights])).artifacts);
    expect(read.remark).toContain('The file fer.json describes another network than densenet.layered.h5 holds, so it was left out.');
    expect(read.manifest.title).toBe('densenet.layered');
  });

  it('open at once', async () => {
    const read = await readModel(given({ 'w.safetensors': safetensorsWith(denseNetTensors()) }));
    expect(read.artifacts.weights.length).toBeGreaterThan(10);
  });
});
