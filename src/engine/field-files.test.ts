/** Files of people, in the forms in which they have them, give the numbers that an independent implementation computed from them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { normalisationOf } from '../core/preprocessing.ts';
import { shownValues } from '../core/scores.ts';
import type { GivenFile } from '../formats/given-file.ts';
import { type ReadModel, readModel } from '../formats/read-model.ts';
import { readPicture } from '../formats/testing/goldens.ts';
import { fixture } from '../formats/testing/test-data.ts';
import type { BackendName } from '../protocol/engine.ts';
import { LocalEngine } from './local-engine.ts';
import { availableBackends, nodeDeviceEnvironment } from './node/node-device.ts';
import { explain, noDownload } from './testing/test-engine.ts';

const FIELD = fixture('field');

const TOLERANCE = 1e-4;

interface RightValues {
  readonly what_keras_gives: readonly number[];
  readonly logits: readonly number[];
}

/** All files of a folder that are a model's, in the order of their names. */
function filesIn(folder: string): GivenFile[] {
  const names = readdirSync(join(FIELD, folder)).filter((name) => !/^README|\.png$/.test(name));
  return names.map((name) => ({ name, bytes: Uint8Array.from(readFileSync(join(FIELD, folder, name))) }));
}

function rightValues(folder: string): RightValues {
  const [, json = ''] = /```json\n([\s\S]*?)```/.exec(readFileSync(join(FIELD, folder, 'README.md'), 'utf8')) ?? [];
  return JSON.parse(json);
}

async function outputOf(backend: BackendName, read: ReadModel, picture: string): Promise<{ logits: number[]; output: number[] }> {
  const preprocessing = { ...normalisationOf('unit'), fit: read.manifest.preprocessing.fit };
  const engine = new LocalEngine({
    device: await nodeDeviceEnvironment(),
    openModel: async () => ({ ...read, manifest: { ...read.manifest, preprocessing } }),
    download: noDownload,
  });
  await engine.start(backend);
  const info = await engine.loadModel({ kind: 'folder', id: 'field', url: '' }, () => {});
  const pixels = await readPicture(picture);
  const request = { picture: { id: picture, pixels }, layer: info.defaultLayer, classIndex: null, score: 'logit', methods: [] } as const;
  const { logits } = await explain(engine, request);
  engine.dispose();
  return { logits: [...logits], output: [...shownValues(logits, info.reading)] };
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs((actual[i] ?? Number.NaN) - value)).toBeLessThan(TOLERANCE);
}

/** Each folder, and where its right values stand. */
const FOLDERS = [
  ['refused-tfjs-of-keras-3', 'refused-tfjs-of-keras-3'],
  ['refused-tfjs-batchInputShape', 'refused-tfjs-batchInputShape'],
  ['refused-shards-without-ending', 'refused-shards-without-ending'],
  ['refused-keras-of-windows', 'refused-keras-of-windows'],
  ['refused-architecture-json-with-weights', 'refused-tfjs-of-keras-3'],
] as const;

const backends = (await availableBackends()).filter((backend) => backend !== 'webgpu');

describe.each(backends)('files of people on %s', (backend) => {
  it.each(FOLDERS)('%s', async (folder, from) => {
    const { logits, what_keras_gives: output } = rightValues(from);
    const actual = await outputOf(backend, await readModel(filesIn(folder)), join(FIELD, from, 'picture.png'));
    expectClose(actual.logits, logits);
    expectClose(actual.output, output);
  });
});

describe('Teachable Machine’s zip files', () => {
  const open = (name: string) => readModel(filesIn('refused-teachable-machine-zip').filter((file) => file.name === name));

  it('for tf.js open with their labels, and are prepared as it says', async () => {
    const { manifest, remark } = await open('tm-my-image-model.zip');
    expect(manifest.classNames).toEqual(['a', 'b', 'c', 'd']);
    expect(manifest.title).toBe('tm-my-image-model');
    expect(manifest.preprocessing).toEqual({ ...normalisationOf('tensorflow'), fit: 'centre-crop' });
    expect(remark).toContain('metadata.json says that Teachable Machine made it');
  });

  it('for Keras open with their labels, without the numbers before them', async () => {
    const { manifest, remark } = await open('converted_keras.zip');
    expect(manifest.classNames).toEqual(['Class 1', 'Class 2']);
    expect(manifest.preprocessing).toEqual({ ...normalisationOf('tensorflow'), fit: 'centre-crop' });
    expect(remark).toContain('Teachable Machine');
  });

  it('both at once are two models, and the sentence names them', async () => {
    await expect(readModel(filesIn('refused-teachable-machine-zip'))).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringMatching(/keras_model\.h5 in converted_keras\.zip.*model\.json in tm-my-image-model\.zip.*\.$/),
    });
  });
});

describe('a Keras HDF5 of any name', () => {
  it.each(['liveness.model', 'liveness'])('%s', async (name) => {
    const [file] = filesIn('unclear-dropped-without-known-ending');
    if (!file) throw new Error('there is no file');
    expect((await readModel([{ ...file, name }])).artifacts.weights.length).toBeGreaterThan(0);
  });
});
