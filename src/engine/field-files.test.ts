/** Files of people, in the forms in which they have them, give the numbers that an independent implementation computed from them. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shortSideOf, usualShortSideFit } from '../core/images/geometry.ts';
import { normalisationOf } from '../core/images/preprocessing.ts';
import { readModel } from '../formats/read-model.ts';
import { availableBackends } from './node/node-device.ts';
import { expectClose, FIELD, filesIn, outputOf, rightValues } from './testing/field.ts';

/** What outputs mean: each folder, what its output is read as, and the network's own logits where they are known. */
const OUTPUTS = [
  ['wrong-softmax-then-linear-activation', 'softmax'],
  ['wrong-single-linear-unit', 'number'],
  ['unclear-single-sigmoid-unit-two-names', 'binary'],
] as const;

describe.each((await availableBackends()).filter((backend) => backend !== 'webgpu'))('files of people on %s', (backend) => {
  it('are put together from an architecture and its weights', async () => {
    const from = 'refused-tfjs-of-keras-3';
    const { logits, what_keras_gives: output } = rightValues(from);
    const read = await readModel(filesIn('refused-architecture-json-with-weights'));
    const actual = await outputOf(backend, read, join(FIELD, from, 'picture.png'));
    expectClose(actual.logits, logits);
    expectClose(actual.output, output);
  });
});

describe('what outputs mean', () => {
  it.each(OUTPUTS)('%s is read as %s', async (folder, reading) => {
    const read = await readModel(filesIn(folder));
    const { info, logits } = await outputOf('wasm', read, join(FIELD, folder, 'picture.png'));
    expect(info.reading).toBe(reading);
    // names.txt: the first class is the other one, the second the unit's.
    if (reading === 'binary') expect(info.classNames).toEqual(read.manifest.classNames);
    // Logits before the softmax, and not probabilities once more.
    if (reading === 'softmax') expect(Math.min(...logits)).toBeLessThan(0);
  });
});

describe('1000 outputs without names', () => {
  it('get ImageNet’s, which is said, and the order is Keras’', async () => {
    const read = await readModel(filesIn('wrong-imagenet-names-assumed'));
    const { info } = await outputOf('wasm', read, join(FIELD, 'wrong-imagenet-names-assumed', 'picture.png'));
    expect(info).toMatchObject({ units: 1000, nameSource: 'imagenet' });
    expect([info.classNames[0], info.classNames[344], info.classNames[999]]).toEqual(['tench', 'hippopotamus', 'toilet tissue']);
    expect(info.remark).toMatch(/1000 outputs.*ImageNet’s names are assumed.*Keras and torchvision/);
    // So is torchvision's margin, of the input's own size.
    const { input, preprocessing } = info;
    expect(preprocessing.fit).toBe(usualShortSideFit(input));
    const words = `short side is resized to ${shortSideOf(preprocessing.fit)} pixels and its middle ${input.width} × ${input.height} cropped.`;
    expect(info.remark).toContain(words);
    const said = { ...read, isFitKnown: true };
    const known = await outputOf('wasm', said, join(FIELD, 'wrong-imagenet-names-assumed', 'picture.png'));
    expect(known.info.preprocessing.fit).toBe(read.manifest.preprocessing.fit);
    expect(known.info.remark).not.toContain('short side');
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
