/** What a network's outputs mean: one unit of two classes, a number, independent units, and several outputs. */
import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { chooseFrom, chooseImages, exportFrom, figure, heatmapOf, openDrawer, openModel, settled, sharedPage } from './support/app.ts';
import { FIELD, fileAt } from './support/shared.ts';
import { type Head, tinyNetwork } from './support/tiny-network.ts';

const shared = sharedPage();

function networkInput(page: Page) {
  return page.getByRole('complementary', { name: 'Settings' }).locator('details').filter({ hasText: 'Network input' });
}

function rows(page: Page) {
  return page
    .getByRole('region', { name: 'Predictions' })
    .getByRole('listitem')
    .filter({ has: page.getByRole('button') });
}

function rightValues(folder: string): { readonly what_keras_gives: readonly number[]; readonly logits: readonly number[] } {
  const [, json = ''] = /```json\n([\s\S]*?)```/.exec(readFileSync(`${FIELD}/${folder}/README.md`, 'utf8')) ?? [];
  return JSON.parse(json);
}

/** A field folder's model and image, prepared as its right values were. Of one title there can be one model. */
async function openField(page: Page, folder: string): Promise<void> {
  await openModel(page, fileAt(`${FIELD}/${folder}/model.h5`, `${folder}.h5`), folder);
  await networkInput(page).getByLabel('Values').selectOption('0 to 1');
  await chooseImages(page, fileAt(`${FIELD}/${folder}/picture.png`));
  await settled(page);
}

async function openTiny(page: Page, title: string, ...heads: readonly Head[]): Promise<void> {
  const [description, ...weights] = tinyNetwork(...heads);
  if (!description) throw new Error('the network has a description');
  await openModel(page, [{ ...description, name: `${title}.json` }, ...weights], title);
}

function negated(values: readonly (readonly number[])[]): number[] {
  return values.flat().map((value) => -value);
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  const reach = Math.max(...expected.map(Math.abs));
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs((actual[i] ?? Number.NaN) - value)).toBeLessThan(1e-3 * reach);
}

test('one sigmoid unit has two classes: both names, both shares, and a map of either', async () => {
  const page = shared();
  const folder = 'unclear-single-sigmoid-unit-two-names';
  const { what_keras_gives: given, logits } = rightValues(folder);
  const [p = Number.NaN, z = Number.NaN] = [given[0], logits[0]];
  await openField(page, folder);
  await page.getByLabel('Class names file').setInputFiles(fileAt(`${FIELD}/${folder}/names.txt`));
  const [other = '', own = ''] = readFileSync(`${FIELD}/${folder}/names.txt`, 'utf8').trim().split('\n');
  await expect(rows(page)).toHaveText([`${other}${Math.round((1 - p) * 100)} %`, `${own}${Math.round(p * 100)} %`]);
  await expect(page.getByRole('alert')).toHaveCount(0);
  await settled(page);
  const maps = async () => [await heatmapOf(page, 'Grad-CAM'), await heatmapOf(page, 'FastAblationCAM')] as const;
  const negative = await maps();
  await chooseFrom(page, 'Class', own);
  await settled(page);
  const positive = await maps();
  for (const [i, map] of positive.entries()) {
    expect(map.class).toEqual({ index: 1, name: own });
    expect(map.baseline).toBeCloseTo(z, 4);
    expect(negative[i]).toMatchObject({ class: { index: 0, name: other }, baseline: expect.closeTo(-z, 4) });
    expectClose(negative[i]?.values.flat() ?? [], negated(map.values));
  }
  await expect(networkInput(page)).toContainText('One sigmoid unit: two classes');
  // The page, as it is, holds nothing of a third class.
  await chooseFrom(page, 'Contrast with', other);
  await settled(page);
  expect((await heatmapOf(page, 'FastAblationCAM')).baseline).toBeCloseTo(2 * z, 4);
});

test('one linear unit is a number without percentages, until it is read as a probability; nothing is loaded again', async () => {
  const page = shared();
  const folder = 'wrong-single-linear-unit';
  const [z = Number.NaN] = rightValues(folder).logits;
  await openField(page, folder);
  await expect(networkInput(page)).toContainText('ends in a single unit without an activation');
  const shown = `−${Math.abs(z).toPrecision(3)}`;
  await expect(rows(page)).toHaveText([`output${shown}`]);
  await expect(figure(page, 'FastAblationCAM')).toContainText('drop in value');
  await expect(figure(page, 'Grad-CAM').getByRole('img')).toHaveAttribute('aria-label', /of the number output/);
  expect(await heatmapOf(page, 'FastAblationCAM')).toMatchObject({ score: 'value', baseline: expect.closeTo(z, 4) });
  const measures = await openDrawer(page, 'Measure');
  await measures.getByRole('button', { name: 'Measure', exact: true }).click();
  await expect(measures.getByRole('cell', { name: '…' })).toHaveCount(0, { timeout: 60_000 });
  await expect(measures).toContainText('Measured by the value of output');
  await expect(measures.getByRole('columnheader', { name: /^Average drop/ })).toHaveCount(0);
  await expect(measures.getByRole('columnheader', { name: /^Deletion/ })).toHaveCount(1);
  const report = (await exportFrom(page, 'Report')).content.toString();
  const [, tables = ''] = /<section>([\s\S]*)<section><h2>Settings/.exec(report) ?? [];
  expect(tables).toContain('Value');
  // How far the input is moved is no probability.
  expect(tables.replace('2 % of the input’s range', '')).not.toContain('%');
  for (const part of [page.getByRole('region', { name: 'Predictions' }), await openDrawer(page, 'Cells'), figure(page, 'Grad-CAM')])
    await expect(part).not.toContainText('%');

  let loads = 0;
  const countLoad = () => loads++;
  page.on('worker', countLoad);
  await networkInput(page).getByLabel('The output is read').selectOption('As a probability (sigmoid)');
  await settled(page);
  await expect(rows(page)).toHaveText(['class 051 %', 'class 149 %']);
  expect(await heatmapOf(page, 'FastAblationCAM')).toMatchObject({ score: 'logit', class: { index: 0 }, baseline: expect.closeTo(-z, 4) });
  await networkInput(page).getByLabel('The output is read').selectOption('As a number');
  await settled(page);
  await expect(rows(page)).toHaveText([`output${shown}`]);
  expect(loads).toBe(0);
  page.off('worker', countLoad);
  await page.reload();
  await settled(page);
  await expect(rows(page)).toHaveCount(1);
});

test('several sigmoid units are shown each by itself, and do not add up', async () => {
  const page = shared();
  await openTiny(page, 'tags', { name: 'tags', units: 3, activation: 'sigmoid' });
  const predictions = page.getByRole('region', { name: 'Predictions' });
  await expect(rows(page)).toHaveCount(3);
  await expect(predictions).toContainText('Each by itself');
  await expect(predictions).not.toContainText('others:');
  const shares = (await rows(page).locator('.prediction-share').allTextContents()).map((text) => Number.parseFloat(text));
  expect(shares).toEqual(shares.toSorted((a, b) => b - a));
  await expect(page.getByText('it rules no other out', { exact: true })).toBeVisible();
  await expect(networkInput(page)).toContainText('3 units with sigmoids');
  const { baseline, class: explained } = await heatmapOf(page, 'Grad-CAM');
  expect((await rows(page).first().textContent())?.startsWith(explained.name)).toBe(true);
  expect(Math.round(100 / (1 + Math.exp(-baseline)))).toBeCloseTo(shares[0] ?? Number.NaN, -0.5);
});

test('of several outputs the classifier is explained, and another one when it is chosen', async () => {
  const page = shared();
  const heads = [
    { name: 'age', units: 1, activation: 'linear' },
    { name: 'kind', units: 4, activation: 'softmax' },
  ] as const;
  await openTiny(page, 'outputs', ...heads);
  await expect(networkInput(page)).toContainText('has 2 outputs, of which “kind” is explained');
  await expect(rows(page)).toHaveCount(4);
  await networkInput(page).getByLabel('Explained output').selectOption('age, 1 unit');
  await expect(rows(page)).toHaveCount(1);
  await settled(page);
  expect(await heatmapOf(page, 'FastAblationCAM')).toMatchObject({ score: 'value' });
  await expect(page.getByRole('gridcell', { name: /kind/ })).toHaveCount(0);
  await page.reload();
  await settled(page);
  await expect(rows(page)).toHaveCount(1);
});

test('ImageNet’s names are said to be assumed, and can be taken away or taken in Darknet’s order', async () => {
  const page = shared();
  await openModel(page, fileAt(`${FIELD}/wrong-imagenet-names-assumed/model.h5`), 'model');
  await expect(networkInput(page)).toContainText('ImageNet’s names are assumed');
  const names = networkInput(page).getByLabel('Outputs are called');
  await names.selectOption('By their numbers');
  await expect(rows(page).first()).toHaveText(/^class \d+/);
  const [, index = ''] = /^class (\d+)/.exec((await rows(page).first().textContent()) ?? '') ?? [];
  await names.selectOption('ImageNet’s, in the order of Darknet');
  await expect(rows(page).first()).not.toHaveText(new RegExp(`^class ${index}`));
  await chooseFrom(page, 'Class', 'acoustic guitar');
  await settled(page);
  expect((await heatmapOf(page, 'Grad-CAM')).class).toEqual({ index: 344, name: 'acoustic guitar' });
});

test('of thousands of classes the best are listed, and any other one is found by its name', async () => {
  const page = shared();
  await openTiny(page, 'thousands', { name: 'kind', units: 3000, activation: 'softmax' });
  await page.getByRole('button', { name: 'Show all: Class' }).click();
  const list = page.getByRole('listbox', { name: 'Class' });
  await expect(list.getByText('1000 more: type a part of a name to find it')).toBeAttached();
  await expect(list.getByRole('option')).toHaveCount(2001);
  await page.keyboard.press('Escape');
  await chooseFrom(page, 'Class', 'class 2999');
  await settled(page);
  expect(await heatmapOf(page, 'Grad-CAM')).toMatchObject({ class: { index: 2999, name: 'class 2999' } });
});
