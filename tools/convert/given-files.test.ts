import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readModel } from '../../src/formats/read-model.ts';
import { kerasH5, layersModel, numberedWeights, utf8, zipOf } from '../../src/formats/testing/sound-models.ts';
import { soundNetwork } from '../../src/formats/testing/sound-network.ts';
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
