/** Which map is right: cells asked, maps compared and measured, sets run through, and a report to keep. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import {
  chooseFrom,
  chooseImages,
  downloadFrom,
  exportFrom,
  figure,
  openDrawer,
  openModel,
  openPage,
  settled,
  sharedPage,
  undoAll,
} from './support/app.ts';
import { blotches, png } from './support/images.ts';
import { fileAt, golden } from './support/shared.ts';
import { tinyNetwork } from './support/tiny-network.ts';

const shared = sharedPage();

const TINY = 'src/formats/testing/keras/transfer.keras';

function section(page: Page, name: string) {
  return page.getByRole('region', { name });
}

function cells(page: Page, method: string) {
  return figure(page, method).getByRole('slider');
}

let opened = 0;

/** A small network, so that hundreds of passes take no time. */
async function openTiny(page: Page): Promise<void> {
  // By another name each time, so that one that was opened before cannot be taken for it.
  const title = `tiny-${++opened}`;
  await openModel(page, fileAt(TINY, `${title}.keras`), title);
}

test('a measurement that takes too long is cancelled at once', async () => {
  const page = shared();
  const measures = await openDrawer(page, 'Measure');
  await measures.getByRole('button', { name: 'Measure' }).click();
  await expect(measures.getByRole('progressbar')).toBeVisible();
  await measures.getByRole('button', { name: 'Cancel' }).click();
  await expect(measures).toContainText('Cancelled: what was finished is kept.');
  await expect(measures.getByRole('button', { name: 'Measure' })).toBeEnabled();
});

test('pointing at one figure marks the same cell in all, and a cell taken away changes what the network says', async () => {
  const page = shared();
  const box = await cells(page, 'Grad-CAM').boundingBox();
  if (!box) throw new Error('the figure has no size');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const said = (method: string, words: RegExp) => expect(cells(page, method)).toHaveAttribute('aria-valuetext', words);
  await said('Grad-CAM', /^row 4, column 4: [−\d.]+ gradient-weighted activation \(logit\)$/);
  await said('FastAblationCAM', /^row 4, column 4: [−\d.]+ drop in logit$/);

  const ask = section(page, 'Predictions');
  await cells(page, 'FastAblationCAM').click({ position: { x: box.width / 2, y: box.height / 2 } });
  await expect(ask).toContainText('Before, and without 1 cell.');
  await expect(ask.getByRole('listitem').filter({ hasText: /%.*→.*%/ })).toHaveCount(5);
  // By keys: the cell to the right as well.
  await cells(page, 'FastAblationCAM').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(ask).toContainText('without 2 cells');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(ask).toContainText('without 1 cell.');
  await ask.getByRole('button', { name: 'Put all back' }).click();
  await expect(ask).toContainText('Click a cell');
  await undoAll(page);
});

test('maps of two layers are compared: wiped, subtracted, and in numbers', async () => {
  const page = shared();
  await figure(page, 'FastAblationCAM').getByRole('button', { name: 'Figure menu' }).click();
  await page.getByRole('menuitem', { name: 'Pin to compare' }).click();
  await chooseFrom(page, 'Layer', 'relu');
  await settled(page);
  const compare = section(page, 'Stage');
  await compare.getByRole('radio', { name: 'Wipe' }).click();
  await compare.getByLabel('First').selectOption('FastAblationCAM');
  await compare.getByLabel('Second').selectOption({ label: 'FastAblationCAM · conv5_block32_concat · person' });
  await expect(compare).toContainText(/rank correlation [01]\.\d\d, cosine [01]\.\d\d/);
  await compare.getByRole('slider', { name: 'Wipe' }).press('Home');
  await expect(compare.getByRole('slider', { name: 'Wipe' })).toHaveAttribute('aria-valuenow', '0');
  await compare.getByRole('radio', { name: 'Difference' }).click();
  await expect(compare).toContainText('first less second');
  await compare.getByRole('button', { name: 'Pinned (1)' }).click();
  await page.getByRole('button', { name: /^Unpin/ }).click();
  await page.keyboard.press('Escape');
  await expect(compare.getByLabel('Second').locator('option')).toHaveCount(2);
  await compare.getByRole('radio', { name: 'Side by side' }).click();
  await undoAll(page);
});

test('maps are measured beside a random one, with curves, a box and the sanity check, and all of it is in the report', async ({
  page: reader,
}) => {
  const page = shared();
  await openTiny(page);
  const measures = await openDrawer(page, 'Measure');
  // The sample brings a box of its own.
  await measures.getByRole('button', { name: 'Box around the object' }).click();
  await expect(measures.getByLabel('Left (px)')).toHaveValue('12');
  await measures.getByRole('button', { name: 'Measure' }).click();
  await expect(measures.getByRole('row')).toHaveCount(4);
  await expect(measures.getByRole('cell', { name: '…' })).toHaveCount(0, { timeout: 60_000 });
  await expect(measures.getByRole('columnheader').filter({ hasText: 'Energy in box' })).toBeVisible();
  await expect(measures.getByRole('columnheader').filter({ hasText: 'Max-sensitivity' })).toBeVisible();
  await expect(measures).toContainText('the largest of 10 changes, in each of which uniform noise');
  await expect(measures.getByRole('img', { name: /^Deletion at step 1 of 16/ })).toBeVisible();
  await measures.getByLabel(/^Pixels removed/).fill('8');
  await expect(measures.getByRole('img', { name: 'Random map at step 8 of 16' })).toBeVisible();

  const sanity = await openDrawer(page, 'Sanity check');
  await sanity.getByRole('button', { name: 'Check', exact: true }).click();
  await expect(sanity.getByRole('rowheader', { name: 'as trained' })).toBeVisible();
  await expect(sanity.getByRole('button', { name: 'Check', exact: true })).toBeVisible({ timeout: 60_000 });

  const report = await exportFrom(page, 'Report');
  expect(report.name).toMatch(/_report\.html$/);
  const html = report.content.toString();
  for (const part of [
    'data:image/png;base64,',
    'Faithfulness',
    'Random map',
    'Sanity check',
    'as trained',
    'Weights (SHA-256)',
    'Max-sensitivity ↓',
  ])
    expect(html).toContain(part);
  await reader.setContent(html);
  // The image, two maps and that of where they disagree with what their colours mean, and two curves.
  await expect(reader.getByRole('img')).toHaveCount(9);
  await expect(reader.getByRole('img', { name: /^Colour scale of (Grad-CAM|FastAblationCAM)$/ })).toHaveCount(2);
  await expect(reader.getByRole('img', { name: /^Insertion/ })).toBeVisible();
});

test('whether the methods agree is said in words, as a table, and as a map of where they do not', async () => {
  const page = shared();
  await openTiny(page);
  await page.getByRole('checkbox', { name: /^Occlusion/ }).check();
  const panel = await openDrawer(page, 'Agreement');
  const table = panel.getByRole('table', { name: 'Rank correlation of every two methods’ maps' });
  // The maps of Occlusion have a grid of their own.
  await expect(table.getByRole('columnheader')).toHaveText(['Method', 'Grad-CAM', 'FastAblationCAM', 'Occlusion'], { timeout: 60_000 });
  await expect(table.getByRole('row', { name: /^Occlusion [−\d]\S* [−\d]\S* –$/ })).toBeVisible();
  await expect(panel).toContainText(
    /(agree|agree by and large|agree a little|do not agree|contradict each other) \(−?[01]\.\d\d\)|All agree: /,
  );
  const disagreement = panel.getByRole('figure', { name: /^Disagreement of Grad-CAM, FastAblationCAM and Occlusion · / });
  await expect(disagreement).toContainText('spread of the methods (yellow)');
  await expect(disagreement).toContainText(/values 0(\.\d+)? to [01](\.\d+)?/);
  await panel.getByRole('button', { name: /^Menu of Disagreement of / }).click();
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Save array' }).click()]);
  expect(saved.suggestedFilename()).toMatch(/_disagreement-of-3-methods\.npy$/);
  await page.getByRole('checkbox', { name: /^Occlusion/ }).uncheck();
});

test('an image without anything to rank is said so, and never a number', async () => {
  const page = shared();
  await openTiny(page);
  await chooseImages(page, await png('small.png', 64, 64));
  await settled(page);
  // What is left as it is changes nothing: a map that ranks nothing.
  await page.getByLabel('Factor').fill('1');
  await settled(page);
  const measures = await openDrawer(page, 'Measure');
  await measures.getByRole('button', { name: 'Measure' }).click();
  await expect(measures.getByRole('row').filter({ hasText: 'FastAblationCAM' })).toContainText('undefined (constant map)', {
    timeout: 60_000,
  });
  await expect(measures.getByRole('cell', { name: '…' })).toHaveCount(0, { timeout: 60_000 });
  await expect(measures).not.toContainText('NaN');
});

test('methods are compared at every layer: every two of them over depth, the matrix of one layer, and in the report', async () => {
  const page = shared();
  await openModel(page, golden('networks/resnet-of-cifar', 'weights.safetensors'), 'weights');
  await page.getByRole('checkbox', { name: /^Eigen-CAM/ }).check();
  const strip = await openDrawer(page, 'Across layers');
  await strip.getByRole('button', { name: 'Compare across layers' }).click();
  const table = strip.getByRole('table', { name: 'Rank correlation of every two methods’ maps at every layer' });
  await expect(table.getByRole('rowheader')).toHaveText(
    ['Grad-CAM and FastAblationCAM', 'Grad-CAM and Eigen-CAM', 'FastAblationCAM and Eigen-CAM'],
    { timeout: 60_000 },
  );
  await expect(strip.getByText(/^The 3 methods agree most at \S+ \(mean rank correlation /)).toBeVisible({ timeout: 60_000 });
  await expect(table.getByRole('cell').filter({ hasText: /^(−?[01]\.\d\d|undefined.*)$/ })).not.toHaveCount(0);
  const agreement = strip.getByRole('region', { name: 'Do the methods agree?' });
  await agreement.getByLabel('Agreement at').selectOption({ index: 1 });
  await expect(agreement.getByRole('table', { name: /^Rank correlation of every two methods’ maps at / })).toBeVisible();
  // A method that comes to those on screen is missing until it is asked for.
  await page.getByRole('checkbox', { name: /^LayerCAM/ }).check();
  await strip.getByRole('button', { name: 'Compare across layers' }).click();
  await expect(strip.getByText(/^The 4 methods agree most at /)).toBeVisible({ timeout: 60_000 });
  // A layer within a block joins the ends of the blocks.
  await chooseFrom(page, 'Layer', 'layer2.0.conv1');
  await settled(page);
  await strip.getByRole('button', { name: 'Add layer2.0.conv1' }).click();
  await expect(strip.getByRole('figure', { name: /^LayerCAM · mean of .*, layer2\.0\.conv1, / })).toBeVisible({ timeout: 60_000 });
  const report = (await exportFrom(page, 'Report')).content.toString();
  for (const part of ['Do the methods agree, layer by layer?', 'LayerCAM and Eigen-CAM', 'LayerCAM, mean of '])
    expect(report).toContain(part);
  for (const name of [/^Eigen-CAM/, /^LayerCAM/]) await page.getByRole('checkbox', { name }).uncheck();
});

test('a network that is all one block has several layers in one map too: those that are added', async () => {
  const page = shared();
  await openModel(page, tinyNetwork({ name: 'kind', units: 3, activation: 'softmax' }), 'tiny');
  const strip = await openDrawer(page, 'Across layers');
  await strip.getByRole('button', { name: 'Compare across layers' }).click();
  const combined = strip.getByRole('region', { name: 'Several layers in one map' });
  await expect(combined).toContainText('Two layers are needed: choose another layer above, and add it here.');
  await chooseFrom(page, 'Layer', 'first');
  await settled(page);
  await combined.getByRole('button', { name: 'Add first' }).click();
  await expect(combined.getByRole('figure', { name: /^Grad-CAM · mean of first, stem / })).toBeVisible({ timeout: 60_000 });
});

test('a folder is measured, goes on after the page was closed, and is saved as a table', async ({ page }) => {
  const failures: string[] = [];
  page.on('pageerror', ({ message }) => failures.push(message));
  const folder = await mkdtemp(join(tmpdir(), 'set-'));
  try {
    for (const name of ['oak', 'elm']) await mkdir(join(folder, name));
    for (const [i, path] of ['oak/a.png', 'oak/b.png', 'elm/c.png', 'elm/d.png'].entries())
      await writeFile(join(folder, path), await blotches(80, 60, i + 1));
    await writeFile(join(folder, 'elm/broken.png'), 'no image');
    await openPage(page);
    await openTiny(page);
    const set = section(page, 'Dataset');
    await page.getByLabel('Folder', { exact: true }).setInputFiles(folder);
    await expect(set).toContainText(/[1-4] of 5 images/, { timeout: 60_000 });
    await page.reload();
    await settled(page);
    await expect(set).toContainText('5 of 5 images', { timeout: 60_000 });
    await expect(set).toContainText('elm/broken.png');
    await expect(set).toContainText('; 1 of them could not be read.');
    await expect(set.getByRole('row')).toHaveCount(4);
    const csv = await downloadFrom(page, set, 'CSV');
    expect(csv.content.toString().split('\r\n')).toHaveLength(1 + 4 * 3);
    await set.getByRole('button', { name: 'Worst images of Grad-CAM by ROAD' }).click();
    await set.getByRole('button', { name: /c\.png/ }).click();
    await expect(page.getByText('c.png, 80 × 60 px.')).toBeVisible();
    await settled(page);
    // Another folder does not take the place of results by itself, and the keyboard stays where it is.
    await page.getByLabel('Folder', { exact: true }).setInputFiles(join(folder, 'oak'));
    const question = set.getByRole('group', { name: 'Replace this dataset?' });
    await expect(question).toContainText(/^Measure oak in place of .*\? Its 4 results are deleted then\./);
    await expect(question.getByRole('button', { name: 'Keep' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(question).toHaveCount(0);
    await expect(page.getByRole('tab', { name: /^Dataset/ })).toBeFocused();
    await set.getByRole('button', { name: 'Delete' }).press('Enter');
    await page.keyboard.press('Enter');
    await expect(set.getByRole('button', { name: 'Delete' })).toBeFocused();
    await page.keyboard.press('Enter');
    await set.getByRole('button', { name: 'Yes, delete' }).press('Enter');
    await expect(set).toContainText('Drop or choose a folder');
    await expect(page.getByRole('tab', { name: /^Dataset/ })).toBeFocused();
    expect(failures).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
