/** What people's Keras files say about their layers, in all the ways in which versions of Keras say it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sizeOfShape } from '../formats/artifacts.ts';
import { readModel } from '../formats/read-model.ts';
import { availableBackends } from './node/node-device.ts';
import { expectClose, FIELD, filesIn, outputOf, rightValues } from './testing/field.ts';

const FOLDERS = [
  'nan-leakyrelu-as-ndarray',
  'refused-batchnormalizationv1',
  'refused-centercrop',
  'refused-fixeddropout',
  'refused-leakyrelu-as-activation',
  'refused-nested-weight-names-with-suffix',
  'refused-normalization-scalar',
  'refused-reshape-minus-one',
  'refused-resizing',
  'refused-settings-as-ndarray',
  'refused-shape-in-build-input-shape',
  'refused-softmax-v2',
];

/** Those that are computed by something new. */
const NEW_COMPUTATION = ['refused-centercrop', 'refused-leakyrelu-as-activation', 'refused-reshape-minus-one', 'refused-resizing'];

/** What the folder's network was given for white. */
function whiteOf(folder: string): 1 | 255 {
  return readFileSync(join(FIELD, folder, 'README.md'), 'utf8').includes('values 0 to 255') ? 255 : 1;
}

const backends = await availableBackends();

describe.each(backends)('layers in files of people on %s', (backend) => {
  it.each(backend === 'webgpu' ? NEW_COMPUTATION : FOLDERS)('%s', async (folder) => {
    const { logits, what_keras_gives: output } = rightValues(folder);
    const actual = await outputOf(backend, await readModel(filesIn(folder)), join(FIELD, folder, 'picture.png'), whiteOf(folder));
    expectClose(actual.logits, logits);
    expectClose(actual.output, output);
  });

  it('a network runs that prepares its images itself, by operations among its layers', async () => {
    const folder = 'refused-preprocess-input-inside';
    const { logits } = await outputOf(backend, await readModel(filesIn(folder)), join(FIELD, folder, 'picture.png'), 255);
    expect(logits.every(Number.isFinite)).toBe(true);
  });
});

describe('numbers of an operation that its file has lost', () => {
  it('are those of Keras’ preprocess_input where only that can be meant, and it is said', async () => {
    const { artifacts, manifest, remark } = await readModel(filesIn('refused-preprocess-input-inside'));
    expect(manifest.preprocessing).toMatchObject({ channels: 'rgb', scale: 1, mean: [0, 0, 0] });
    expect(remark).toContain('ImageNet’s mean colour is assumed');
    const at = artifacts.weights.findIndex(({ name }) => name === 'tf.nn.bias_add/beta');
    const before = artifacts.weights.slice(0, at).reduce((sum, { shape }) => sum + sizeOfShape(shape), 0);
    expect([...new Float32Array(artifacts.data, before * 4, 3)]).toEqual([-103.939, -116.779, -123.68].map(Math.fround));
  });
});

describe('a network with its channels first', () => {
  it('is said to be one, before anything is said of how many channels it takes', async () => {
    await expect(readModel(filesIn('unclear-channels-first'))).rejects.toThrow('has its channels first');
  });
});
