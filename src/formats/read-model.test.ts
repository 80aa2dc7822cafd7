import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { GivenFile } from './given-file.ts';
import { type ReadModel, readModel } from './read-model.ts';
import { kerasFile } from './testing/keras-fixtures.ts';
import {
  denseNetTensors,
  hdf5File,
  kerasArchive,
  kerasH5,
  layersModel,
  numberedWeights,
  putDataset,
  safetensorsWith,
  soundNetwork,
  utf8,
  valuesOf,
  WEIGHTS,
  zipOf,
} from './testing/sound-models.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const NETWORK = utf8(JSON.stringify({ ...soundNetwork(), keras_version: '3.15.0' }));

/** Weights alone, in the older layout. */
function layeredWeights(rename = (layer: string) => layer): Promise<Bytes> {
  return hdf5File((file) => {
    const layers = [...new Set(WEIGHTS.map(({ layer }) => layer))];
    file.create_attribute('layer_names', ['picture', ...layers.map(rename)]);
    file.create_group('picture').create_attribute('weight_names', []);
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

function given(files: Readonly<Record<string, Bytes>>): GivenFile[] {
  return Object.entries(files).map(([name, bytes]) => ({ name, bytes }));
}

/** The values of every weight, by name. */
function weightsOf({ artifacts }: ReadModel): Record<string, number[]> {
  let at = 0;
  return Object.fromEntries(
    artifacts.weights.map(({ name, shape }) => {
      const count = shape.reduce((product, side) => product * side, 1);
      const values = [...new Float32Array(artifacts.data, at, count)];
      at += count * 4;
      return [name, values];
    }),
  );
}

const SOUND = Object.fromEntries(WEIGHTS.map(({ layer, own, shape }) => [`${layer}/${own}`, [...valuesOf(shape)]]));

async function expectSound(files: readonly GivenFile[]): Promise<ReadModel> {
  const read = await readModel(files);
  expect(weightsOf(read)).toEqual(SOUND);
  return read;
}

const refusal = (code: string, ...parts: string[]) => ({ code, message: expect.stringMatching(new RegExp(`^${parts.join('.*')}.*\\.$`)) });

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

describe('a zip archive', () => {
  const zipped = async (members: Readonly<Record<string, Bytes>>, name = 'export.zip') => given({ [name]: zipOf(members, 9) });

  it.each([
    ['a Keras model', async () => zipped({ 'keras_model.h5': await kerasH5(), 'labels.txt': utf8('0 x\n1 y\n2 z\n') })],
    [
      'a model in folders, among what systems leave behind',
      async () =>
        zipped({
          'my model/net.h5': await kerasH5(),
          'my model/names.txt': utf8('x\ny\nz'),
          'my model/README.txt': utf8('How to use\nthis model\n'),
          'my model/photo.png': new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2]),
          'my model/train.py': utf8('import keras'),
          '__MACOSX/my model/._net.h5': await kerasH5(),
          '.DS_Store': utf8('Bud1'),
        }),
    ],
    [
      'another archive with a model',
      async () => zipped({ 'inner.zip': zipOf({ 'net.h5': await kerasH5(), 'labels.txt': utf8('x\ny\nz') }) }),
    ],
    ['a .keras', async () => zipped({ 'net.keras': await kerasArchive(), 'classes.txt': utf8('x\ny\nz') })],
    [
      'a tf.js model',
      async () =>
        zipped({
          ...Object.fromEntries(layersModel().map(({ name, bytes }) => [`web/${name}`, bytes])),
          'web/labels.json': utf8('["x","y","z"]'),
        }),
    ],
    [
      'what is in a .keras, in a folder',
      async () =>
        zipped({
          'net/config.json': utf8(JSON.stringify(soundNetwork())),
          'net/model.weights.h5': await numberedWeights(),
          'net/labels.txt': utf8('x\ny\nz'),
        }),
    ],
  ])('with %s is opened, with its class names', async (_what, files) => {
    const read = await expectSound(await files());
    expect(read.manifest).toMatchObject({ title: expect.stringMatching(/^(export|inner)$/), classNames: ['x', 'y', 'z'] });
  });

  it('that was packed on Windows is opened', async () => {
    await expectSound(given({ 'net.zip': zipSync({ 'net\\model\\net.h5': await kerasH5() }) as Bytes }));
  });

  it('with several models names them', async () => {
    const [model, shard] = layersModel();
    const files = await zipped({ 'a/x.h5': await kerasH5(), 'y.keras': await kerasArchive(), 'model.json': model?.bytes ?? utf8('') });
    expect(shard).toBeDefined();
    await expect(readModel(files)).rejects.toMatchObject(
      refusal('model-unsupported', 'The file export\\.zip holds 3 models, ', 'x\\.h5', 'y\\.keras', 'model\\.json; please give one'),
    );
  });

  it('without a model says so', async () => {
    await expect(
      readModel(await zipped({ 'a.png': new Uint8Array([0x89, 0x50, 0x4e, 0x47]), 'notes.doc': utf8('x') })),
    ).rejects.toMatchObject(refusal('model-unsupported', 'The file export\\.zip is a zip archive without a model'));
  });

  it('with what cannot be read here says why, naming it', async () => {
    const tflite = await zipped({ 'model_unquant.tflite': utf8('\x1c\0\0\0TFL3....'), 'labels.txt': utf8('0 a\n1 b') });
    await expect(readModel(tflite)).rejects.toMatchObject(
      refusal('model-unsupported', 'The file model_unquant\\.tflite in export\\.zip is a TensorFlow Lite model'),
    );
  });

  it('whose member grows without measure is not unpacked', async () => {
    const bomb = new Uint8Array(64e6);
    bomb.set(await kerasH5());
    await expect(readModel(await zipped({ 'net.h5': bomb }))).rejects.toMatchObject(
      refusal('model-file-broken', 'In export\\.zip', 'net\\.h5'),
    );
  });
});

describe('the shards of a tf.js model', () => {
  const [model, shard] = layersModel();
  const json = model?.bytes ?? utf8('');
  const bytes = shard?.bytes ?? utf8('');
  const renamed = (to: string) => utf8(new TextDecoder().decode(json).replace('group1-shard1of1.bin', to));

  it.each<[string, Record<string, Bytes>]>([
    ['have no ending where converters of old wrote them', { 'model.json': renamed('group1-shard1of1'), 'group1-shard1of1': bytes }],
    ['have any name', { 'model.json': renamed('weights/part one'), 'part one': bytes }],
    ['were renamed with the model by a browser', { 'model (1).json': json, 'group1-shard1of1 (1).bin': bytes }],
    ['were renamed by another browser', { 'model(2).json': json, 'group1-shard1of1(2).bin': bytes }],
    ['were not renamed as the model was', { 'model (1).json': json, 'group1-shard1of1.bin': bytes }],
    ['were renamed though the model was not', { 'model.json': json, 'group1-shard1of1 (3).bin': bytes }],
    ['were given an ending', { 'model.json': renamed('group1-shard1of1'), 'group1-shard1of1.bin': bytes }],
    ['lie beside an older copy', { 'model (1).json': json, 'group1-shard1of1.bin': bytes.slice(4), 'group1-shard1of1 (1).bin': bytes }],
  ])('%s', async (_what, files) => {
    await expectSound(given(files));
  });

  it('that could be either are not guessed', async () => {
    const files = given({ 'model.json': json, 'group1-shard1of1 (1).bin': bytes, 'group1-shard1of1 (2).bin': bytes });
    await expect(readModel(files)).rejects.toMatchObject(refusal('model-unsupported', 'The files', '\\(1\\)\\.bin', '\\(2\\)\\.bin'));
  });

  it('are waited for by name, all at once', async () => {
    const many = utf8(
      new TextDecoder().decode(json).replace('"group1-shard1of1.bin"', '"a-shard1of3.bin","a-shard2of3.bin","a-shard3of3.bin"'),
    );
    await expect(readModel(given({ 'model.json': many, 'a-shard2of3.bin': bytes }))).rejects.toMatchObject(
      refusal(
        'model-file-missing',
        'The file model\\.json lacks its weights, in a-shard1of3\\.bin and a-shard3of3\\.bin; please give those',
      ),
    );
  });

  it('alone wait for the model that they are of', async () => {
    await expect(readModel(given({ 'group1-shard1of1': bytes }))).rejects.toMatchObject(
      refusal('model-file-missing', 'The file group1-shard1of1 holds weights of a tf\\.js model', 'model\\.json'),
    );
  });

  it('are told from what is no part of the model', async () => {
    const files = given({ 'model.json': json, 'group1-shard1of1.bin': bytes, 'paper.pdf': utf8('%PDF-1.7') });
    await expect(readModel(files)).rejects.toMatchObject(
      refusal('model-unsupported', 'The file paper\\.pdf is neither a model nor an image'),
    );
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
