import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { figure, type GivenFile, heatmapOf, openApp, settled, sharedPage } from './support/app.ts';

const FOLDER = 'public/models/densenet169-polen23e';
/** How many models the page offers before any is opened: with the one that the hub is asked for where there is a network. */
const OFFERED: number = 1 + JSON.parse(readFileSync('dist/models/index.json', 'utf8')).length;

function modelFiles(): GivenFile[] {
  return readdirSync(FOLDER)
    .filter((name) => /\.(json|bin)$/.test(name))
    .map((name) => ({ name, mimeType: 'application/octet-stream', buffer: readFileSync(join(FOLDER, name)) }));
}

/** Chosen on the disk, where the browser reads them itself: to hand it so many megabytes takes ten times as long. */
async function chooseModel(page: Page, files: GivenFile[]): Promise<void> {
  const paths = files.map(({ name, buffer }) => {
    const path = test.info().outputPath(name);
    writeFileSync(path, buffer);
    return path;
  });
  await page.getByLabel('Model files', { exact: true }).setInputFiles(paths);
}

test('a layers-model is opened from its files, and explains the same', async ({ page }) => {
  await openApp(page, '?model=densenet169-polen23e');
  const builtIn = await heatmapOf(page, 'Grad-CAM');
  await chooseModel(page, modelFiles());
  await expect(page.getByRole('combobox', { name: 'Model' }).locator('option')).toHaveCount(OFFERED + 1, { timeout: 30_000 });
  await settled(page);
  const opened = await heatmapOf(page, 'Grad-CAM');
  expect(opened.model).not.toBe(builtIn.model);
  const range = Math.max(...builtIn.values.flat()) - Math.min(...builtIn.values.flat());
  for (const [i, value] of opened.values.flat().entries())
    expect(Math.abs(value - (builtIn.values.flat()[i] ?? Number.NaN)) / range).toBeLessThan(1e-2);
  await page.getByRole('combobox', { name: 'Model' }).selectOption('DenseNet-169 · POLEN23E');
  await expect(page).toHaveURL(/model=densenet169-polen23e/);
  await settled(page);
});

const FAULTS: readonly { readonly what: string; readonly names: string; spoil(files: GivenFile[]): GivenFile[] }[] = [
  {
    what: 'a shard that is missing',
    names: 'group1-shard3of7.bin',
    spoil: (files) => files.filter(({ name }) => name !== 'group1-shard3of7.bin'),
  },
  {
    what: 'a flipped byte',
    names: 'group1-shard2of7.bin',
    spoil: (files) =>
      files.map((file) => {
        if (file.name !== 'group1-shard2of7.bin') return file;
        const buffer = Buffer.from(file.buffer);
        buffer[1000] = (buffer[1000] ?? 0) ^ 64;
        return { ...file, buffer };
      }),
  },
  {
    what: 'a model.json that is cut short, without a manifest',
    names: 'model.json',
    spoil: (files) =>
      files.flatMap((file) => {
        if (file.name === 'manifest.json') return [];
        return file.name === 'model.json' ? [{ ...file, buffer: file.buffer.subarray(0, 5000) }] : [file];
      }),
  },
  {
    what: 'an empty file',
    names: 'model.json',
    spoil: () => [{ name: 'model.json', mimeType: 'application/json', buffer: Buffer.alloc(0) }],
  },
];

async function expectRefused(page: Page, files: GivenFile[], names: string): Promise<void> {
  await chooseModel(page, files);
  await expect(page.getByRole('alert')).toHaveCount(1);
  await expect(page.getByRole('alert')).toContainText(names);
  await settled(page);
  await expect(page.getByRole('combobox', { name: 'Model' }).locator('option')).toHaveCount(OFFERED);
  await page.getByRole('list').getByRole('button').filter({ hasText: '%' }).nth(2).click();
  await settled(page);
  await expect(figure(page, 'Grad-CAM')).toBeVisible();
  await page.getByRole('button', { name: 'Dismiss' }).click();
}

test.describe('with a fault', () => {
  const shared = sharedPage();

  for (const { what, names, spoil } of FAULTS)
    test(`${what} is named in one sentence, and the model before stays`, () => expectRefused(shared(), spoil(modelFiles()), names));
});

// On a page of its own: a model.json that was given before would wait for them.
test('shards alone is named in one sentence, and the model before stays', async ({ page }) => {
  await openApp(page);
  const shards = modelFiles().filter(({ name }) => name.endsWith('.bin'));
  await expectRefused(page, shards, 'group1-shard1of7.bin');
});
