/** Every layer, every knob: long sweeps, three methods, the drawn network, the strip across layers. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import sharp from 'sharp';
import { chooseFrom, exportFrom, figure, heatmapOf, openDrawer, settled, sharedPage, undoAll } from './support/app.ts';

const shared = sharedPage();

const LONG = 'conv4_block32_concat';

/** How many cells of the sweep are exact, as the figure says. */
async function exactCells(page: Page): Promise<number> {
  const text = await figure(page, 'FastAblationCAM')
    .getByText(/\d+ of 196 cells exact/)
    .innerText();
  return Number(/(\d+) of 196/.exec(text)?.[1]);
}

function saidBeside(choice: Locator, words: RegExp): Locator {
  return choice.page().locator('label').filter({ has: choice }).getByText(words);
}

test('a long sweep shows an estimate at once, keeps what it has when cancelled, and goes on from there', async () => {
  const page = shared();
  await chooseFrom(page, 'Layer', LONG);
  const sweep = figure(page, 'FastAblationCAM');
  await expect(sweep.getByText(/stimate \(first order\)/)).toBeVisible();
  await expect(sweep.getByRole('img')).toHaveAccessibleName(/an estimate in part: \d+ of 196 cells exact/);
  await expect(sweep.getByText(/[1-9]\d* of 196 cells exact · about/)).toBeVisible();
  await sweep.getByRole('button', { name: 'Cancel' }).click();
  await expect(sweep.getByText(/^Cancelled. Partial: \d+ of 196 cells exact, the rest estimated.$/)).toBeVisible({ timeout: 1_000 });
  const kept = await exactCells(page);
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(196);
  await expect(sweep.getByRole('button', { name: 'Save data JSON' })).toBeDisabled();

  await sweep.getByRole('button', { name: 'Resume' }).click();
  await expect(sweep.getByText(/of 196 cells exact/)).toBeVisible();
  expect(await exactCells(page)).toBeGreaterThanOrEqual(kept);
  await settled(page);
  await expect(sweep.getByText(/estimate correlated −?0\.\d\d/)).toBeVisible();
  expect((await heatmapOf(page, 'FastAblationCAM')).shape).toEqual([14, 14]);

  // All classes are in the sweep: another one redraws at once.
  await page.getByRole('list').getByRole('button').filter({ hasText: '%' }).nth(2).click();
  await expect(sweep).toHaveAttribute('aria-busy', 'false', { timeout: 1_000 });
  await settled(page);
  await undoAll(page);
});

test('the drawn network tells about layers, and chooses them by pointer and by keyboard', async () => {
  const page = shared();
  const map = page.getByRole('grid', { name: 'Layer map' });
  const facts = page.locator('.layer-facts');
  await expect(facts).toContainText('conv5_block32_concat · Concatenate, 7 × 7 × 1664 · 49 cells');
  await map.getByRole('gridcell', { name: 'conv4_block3_concat', exact: true }).hover();
  await expect(facts).toContainText('conv4_block3_concat · Concatenate, 14 × 14 × 352 · 196 cells · about');
  await expect(page.getByRole('combobox', { name: 'Layer' })).toHaveValue('conv5_block32_concat');
  await map.getByRole('gridcell', { name: 'conv5_block2_concat', exact: true }).click();
  await expect(page.getByRole('combobox', { name: 'Layer' })).toHaveValue('conv5_block2_concat');

  await map.focus();
  await page.keyboard.press('ArrowUp');
  await expect(facts).toContainText('conv5_block3_0_bn');
  await page.keyboard.press('ArrowRight');
  await expect(facts).toContainText('conv5_block4_0_bn');
  await page.keyboard.press('PageDown');
  await expect(facts).toContainText('bn · BatchNormalization');
  await page.keyboard.press('End');
  await expect(facts).toContainText('It has no cells: its activation is one vector.');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('combobox', { name: 'Layer' })).toHaveValue('conv5_block2_concat');
  await page.keyboard.press('Home');
  await expect(facts).toContainText('It is the image itself');
  await page.keyboard.press('End');
  for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('combobox', { name: 'Layer' })).toHaveValue('relu');
  await settled(page);
  await undoAll(page);
});

test('layers that cannot be explained are listed with the reason, and cannot be chosen', async () => {
  const page = shared();
  const layers = page.getByRole('combobox', { name: 'Layer' });
  await layers.fill('avg_pool');
  const entry = page.getByRole('option', { name: /avg_pool/ });
  await expect(entry).toContainText('It has no cells: its activation is one vector.');
  await expect(entry).toHaveAttribute('aria-disabled', 'true');
  await layers.press('Enter');
  await layers.press('Escape');
  await expect(layers).toHaveValue('conv5_block32_concat');
  await expect(page).not.toHaveURL(/avg_pool/);
});

test('the image itself is hidden in parts: said before, once for all layers, and again for other patches', async () => {
  const page = shared();
  const rise = page.getByRole('checkbox', { name: /^RISE/ });
  await expect(saidBeside(rise, /^2000 masks · about/)).toBeVisible();
  await expect(page.getByText(/^196 patches · about/)).toBeVisible();
  const [patch, step] = [page.getByRole('spinbutton', { name: 'Patch (px)' }), page.getByRole('spinbutton', { name: 'Patch stride (px)' })];
  await expect(patch).toHaveValue('32');
  await expect(step).toHaveValue('16');
  for (const [field, value] of [
    [patch, '112'],
    [step, '112'],
    [page.getByRole('spinbutton', { name: 'Masks' }), '12'],
  ] as const) {
    await field.fill(value);
    await field.press('Enter');
  }
  await rise.check();
  await page.getByRole('checkbox', { name: /^Occlusion/ }).check();
  await expect(page).toHaveURL(/patch=112&patch-stride=112&masks=12/);
  await settled(page);
  await expect(figure(page, 'Occlusion').getByText(/^input image · 224 × 224 cells · patches of 112 px every 112 px/)).toBeVisible();
  await expect(figure(page, 'RISE').getByText(/^input image · 56 × 56 cells · 12 masks · seed 1/)).toBeVisible();
  const heatmap = await heatmapOf(page, 'Occlusion');
  expect(heatmap).toMatchObject({ layer: 'input image', shape: [2, 2], window: 112, stride: 112, value: 'mean' });

  await chooseFrom(page, 'Layer', 'relu');
  await settled(page);
  expect((await heatmapOf(page, 'Occlusion')).values).toEqual(heatmap.values);
  // Whatever changes them, they are asked for anew.
  await page.getByRole('combobox', { name: 'Patch becomes' }).selectOption('blur');
  await settled(page);
  expect((await heatmapOf(page, 'Occlusion')).values).not.toEqual(heatmap.values);
  await undoAll(page);
});

test('whole passes by the hundred say how far they are, stop at once, and go on from there', async () => {
  const page = shared();
  await page.getByRole('checkbox', { name: /^Score-CAM/ }).check();
  const scored = figure(page, 'Score-CAM');
  const progress = scored.getByRole('progressbar');
  await expect(progress).toHaveAttribute('max', '1664', { timeout: 60_000 });
  await scored.getByRole('button', { name: 'Cancel' }).click();
  const words = scored.getByText(/^Cancelled. \d+ of 1664 channels are done.$/);
  await expect(words).toBeVisible({ timeout: 1_000 });
  const done = Number(/(\d+) of/.exec(await words.innerText())?.[1]);
  expect(done).toBeGreaterThan(0);
  await scored.getByRole('button', { name: 'Resume' }).click();
  // On from what is done, and out of the whole.
  await expect.poll(async () => Number(await progress.getAttribute('value')), { timeout: 60_000 }).toBeGreaterThanOrEqual(done);
  await expect(progress).toHaveAttribute('max', '1664');
  // By keyboard, whose place stays where it is; the other figures go on.
  await page.getByRole('checkbox', { name: /^RISE/ }).check();
  await scored.getByRole('button', { name: 'Cancel' }).press('Enter');
  await expect(scored.getByRole('button', { name: 'Resume' })).toBeFocused();
  await expect(figure(page, 'RISE').getByRole('progressbar')).toHaveAttribute('max', '2000', { timeout: 60_000 });
  await page.keyboard.press('Enter');
  await expect(scored.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Enter');
  await figure(page, 'RISE').getByRole('button', { name: 'Cancel' }).click();
  await undoAll(page);
});

test('too little memory for one copy is said in one sentence, and more of it helps', async () => {
  const page = shared();
  const memory = page.getByRole('spinbutton', { name: 'Batch (MB)' });
  await expect(memory).toHaveValue('64');
  await memory.fill('4');
  await memory.press('Enter');
  await chooseFrom(page, 'Layer', 'conv1_conv');
  await expect(page.getByRole('alert')).toHaveText(
    /^One copy of this layer .* takes \d+ MB, and 4 MB are allowed; please allow more memory/,
  );
  await memory.fill('128');
  await memory.press('Enter');
  await expect(figure(page, 'FastAblationCAM').getByText(/of 12544 cells exact/)).toBeVisible();
  await expect(page.getByText('engines that run the network stopped')).toHaveCount(0);
  await undoAll(page);
  await page.getByRole('listitem').filter({ hasText: 'One copy of' }).getByRole('button', { name: 'Dismiss' }).click();
});

test('numbers can be typed one digit after the other, and no digit chooses a class', async () => {
  const page = shared();
  // A window over the whole layer would leave nothing to compare.
  await chooseFrom(page, 'Layer', LONG);
  const window = page.getByLabel('Window (cells)');
  await expect(window).toHaveAttribute('max', '13');
  await window.click({ clickCount: 3 });
  await window.pressSequentially('12');
  await expect(window).toBeFocused();
  await expect(page).toHaveURL(/window=12/);
  const factor = page.getByLabel('Factor');
  await factor.click({ clickCount: 3 });
  await factor.pressSequentially('1.5');
  await expect(page).toHaveURL(/value=1\.5/);
  await expect(page).not.toHaveURL(/class=/);
  // What is out of bounds gives way to what is in use.
  await window.fill('0');
  await window.press('Tab');
  await expect(window).toHaveValue('12');
  await undoAll(page);
});

test('three figures of a class against another stand beside each other without touching', async () => {
  const page = shared();
  await page.getByRole('checkbox', { name: /^Ablation-CAM/ }).check();
  await chooseFrom(page, 'Contrast with', 'dog');
  await expect(page.getByRole('figure')).toHaveCount(4);
  await settled(page);
  const touching = () =>
    page.getByRole('figure').evaluateAll((all) => {
      const boxes = all.map((element) => element.getBoundingClientRect());
      return boxes.filter(({ left }, i) => left < (boxes[i - 1]?.right ?? 0)).length;
    });
  for (const width of [1440, 800]) {
    await page.setViewportSize({ width, height: 900 });
    await expect.poll(touching).toBe(0);
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize({ width: 1280, height: 720 });
  await undoAll(page);
});

test('one click compares both methods at the end of every block', async () => {
  const page = shared();
  const strip = await openDrawer(page, 'Across layers');
  await expect(strip.getByText(/^The maps at the end of every block/)).toBeVisible();
  await strip.getByRole('button', { name: 'Compare across layers' }).click();
  await expect(strip.getByRole('progressbar')).toBeVisible();
  await expect(strip.getByRole('listitem')).toHaveCount(5);
  await strip.getByRole('button', { name: 'Cancel' }).click();
  await expect(strip.getByText(/^Cancelled: what was finished is kept/)).toBeVisible();
  await strip.getByRole('button', { name: 'Compare across layers' }).click();
  await expect(strip.getByRole('listitem').getByRole('img')).toHaveCount(10, { timeout: 150_000 });
  await expect(strip.getByRole('listitem').getByText(/^rank correlation −?[01]\.\d\d$/)).toHaveCount(5);
  // Two of the layers in one map, which is compared on the stage.
  const combined = strip.getByRole('region', { name: 'Several layers in one map' });
  const layers = combined.getByRole('checkbox');
  await expect(layers).toHaveCount(5);
  for (const early of [0, 1, 2]) await layers.nth(early).uncheck();
  await expect(combined.getByRole('figure', { name: /^Grad-CAM · mean of conv4, conv5 · / })).toContainText('14 × 14 cells');
  await combined.getByRole('radio', { name: 'Product' }).click();
  const product = combined.getByRole('figure', { name: /^FastAblationCAM · product of conv4, conv5 · / });
  await product.getByRole('button', { name: /^Menu of / }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /^Save overlay/ }).click()]);
  expect(download.suggestedFilename()).toMatch(/_conv4-conv5_fast-ablation-cam_product-of-layers\.png$/);
  await product.getByRole('button', { name: /^Menu of / }).click();
  await page.getByRole('menuitem', { name: 'Pin to compare' }).click();
  await page.getByRole('radio', { name: 'Wipe' }).click();
  await expect(page.getByLabel('Second').locator('option:checked')).toHaveText(/^FastAblationCAM · product of conv4, conv5/);
  await strip.getByRole('button', { name: 'Show the layer conv5_block32_concat' }).click();
  await expect(page.getByRole('combobox', { name: 'Layer' })).toHaveValue('conv5_block32_concat');
  await page.getByRole('radio', { name: 'Side by side' }).click();
  await page.getByRole('button', { name: 'Close the drawer' }).click();
  await undoAll(page);
});

test('three methods stand side by side, say what they cost, and are in the URL and the downloads', async () => {
  const page = shared();
  const choice = page.getByRole('checkbox', { name: /^Ablation-CAM/ });
  await expect(saidBeside(choice, /^1664 channels · /)).toBeVisible();
  await choice.check();
  const third = figure(page, 'Ablation-CAM');
  await expect(third.getByRole('button', { name: 'Save data JSON' })).toBeEnabled();
  await expect(third.getByText(/1664 channels/)).toBeVisible();
  await expect(page).toHaveURL(/methods=grad-cam%2Cfast-ablation-cam%2Cablation-cam/);
  const heatmap = await heatmapOf(page, 'Ablation-CAM');
  expect(heatmap).toMatchObject({ method: 'ablation-cam', shape: [7, 7], window: null, stride: null, value: 'after-relu' });
  expect(heatmap.values.flat().every(Number.isFinite)).toBe(true);
  const { width = 0 } = await sharp((await exportFrom(page, 'Side by side')).content).metadata();
  expect(width).toBeGreaterThan(3 * 480);

  const others = [/^Grad-CAM(?!\+)/, /^FastAblationCAM/].map((name) => page.getByRole('checkbox', { name }));
  for (const other of others) await other.uncheck();
  // The image beside it.
  await expect(page.getByRole('figure')).toHaveCount(2);
  await expect(choice).toBeDisabled();
  await page.reload();
  await expect(third.getByRole('button', { name: 'Save data JSON' })).toBeEnabled();
  await expect(page.getByRole('figure')).toHaveCount(2);
  for (const other of others) await other.check();
  await choice.uncheck();
  await settled(page);
});

test('a long sweep can begin with coarse windows', async () => {
  const page = shared();
  const order = page.getByRole('combobox', { name: 'First in long sweeps' });
  await order.selectOption('coarse-first');
  await chooseFrom(page, 'Layer', LONG);
  await expect(figure(page, 'FastAblationCAM').getByText(/stimate \(coarse windows\)/)).toBeVisible();
  await chooseFrom(page, 'Layer', 'conv5_block32_concat');
  await page.reload();
  await expect(order).toHaveValue('coarse-first');
  await order.selectOption('largest-first');
  await settled(page);
});

test('another model does not wait for a sweep of the one before', async () => {
  const page = shared();
  await chooseFrom(page, 'Layer', 'conv2_block6_concat');
  await expect(figure(page, 'FastAblationCAM').getByText(/[1-9]\d* of 3136 cells exact/)).toBeVisible();
  await page.getByRole('combobox', { name: 'Model' }).selectOption('densenet169-polen23e');
  await expect(page.getByRole('list').getByRole('button', { name: /^serjania / })).toBeVisible();
  await expect(page).toHaveURL(/model=densenet169-polen23e/);
});
