/** What people's Keras files say about their layers, in all the ways in which versions of Keras say it. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sizeOfShape } from '../formats/network/artifacts.ts';
import { readModel } from '../formats/read-model.ts';
import { availableBackends } from './node/node-device.ts';
import { FIELD, filesIn, outputOf } from './testing/field.ts';

describe.each(await availableBackends())('a network that prepares its images itself, on %s', (backend) => {
  it('runs, by operations among its layers', async () => {
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
