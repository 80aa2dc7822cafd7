/** The page and the command line agree: what the one prints, the other runs; what that one finds, the page shows. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { chooseImages, figure, heatmapOf, openApp, settled } from './support/app.ts';
import { FIELD, fileAt } from './support/shared.ts';

const MODEL = join(FIELD, 'refused-batchnormalizationv1', 'model.h5');
const IMAGE = join(FIELD, 'refused-batchnormalizationv1', 'picture.png');
const CLI = resolve('dist-node/cli.js');

let folder: string;
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'command-line-'));
});
test.afterEach(() => rmSync(folder, { recursive: true }));

/** Runs what a person pastes into a shell, with this build in place of the published one. */
function paste(command: string): void {
  const own = command.replace('npx fast-ablation-cam', `'${process.execPath}' '${CLI}'`);
  execFileSync('sh', ['-c', own], { cwd: folder, stdio: 'pipe' });
}

/** @returns what it says to a person */
function cli(...words: string[]): string {
  return spawnSync(process.execPath, [CLI, ...words], { cwd: folder, encoding: 'utf8' }).stderr;
}

async function openOwnModel(page: Page): Promise<void> {
  await openApp(page);
  await page.getByLabel('Model files', { exact: true }).and(page.locator('input')).setInputFiles(fileAt(MODEL, 'shapes.h5'));
  await expect(page.getByRole('combobox', { name: 'Model' }).locator('option:checked')).toHaveText('shapes');
  await chooseImages(page, fileAt(IMAGE, 'square one.png'));
  await expect(page.getByRole('radio', { name: 'square one.png' })).toBeChecked();
  await settled(page);
}

function jsonIn(path: string) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

test('the command line that the page prints finds what the page shows', async ({ page }) => {
  await openOwnModel(page);
  const layer = await page.getByRole('combobox', { name: 'Layer' }).inputValue();
  await page.getByRole('combobox', { name: 'Class' }).fill('class 2');
  await page.keyboard.press('Enter');
  for (const title of ['Ablation-CAM', 'ReciproCAM', 'Score-CAM', 'Occlusion'])
    await page.getByRole('checkbox', { name: new RegExp(`^${title}`) }).check();
  await settled(page);
  await expect(figure(page, 'Occlusion').getByRole('button', { name: 'Save data JSON' })).toBeEnabled({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Command line' }).click();
  const dialog = page.getByRole('dialog', { name: 'Command line' });
  const command = await dialog.getByRole('textbox', { name: 'Command: The maps on screen' }).inputValue();
  expect(command).toContain(`explain 'square one.png' --model MODEL --out results --layer ${layer} --class`);
  await expect(dialog).toContainText('MODEL stands for the file or folder of “shapes”');
  await dialog.getByRole('button', { name: 'Close' }).click();

  cpSync(MODEL, join(folder, 'shapes.h5'));
  cpSync(IMAGE, join(folder, 'square one.png'));
  paste(command.replace('--model MODEL', '--model shapes.h5'));
  const [line] = readFileSync(join(folder, 'results/results.jsonl'), 'utf8').trim().split('\n');
  const { maps, explained } = JSON.parse(line ?? '{}');
  for (const [method, title] of [
    ['grad-cam', 'Grad-CAM'],
    ['fast-ablation-cam', 'FastAblationCAM'],
    ['ablation-cam', 'Ablation-CAM'],
    ['recipro-cam', 'ReciproCAM'],
    ['score-cam', 'Score-CAM'],
    ['occlusion', 'Occlusion'],
  ] as const) {
    const shown = await heatmapOf(page, title);
    const found = jsonIn(join(folder, 'results', maps.find((map: { method: string }) => map.method === method).data));
    expect(explained.index).toBe(shown.class.index);
    expect(found.shape).toEqual(shown.shape);
    expect(found.layer).toBe(shown.layer);
    const largest = Math.max(...shown.values.flat().map(Math.abs));
    // What is a difference of scores has the rounding of numbers about one, however small it is: the page's batches are not the program's.
    const allowed = 1e-5 * largest + 2 ** -23 * Math.max(1, Math.abs(shown.baseline));
    for (const [i, value] of shown.values.flat().entries())
      expect(Math.abs(found.values.flat()[i] - value), title).toBeLessThanOrEqual(allowed);
  }
});

test('a folder of results is shown as a dataset, with its images once they are there', async ({ page }) => {
  for (const label of ['class 0', 'class 1']) {
    mkdirSync(join(folder, 'photos', label), { recursive: true });
    cpSync(IMAGE, join(folder, 'photos', label, `${label.at(-1)}.png`));
  }
  writeFileSync(join(folder, 'photos', 'class 0', 'broken.png'), readFileSync(IMAGE).subarray(0, 90));
  const said = cli('measure', 'photos', '--model', resolve(MODEL), '--out', 'out', '--steps', '4', '--files', 'data,overlay');
  expect(said).toContain('1 of 3 images failed');

  await openApp(page);
  const alerts = page.getByRole('alert');
  const given = page.getByLabel('Folder', { exact: true }).and(page.locator('input'));
  await page.getByRole('tab', { name: /^Dataset/ }).click();
  await given.setInputFiles(join(folder, 'out'));
  const set = page.getByRole('region', { name: 'Dataset' });
  await expect(set).toContainText('photos: 3 of 3 images');
  await expect(set).toContainText('found by the command line with “model”');
  await expect(set).toContainText('The images are not here');
  await expect(set).toContainText('broken.png');
  await expect(set).toContainText(/1 of 2 are named right/);
  const cards = set.locator('.set-card');
  await expect(cards).toHaveCount(3);
  await expect(set.locator('.set-card canvas')).toHaveCount(2);
  await expect(set.getByRole('row', { name: /FastAblationCAM/ })).toBeVisible();

  // Their paths lead on from the folder that was given to the command line, whatever it is called by now.
  renameSync(join(folder, 'photos'), join(folder, 'home'));
  mkdirSync(join(folder, 'moved'));
  renameSync(join(folder, 'home'), join(folder, 'moved', 'photos'));
  await given.setInputFiles(join(folder, 'moved'));
  await expect(page.getByText('3 images belong to the results')).toBeVisible();
  await expect(set).not.toContainText('are not here');
  // It outlives the visit, as a folder does that is measured on the page.
  await page.reload();
  await expect(set).toContainText('photos: 3 of 3 images');
  await expect(set).toContainText('found by the command line with “model”');
  await expect(set).not.toContainText('are not here');
  await expect(set).toContainText('broken.png');
  await expect(set.locator('.set-card canvas')).toHaveCount(2);
  await set.getByRole('button', { name: /class 1\/1\.png/ }).click();
  await expect(page.getByRole('radio', { name: '1.png' })).toBeChecked();
  await expect(alerts).toHaveCount(0);
  expect(readdirSync(join(folder, 'out'))).toContain('results.jsonl');
  await set.getByRole('button', { name: 'Delete', exact: true }).click();
  await set.getByRole('button', { name: 'Yes, delete' }).click();
  await expect(set).not.toContainText('photos');
  await page.reload();
  await settled(page);
  await expect(set).not.toContainText('photos');
});
