import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readModel } from '../../formats/read-model.ts';
import { savedModel, soundCheckpoint } from '../../formats/testing/sound-checkpoints.ts';
import { kerasArchive, kerasH5, layersModel, numberedWeights, utf8, zipOf } from '../../formats/testing/sound-models.ts';
import { soundNetwork } from '../../formats/testing/sound-network.ts';
import { safetensorsWith } from '../../formats/testing/sound-safetensors.ts';
import { pickle } from '../../formats/testing/torch/pickle-writer.ts';
import { resNetTensors, stateDict, storagesOf, torchArchive, torchFile } from '../../formats/testing/torch/torch-files.ts';
import { givenModel } from './given-files.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'given-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(files: Readonly<Record<string, Uint8Array>>): void {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

/** The names of what is read, where that is a whole model. */
async function namesFor(path: string): Promise<string[]> {
  const files = await givenModel(join(folder, path));
  expect((await readModel(files)).artifacts.weights).toHaveLength(8);
  return files.map(({ name }) => name);
}

const NETWORK = utf8(JSON.stringify(soundNetwork()));
const [model, shard] = layersModel();
const JSON_BYTES = model?.bytes ?? utf8('');
const SHARD_BYTES = shard?.bytes ?? utf8('');

describe('what belongs to a file of a model', () => {
  it('are the weights of a network, by their name', async () => {
    put({ 'fer.json': NETWORK, 'fer_weights.h5': await numberedWeights(), 'other.h5': utf8('other') });
    expect(await namesFor('fer.json')).toEqual(['fer.json', 'fer_weights.h5']);
    expect(await namesFor('fer_weights.h5')).toEqual(['fer_weights.h5', 'fer.json']);
  });

  it('are the weights that alone lie beside a network', async () => {
    put({ 'fer.json': NETWORK, 'epoch-40.h5': await numberedWeights() });
    expect(await namesFor('fer.json')).toEqual(['fer.json', 'epoch-40.h5']);
  });

  it('are the parts of an unpacked .keras', async () => {
    put({ 'config.json': NETWORK, 'metadata.json': utf8('{"keras_version": "3.15.0"}'), 'model.weights.h5': await numberedWeights() });
    for (const name of ['config.json', 'model.weights.h5', '.'])
      expect((await namesFor(name)).sort()).toEqual(['config.json', 'metadata.json', 'model.weights.h5']);
  });

  it('is nothing, for a whole model', async () => {
    put({ 'net.h5': await kerasH5(), 'other.json': NETWORK, 'metadata.json': utf8('{"keras_version": "3.15.0"}') });
    expect(await namesFor('net.h5')).toEqual(['net.h5']);
  });

  it('are the shards of a checkpoint, and the network beside it', async () => {
    const files = soundCheckpoint('best-7', { shards: 1 });
    const [index, data] = files.map(({ name }) => name) as [string, string];
    put({
      ...Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])),
      'network.json': NETWORK,
      'history.json': utf8('{"loss": [1]}'),
    });
    expect(await namesFor(index)).toEqual([index, data, 'network.json']);
    expect(await namesFor('network.json')).toEqual(['network.json', index, data]);
    put({ 'best-7.keras': await kerasArchive() });
    expect(await namesFor(index)).toEqual([index, data, 'best-7.keras']);
  });

  it('are the files of a SavedModel', async () => {
    const place = (name: string) => (name.startsWith('variables') ? `net/variables/${name}` : `net/${name}`);
    put(Object.fromEntries(savedModel().map(({ name, bytes }) => [place(name), bytes])));
    const weights = ['variables.data-00000-of-00001', 'variables.index'];
    expect(await namesFor('net/saved_model.pb')).toEqual(['saved_model.pb', 'keras_metadata.pb', ...weights]);
    expect((await namesFor('net')).sort()).toEqual(['fingerprint.pb', 'keras_metadata.pb', 'saved_model.pb', ...weights]);
  });

  it('are shards, also where they were renamed, with what Teachable Machine says', async () => {
    put({ 'model (1).json': JSON_BYTES, 'group1-shard1of1 (1).bin': SHARD_BYTES, 'metadata.json': utf8('{"tmVersion": "2.4.4"}') });
    expect(await namesFor('model (1).json')).toEqual(['model (1).json', 'group1-shard1of1 (1).bin', 'metadata.json']);
  });

  it('is all of a folder that a model may consist of', async () => {
    put({
      'web/model.json': JSON_BYTES,
      'web/group1-shard1of1.bin': SHARD_BYTES,
      'web/labels.txt': utf8('a'),
      'web/README.txt': utf8('b'),
    });
    expect(await namesFor('web')).toEqual(['group1-shard1of1.bin', 'labels.txt', 'model.json']);
  });

  it('is in an archive', async () => {
    put({ 'net.zip': zipOf({ 'net/net.h5': await kerasH5() }) });
    expect(await namesFor('net.zip')).toEqual(['net.zip']);
  });
});

describe('a checkpoint on disk', () => {
  it('is read by ranges, in a folder too', async () => {
    const tensors = resNetTensors();
    const bytes = torchArchive(pickle(stateDict(tensors)), { ...storagesOf(tensors), others: new Uint8Array(1_000_000) });
    put({ 'net.pth': bytes });
    const whole = await readModel([{ name: 'net.pth', bytes }]);
    for (const path of ['net.pth', '.']) {
      const files = await givenModel(join(folder, path));
      expect(files.map(({ ranges }) => ranges?.size)).toEqual([bytes.length]);
      expect(files[0]?.bytes.length).toBeLessThan(bytes.length);
      expect((await readModel(files)).artifacts).toEqual(whole.artifacts);
    }
  });

  it('is told to be cut short where it becomes so', async () => {
    const bytes = torchFile(resNetTensors());
    put({ 'net.pth': bytes });
    const files = await givenModel(join(folder, 'net.pth'));
    put({ 'net.pth': bytes.slice(0, 3000) });
    await expect(readModel(files)).rejects.toThrow(/^The file net\.pth .*\.$/);
  });

  it('goes with the shards that its index names', async () => {
    const tensors = resNetTensors();
    const [first, second] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'] as const;
    const places = tensors.map(({ name }, i) => [name, i < 9 ? first : second]);
    put({
      'model.safetensors.index.json': utf8(JSON.stringify({ weight_map: Object.fromEntries(places) })),
      [first]: safetensorsWith(tensors.slice(0, 9)),
      [second]: safetensorsWith(tensors.slice(9)),
    });
    const files = await givenModel(join(folder, 'model.safetensors.index.json'));
    expect(files.map(({ name }) => name)).toEqual(['model.safetensors.index.json', first, second]);
    expect((await readModel(files)).artifacts.weights.length).toBeGreaterThan(20);
  });
});
