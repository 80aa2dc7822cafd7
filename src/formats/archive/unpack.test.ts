import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readModel } from '../read-model.ts';
import { kerasArchive, kerasH5, layersModel, numberedWeights, utf8, zipOf } from '../testing/sound-models.ts';
import { soundNetwork } from '../testing/sound-network.ts';
import { expectSound, given, refusal } from '../testing/sound-reading.ts';

type Bytes = Uint8Array<ArrayBuffer>;

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
    const frozen = await zipped({ 'frozen_graph.pb': utf8('\x0a\x10\x0a\x05image'), 'labels.txt': utf8('0 a\n1 b') });
    await expect(readModel(frozen)).rejects.toMatchObject(
      refusal('model-unsupported', 'The file frozen_graph\\.pb in export\\.zip is a frozen TensorFlow graph'),
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
