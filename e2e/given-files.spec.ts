/** Files of people as they have them, given wherever they like: what each of them is decides where it goes. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { networkFile, savedModel, soundCheckpoint } from '../src/formats/testing/sound-checkpoints.ts';
import { zipOf } from '../src/formats/testing/sound-models.ts';
import { denseNetTensors, safetensorsWith } from '../src/formats/testing/sound-safetensors.ts';
import { soundGraphModel } from '../src/formats/testing/tfjs/sound-graph-model.ts';
import { soundTflite } from '../src/formats/testing/tflite/sound-tflite.ts';
import { chooseFrom, chooseImages, type GivenFile, heatmapOf, openApp, openPage, settled, sharedPage } from './support/app.ts';
import { png } from './support/images.ts';
import { FIELD, fileAt } from './support/shared.ts';

const TRANSFER = 'src/formats/testing/keras/transfer';

function field(folder: string, name: string, as = name): GivenFile {
  return fileAt(join(FIELD, folder, name), as);
}

function input(page: Page, label: 'Model files' | 'Images' | 'Class names file') {
  return page.getByLabel(label, { exact: true }).and(page.locator('input'));
}

async function drop(page: Page, files: readonly GivenFile[]): Promise<void> {
  const contents = files.map(({ name, buffer }) => ({ name, bytes: [...buffer] }));
  const transfer = await page.evaluateHandle((given) => {
    const data = new DataTransfer();
    for (const { name, bytes } of given) data.items.add(new File([new Uint8Array(bytes)], name));
    return data;
  }, contents);
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
}

async function expectModel(page: Page, title: string | RegExp): Promise<void> {
  await expect(page.getByRole('combobox', { name: 'Model' }).locator('option:checked')).toHaveText(title);
  await settled(page);
  await expect(page.getByRole('alert')).toHaveCount(0);
}

/** The best class's name on screen. */
function best(page: Page) {
  return page.locator('.prediction-name').first();
}

test.describe('one after the other', () => {
  const shared = sharedPage();

  test('no dialog hides files of any name', async () => {
    const page = shared();
    const inputs = page.locator('input[type=file]');
    expect(await inputs.count()).toBeGreaterThanOrEqual(3);
    for (const each of await inputs.all()) await expect(each).not.toHaveAttribute('accept');
  });

  test('what is no file of any use is told so, and nothing that was done is asked for again', async () => {
    const page = shared();
    await chooseImages(page, { name: 'paper.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n') });
    await expect(page.getByRole('alert')).toHaveText(/^The file paper\.pdf is neither a model nor an image that can be read here; .*\.$/);
    await page.getByRole('button', { name: 'Dismiss' }).click();
  });

  for (const name of ['liveness.model', 'liveness']) {
    test(`a Keras HDF5 called ${name} opens wherever it is given`, async () => {
      const page = shared();
      await drop(page, [fileAt(`${TRANSFER}.h5`, name)]);
      await expectModel(page, /^liveness( \(2\))?$/);
      await page.getByRole('combobox', { name: 'Model' }).selectOption({ index: 0 });
      await settled(page);
      await input(page, 'Images').setInputFiles(fileAt(`${TRANSFER}.keras`, 'other.pdf'));
      await expectModel(page, /^other( \(2\))?$/);
    });
  }

  test('Teachable Machine’s export for phones opens as it is', async () => {
    const page = shared();
    const names = new TextEncoder().encode('0 oak\n1 elm\n2 yew\n');
    const archive = Buffer.from(zipOf({ 'model_unquant.tflite': soundTflite(), 'labels.txt': names }));
    await drop(page, [{ name: 'converted_tflite.zip', mimeType: 'application/zip', buffer: archive }]);
    await expectModel(page, 'converted_tflite');
    await expect(best(page)).toHaveText(/^(oak|elm|yew)$/);
    await expect(page.getByRole('combobox', { name: 'Layer' })).toHaveValue(/^(conv|relu)$/);
  });

  test('a graph of TensorFlow is dropped as tf.js’ converter writes it, and its nodes are layers', async () => {
    const files = soundGraphModel().map(({ name, bytes }) => ({
      name,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(bytes),
    }));
    const page = shared();
    await drop(page, files);
    await expectModel(page, 'model');
    await chooseImages(page, await png('image.png', 8, 8));
    await chooseFrom(page, 'Layer', 'conv/Relu');
    await settled(page);
    const { values } = await heatmapOf(page, 'FastAblationCAM');
    expect(values.map((row) => row.length)).toEqual(Array.from({ length: 8 }, () => 8));
    expect(new Set(values.flat()).size).toBeGreaterThan(10);
  });

  for (const [name, title, names] of [
    ['tm-my-image-model.zip', 'tm-my-image-model', /^[abcd]$/],
    ['converted_keras.zip', 'converted_keras', /^Class [12]$/],
  ] as const) {
    test(`Teachable Machine’s ${name} opens with its labels`, async () => {
      const page = shared();
      await drop(page, [field('refused-teachable-machine-zip', name)]);
      await expectModel(page, title);
      await expect(best(page)).toHaveText(names);
      await expect(page.getByRole('complementary', { name: 'Settings' })).toContainText('Teachable Machine');
    });
  }

  test('the folder of a SavedModel opens the model', async () => {
    const { outputDir } = test.info();
    const folder = join(outputDir, 'trees');
    mkdirSync(join(folder, 'variables'), { recursive: true });
    for (const { name, bytes } of savedModel()) writeFileSync(join(folder, name.startsWith('variables') ? 'variables' : '', name), bytes);
    const page = shared();
    await page.getByLabel('Folder', { exact: true }).setInputFiles(folder);
    await expectModel(page, 'saved_model');
  });
});

test('an image where a model is asked for is an image; several sorts at once go each where they belong', async ({ page }) => {
  await openApp(page);
  await input(page, 'Model files').setInputFiles(await png('mine.png', 60, 40));
  await expect(page.getByText('mine.png, 60 × 40 px.')).toBeVisible();
  await settled(page);
  const names: GivenFile = { name: 'labels.txt', mimeType: 'text/plain', buffer: Buffer.from('0 oak\n1 elm\n2 yew\n3 ash\n') };
  await drop(page, [await png('yours.png', 30, 50, 2), names, fileAt(`${TRANSFER}.keras`)]);
  await expectModel(page, 'transfer');
  await expect(page.getByText('yours.png, 30 × 50 px.')).toBeVisible();
  await expect(best(page)).toHaveText(/^(oak|elm|yew|ash)$/);
  await input(page, 'Class names file').setInputFiles(await png('third.png', 20, 20, 3));
  await expect(page.getByText('third.png, 20 × 20 px.')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await settled(page);
});

test('a network and its weights are opened in two steps, in either order, and kept together', async ({ page }) => {
  const folder = 'refused-architecture-json-with-weights';
  const [network, weights] = [field(folder, 'model.json', 'fer.json'), field(folder, 'model_weights.h5', 'fer.h5')];
  await openApp(page);
  await drop(page, [network]);
  await expect(page.getByRole('alert')).toHaveText(/^The file fer\.json describes a network without its weights; please give .*\.$/);
  await settled(page);
  await drop(page, [weights]);
  await expectModel(page, 'fer');
  await page.reload();
  await expectModel(page, 'fer');
  await page.getByRole('combobox', { name: 'Model' }).selectOption({ index: 0 });
  await settled(page);
  await input(page, 'Model files').setInputFiles(weights);
  await expect(page.getByRole('alert')).toHaveText(/^The file fer\.h5 holds weights without a network.*\.$/);
  await input(page, 'Model files').setInputFiles(network);
  await expectModel(page, 'fer');
});

test('a network and its weights given by two ways at once are one model', async ({ page }) => {
  const folder = 'refused-architecture-json-with-weights';
  await openPage(page);
  const chosen = input(page, 'Model files').setInputFiles(field(folder, 'model.json', 'fer.json'));
  await Promise.all([chosen, input(page, 'Images').setInputFiles(field(folder, 'model_weights.h5', 'fer.h5'))]);
  await expectModel(page, 'fer');
});

test('a model.json waits for its shards, which a browser has renamed', async ({ page }) => {
  await openApp(page);
  await drop(page, [field('refused-shards-without-ending', 'model.json', 'model (1).json')]);
  await expect(page.getByRole('alert')).toHaveText(/model \(1\)\.json lacks its weights, in group1-shard1of1; please give that as well\.$/);
  await drop(page, [field('refused-shards-without-ending', 'group1-shard1of1', 'group1-shard1of1 (1)')]);
  await expectModel(page, 'model (1)');
});

test('a TensorFlow checkpoint waits for its shard and its network, whichever comes first', async ({ page }) => {
  const [index, shard, network] = [...soundCheckpoint('best'), networkFile('trees.json')].map(({ name, bytes }) => ({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(bytes),
  }));
  if (!index || !shard || !network) throw new Error('a checkpoint is two files');
  await openApp(page);
  await drop(page, [index]);
  await expect(page.getByRole('alert')).toHaveText(
    /^The checkpoint best\.index is not whole: all of its 19 tensors lie in the shard .*\.$/,
  );
  await drop(page, [shard]);
  await expect(page.getByRole('alert')).toHaveText(/^The checkpoint best\.index holds weights without a network.*\.$/);
  await drop(page, [network]);
  await expectModel(page, 'trees');
  await page.getByRole('combobox', { name: 'Model' }).selectOption({ index: 0 });
  await settled(page);
  await drop(page, [{ ...network, name: 'oaks.json' }]);
  await expect(page.getByRole('alert')).toHaveText(/^The file oaks\.json describes a network without its weights.*\.$/);
  await drop(page, [shard, index]);
  await expectModel(page, 'oaks');
});

test('weights in several files open with their index, all at once or one after the other, whichever comes first', async ({ page }) => {
  const tensors = denseNetTensors();
  const nameOf = (i: number) => `model-0000${i + 1}-of-00002.safetensors`;
  const place = (i: number) => nameOf(i < tensors.length / 2 ? 0 : 1);
  const fileOf = (name: string, bytes: Uint8Array): GivenFile => ({ name, mimeType: '', buffer: Buffer.from(bytes) });
  const [first, second] = [0, 1].map((i) => fileOf(nameOf(i), safetensorsWith(tensors.filter((_, at) => place(at) === nameOf(i)))));
  const map = { weight_map: Object.fromEntries(tensors.map(({ name }, i) => [name, place(i)])) };
  const index = fileOf('oaks.safetensors.index.json', new TextEncoder().encode(JSON.stringify(map)));
  if (!first || !second) throw new Error('there are two of them');
  const fromBuiltIn = async () => {
    await page.getByRole('combobox', { name: 'Model' }).selectOption({ index: 0 });
    await settled(page);
  };
  await openPage(page);
  await drop(page, [second, index, first]);
  await expectModel(page, 'oaks');
  await page.reload();
  await expectModel(page, 'oaks');
  for (const [one, says, two, alsoSays, last] of [
    [
      index,
      /^The file oaks\.safetensors\.index\.json lacks its weights, in model-00001.* and model-00002.*\.$/,
      first,
      /lacks its weights, in model-00002/,
      second,
    ],
    [
      first,
      /^The file model-00001.* holds a part of a model’s weights/,
      second,
      /^The files model-00001.* and model-00002.* hold a part of/,
      index,
    ],
  ] as const) {
    await fromBuiltIn();
    await drop(page, [one]);
    await expect(page.getByRole('alert')).toHaveText(says);
    await drop(page, [two]);
    await expect(page.getByRole('alert')).toHaveText(alsoSays);
    await drop(page, [last]);
    await expectModel(page, /^oaks \(\d\)$/);
  }
});

test('a model that is whole opens beside a part that waits, which is set aside', async ({ page }) => {
  const [index] = soundCheckpoint('best').map(({ name, bytes }) => ({ name, mimeType: '', buffer: Buffer.from(bytes) }));
  if (!index) throw new Error('a checkpoint has an index');
  const members = Object.fromEntries(soundGraphModel().map(({ name, bytes }) => [name, bytes]));
  const archive = { name: 'graph.zip', mimeType: 'application/zip', buffer: Buffer.from(zipOf(members)) };
  await openApp(page);
  for (const [whole, title] of [
    [archive, 'graph'],
    [fileAt(`${TRANSFER}.keras`), 'transfer'],
  ] as const) {
    await drop(page, [index]);
    await expect(page.getByRole('alert')).toHaveText(/^The checkpoint best\.index is not whole/);
    await drop(page, [whole]);
    await expectModel(page, title);
    await expect(page.getByText('The file best.index, which waited for others, was set aside;').last()).toBeVisible();
  }
});

test('a folder of a model’s files and an image opens the model', async ({ page }) => {
  await openPage(page);
  const folder = 'refused-tfjs-of-keras-3';
  await page.getByLabel('Folder', { exact: true }).setInputFiles(join(FIELD, folder));
  expect(readdirSync(join(FIELD, folder))).toContain('picture.png');
  await expectModel(page, 'model');
  await expect(page.getByText(new RegExp(`${folder}: \\d of 1 images`))).toBeVisible();
});

test('of two copies of the weights the averaged one is opened, and the other can be chosen, also after a reload', async ({ page }) => {
  const copy = (prefix: string, factor: number) =>
    denseNetTensors().map(({ name, shape, values }) => ({ name: prefix + name, shape, values: values.map((value) => value * factor) }));
  const tensors = [...copy('model.', 1), ...copy('ema.', 0.5), { name: 'criterion.weight', shape: [3], values: new Float32Array(3) }];
  await openPage(page);
  await drop(page, [{ name: 'run.safetensors', mimeType: '', buffer: Buffer.from(safetensorsWith(tensors)) }]);
  await expectModel(page, 'run');
  const settings = page.getByRole('complementary', { name: 'Settings' });
  await expect(settings).toContainText('holds 2 copies of the weights, ema and model; ema is opened at first');
  await expect(settings).toContainText('criterion.weight is no part of the network, and left out');
  const averaged = (await heatmapOf(page, 'Grad-CAM')).baseline;
  const weights = settings.getByRole('combobox', { name: 'Weights' });
  await expect(weights).toHaveValue('ema');
  await weights.selectOption('model');
  await settled(page);
  await expect(weights).toHaveValue('model');
  await expect.poll(async () => (await heatmapOf(page, 'Grad-CAM')).baseline).not.toBe(averaged);
  const other = (await heatmapOf(page, 'Grad-CAM')).baseline;
  await page.reload();
  await settled(page);
  expect((await heatmapOf(page, 'Grad-CAM')).baseline).toBe(other);
});
