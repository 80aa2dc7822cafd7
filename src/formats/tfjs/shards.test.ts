import { describe, expect, it } from 'vitest';
import { readModel } from '../read-model.ts';
import { layersModel, utf8 } from '../testing/sound-models.ts';
import { expectSound, given, refusal } from '../testing/sound-reading.ts';

type Bytes = Uint8Array<ArrayBuffer>;

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
