/**
 * Every folder of the field, a small file for each fault that people's own models found: its files open, and give the numbers that an
 * independent implementation computed in float64, on every backend. A new folder is walked without being named here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel } from '../formats/read-model.ts';
import { sharedData } from '../formats/testing/test-data.ts';
import { availableBackends } from './node/node-device.ts';
import { expectClose, expectMapClose, FIELD, filesIn, gradCamOf, outputOf, rightValuesIn, whiteOf } from './testing/field.ts';

/** Folders whose READMEs name no numbers, and what is held instead; those that are about the page stand in `e2e/`. */
const WITHOUT_NUMBERS: Readonly<Record<string, string>> = {
  'crash-softmax-over-rows': 'engine/layer-grid',
  'refused-architecture-json-with-weights': 'engine/field-files.test.ts',
  'refused-preprocess-input-inside': 'engine/field-layers.test.ts',
  'refused-teachable-machine-zip': 'engine/field-files.test.ts',
  'unclear-channels-first': 'engine/field-layers.test.ts',
  'unclear-dropped-without-known-ending': 'engine/field-files.test.ts and e2e/given-files.spec.ts',
  'unclear-pictures': 'e2e/image-files.spec.ts',
  'wrong-imagenet-names-assumed': 'engine/field-files.test.ts',
  'wrong-layer-kept-from-former-model': 'e2e/given-early.spec.ts',
};

const FOLDERS = readdirSync(FIELD, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
const WITH_NUMBERS = FOLDERS.filter((folder) => rightValuesIn(folder) !== null);

describe('the field', () => {
  it('has right values in every folder, or a test elsewhere', () => {
    expect(FOLDERS.filter((folder) => !WITH_NUMBERS.includes(folder)).sort()).toEqual(Object.keys(WITHOUT_NUMBERS).sort());
    expect(WITH_NUMBERS.length).toBeGreaterThan(20);
  });

  const shared = sharedData('field', 'it is not seen whether the fixtures of the field are complete');
  it.skipIf(!shared.isThere)('is here whole', () => {
    expect(FOLDERS).toEqual(expect.arrayContaining(readdirSync(shared.path)));
  });
});

describe.each(await availableBackends())('the field on %s', (backend) => {
  it.each(WITH_NUMBERS)('%s', async (folder) => {
    const values = rightValuesIn(folder);
    if (!values) throw new Error('there are no numbers');
    const read = await readModel(filesIn(folder));
    const image = join(FIELD, folder, 'picture.png');
    const { info, logits, output } = await outputOf(backend, read, image, whiteOf(folder));
    const [unit = Number.NaN] = values.what_keras_gives;
    expectClose(output, info.reading === 'binary' ? [1 - unit, unit] : values.what_keras_gives);
    // Where the README gives what Keras gives as logits, the network ends in its activation, which is taken off here.
    if (values.logits.join() !== values.what_keras_gives.join() || info.reading === 'number') expectClose(logits, values.logits);
    if (!values.grad_cam) return;
    const { layer, class_index: classIndex, values: map } = values.grad_cam;
    expectMapClose(await gradCamOf(backend, read, image, whiteOf(folder), layer, classIndex), map);
  });
});

it('names the files that the READMEs are about', () => {
  for (const folder of FOLDERS) expect(readFileSync(join(FIELD, folder, 'README.md'), 'utf8')).toContain(`# ${folder}`);
});
