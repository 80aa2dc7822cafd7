import { expect, type Page, test } from '@playwright/test';
import sharp from 'sharp';
import {
  chooseFrom,
  chooseImages,
  downloadFrom,
  exportFrom,
  figure,
  heatmapOf,
  METHODS,
  openApp,
  openModel,
  openPage,
  settled,
  sharedPage,
  undoAll,
} from './support/app.ts';
import { jpeg, png } from './support/images.ts';
import { tinyNetwork } from './support/tiny-network.ts';

const shared = sharedPage();

/** Back to the layer and the class that the page opens with. */
async function undoChoices(page: Page): Promise<void> {
  await undoAll(page);
  await expect(page).toHaveURL(/layer=conv5_block32_concat/);
  await expect(page).not.toHaveURL(/class=/);
}

/** What is stored of a sample is what comes of its image when a person adds it: of that nothing is stored. */
async function expectStoredAsComputed(page: Page, sample: string): Promise<void> {
  const stored = [await heatmapOf(page, METHODS[0]), await heatmapOf(page, METHODS[1])];
  const buffer = await (await page.request.get(`samples/${sample}`)).body();
  await chooseImages(page, { name: 'again.png', mimeType: 'image/png', buffer });
  await expect(page.getByText('again.png, 480 × 480 px.')).toBeVisible();
  await settled(page);
  for (const [i, method] of METHODS.entries()) {
    const computed = await heatmapOf(page, method);
    expect(computed.class).toEqual(stored[i]?.class);
    const wanted = stored[i]?.values.flat() ?? [];
    const range = Math.max(...wanted) - Math.min(...wanted);
    for (const [cell, value] of computed.values.flat().entries())
      expect(Math.abs(value - (wanted[cell] ?? Number.NaN)) / range).toBeLessThan(1e-2);
  }
}

test('the page’s overlay is the image where the map is nothing, and red where it is strongest', async () => {
  const page = shared();
  const heatmap = await heatmapOf(page, 'FastAblationCAM');
  const { content } = await downloadFrom(page, figure(page, 'FastAblationCAM'), 'Save overlay PNG');
  const { data, info } = await sharp(content).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const flat = heatmap.values.flat();
  const peak = flat.indexOf(Math.max(...flat));
  const [rows, columns] = heatmap.shape;
  const y = Math.floor(((Math.floor(peak / columns) + 0.5) / rows) * info.height);
  const x = Math.floor((((peak % columns) + 0.5) / columns) * info.width);
  const original = await sharp(await (await page.request.get('samples/densenet169-everyday/astronaut.jpg')).body())
    .removeAlpha()
    .raw()
    .toBuffer();
  const at = (y * info.width + x) * 3;
  // Opacity 55 %: 0.45 of the image and 0.55 of full red.
  expect(Math.abs((data[at] ?? 0) - (0.45 * (original[at] ?? 0) + 0.55 * 255))).toBeLessThan(8);
  expect(Math.abs((data[at + 2] ?? 0) - 0.45 * (original[at + 2] ?? 0))).toBeLessThan(30);
});

test('the stored explanation of astronaut.jpg is what the engine says today', async () => {
  await expectStoredAsComputed(shared(), 'densenet169-everyday/astronaut.jpg');
});

test('drop an image, see both maps, choose a layer and a class, keep the numbers', async () => {
  const page = shared();
  await chooseImages(page, await jpeg('my grain.jpg', 640, 400));
  await expect(page.getByText('my grain.jpg, 640 × 400 px.')).toBeVisible();
  await settled(page);
  await expect(page.getByRole('list').getByRole('button', { pressed: true })).toHaveCount(1);

  await chooseFrom(page, 'Layer', 'conv5_block16_concat');
  await settled(page);
  await chooseFrom(page, 'Class', 'watch');
  await settled(page);
  await expect(page).toHaveURL(/layer=conv5_block16_concat/);
  await expect(page).toHaveURL(/class=watch/);

  const overlay = await downloadFrom(page, figure(page, 'FastAblationCAM'), 'Save overlay PNG');
  expect(overlay.name).toBe('my-grain_watch_conv5_block16_concat_fast-ablation-cam.png');
  expect(await sharp(overlay.content).metadata()).toMatchObject({ format: 'png', width: 640, height: 400 });

  for (const [method, slug] of [
    ['Grad-CAM', 'grad-cam'],
    ['FastAblationCAM', 'fast-ablation-cam'],
  ] as const) {
    const heatmap = await heatmapOf(page, method);
    expect(Object.keys(heatmap)).toEqual([
      'method',
      'model',
      'layer',
      'class',
      'score',
      'baseline',
      'shape',
      'values',
      'window',
      'stride',
      'value',
      'versus',
      'input',
      'backend',
      'durationMs',
      'forwardMs',
    ]);
    expect(heatmap).toMatchObject({
      method: slug,
      model: 'densenet169-everyday',
      layer: 'conv5_block16_concat',
      class: { index: 11, name: 'watch' },
      score: 'logit',
      shape: [7, 7],
      input: { name: 'my grain.jpg', width: 640, height: 400 },
      backend: 'wasm',
    });
    expect(heatmap.values.length).toBe(7);
    expect(heatmap.values.every((row) => row.length === 7 && row.every(Number.isFinite))).toBe(true);
    expect(heatmap.window).toBe(slug === 'grad-cam' ? null : 1);
    expect(heatmap.durationMs).toBeGreaterThan(0);
    expect(heatmap.forwardMs).toBeGreaterThan(0);
  }

  const both = await exportFrom(page, 'Side by side');
  expect(both.name).toBe('my-grain_watch_conv5_block16_concat_side-by-side.png');
  const { width = 0 } = await sharp(both.content).metadata();
  expect(width).toBeGreaterThan(1280);
  await undoChoices(page);
});

test('another class redraws without a new sweep, and changes the map', async () => {
  const page = shared();
  await chooseImages(page, await png('one.png', 200, 200));
  await expect(page.getByText('one.png, 200 × 200 px.')).toBeVisible();
  await settled(page);
  const before = await heatmapOf(page, 'FastAblationCAM');
  const swept = await figure(page, 'FastAblationCAM').evaluateHandle((element) => {
    const seen: string[] = [];
    new MutationObserver(() => seen.push(element.getAttribute('aria-busy') ?? '')).observe(element, { attributeFilter: ['aria-busy'] });
    return seen;
  });
  await page.getByRole('list').getByRole('button').filter({ hasText: '%' }).nth(3).click();
  await settled(page);
  const after = await heatmapOf(page, 'FastAblationCAM');
  expect(await swept.jsonValue()).not.toContain('true');
  expect(after.class.index).not.toBe(before.class.index);
  expect(after.values).not.toEqual(before.values);
  await undoChoices(page);
});

test('a long sweep shows how long it will take, and is cancelled at once', async () => {
  const page = shared();
  await chooseFrom(page, 'Layer', 'conv3_block12_concat');
  const sweep = figure(page, 'FastAblationCAM');
  await expect(sweep.getByRole('progressbar')).toBeVisible();
  await sweep.getByRole('button', { name: 'Cancel' }).click();
  await expect(sweep).toHaveAttribute('aria-busy', 'false', { timeout: 1_000 });
  await expect(sweep.getByText('Cancelled.')).toBeVisible();
  await expect(sweep.getByRole('button', { name: 'Save data JSON' })).toBeDisabled();
  await chooseFrom(page, 'Layer', 'conv5_block32_concat');
  await settled(page);
});

test('a first visit shows a finished explanation before the model has loaded', async ({ page }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/*.bin', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('./');
  for (const method of METHODS) {
    await expect(figure(page, method)).toHaveAttribute('aria-busy', 'false');
    await expect(figure(page, method).getByRole('img')).toHaveAccessibleName(/strongest in row \d of 7, column \d of 7/);
    await expect(figure(page, method).getByRole('button', { name: 'Save overlay PNG' })).toBeEnabled();
  }
  await expect(page.getByText('Eileen Collins')).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Layer' })).toBeDisabled();
  release();
  await settled(page);
});

test('the stored explanation of drawn-pollen-grain.png is what the engine says today', async ({ page }) => {
  await openApp(page, '?model=densenet169-polen23e');
  await expectStoredAsComputed(page, 'densenet169-polen23e/drawn-pollen-grain.png');
});

test('a link reopens the same view', async ({ page, context }) => {
  await openApp(page, '?model=densenet169-polen23e&layer=relu&class=mimosa&score=probability&backend=wasm');
  const heatmap = await heatmapOf(page, 'Grad-CAM');
  expect(heatmap).toMatchObject({ layer: 'relu', class: { name: 'mimosa' }, score: 'probability', backend: 'wasm' });
  const copy = await context.newPage();
  await copy.goto(page.url());
  await settled(copy);
  expect((await heatmapOf(copy, 'Grad-CAM')).values).toEqual(heatmap.values);
  await expect(copy.getByRole('combobox', { name: 'Layer' })).toHaveValue('relu');
  await expect(copy.getByRole('combobox', { name: 'Class' })).toHaveValue('mimosa');
});

test('windows, replacements and a rival class are in the URL, the figure and the numbers', async ({ page }) => {
  await openApp(page, '?window=3&stride=2&value=mean&versus=giraffe');
  const windows = await heatmapOf(page, 'FastAblationCAM');
  expect(windows).toMatchObject({ window: 3, stride: 2, value: 'mean', versus: { name: 'giraffe' }, shape: [4, 4] });
  await expect(figure(page, 'FastAblationCAM')).toContainText('window 3, stride 2');
  await expect(figure(page, 'FastAblationCAM')).toContainText('rather than giraffe');
  await expect(figure(page, 'FastAblationCAM')).toContainText('drop in logit difference');
  await page.getByLabel('Window (cells)').fill('1');
  await page.getByLabel('Stride (cells)').fill('1');
  await page.getByRole('combobox', { name: 'Replace with' }).selectOption('factor');
  await page.getByLabel('Factor').fill('2');
  await settled(page);
  await expect(page).toHaveURL(/value=2/);
  await expect(page).not.toHaveURL(/window=|stride=/);
  const doubled = await heatmapOf(page, 'FastAblationCAM');
  expect(doubled).toMatchObject({ window: 1, stride: 1, value: 2, shape: [7, 7] });
  await chooseFrom(page, 'Contrast with', '(the class by itself)');
  await settled(page);
  expect(await heatmapOf(page, 'FastAblationCAM')).toMatchObject({ versus: null });
});

test('unknown values in the URL are ignored, and it is said which', async ({ page }) => {
  await page.goto('./?model=nothing&image=nowhere&layer=no_layer&class=nobody&score=loud&backend=quantum');
  // Remarks leave after a while, but not while somebody is at them.
  await page.getByText('“nothing”').hover();
  await settled(page);
  for (const value of ['nothing', 'nowhere', 'no_layer', 'nobody', 'loud', 'quantum']) {
    await expect(page.getByText(`“${value}”`)).toBeVisible();
  }
  expect((await heatmapOf(page, 'Grad-CAM')).layer).toBe('conv5_block32_concat');
});

test('every backend can be asked for by name', async ({ page }) => {
  await openPage(page, '?backend=wasm');
  await expect(page.getByRole('status')).toContainText('WASM');
  await openPage(page, '?backend=cpu');
  await expect(page.getByRole('status')).toContainText('Plain JavaScript');
  // Which takes very long for a large network.
  await openModel(page, tinyNetwork({ name: 'tags', units: 3, activation: 'softmax' }), 'tiny');
  expect((await heatmapOf(page, 'FastAblationCAM')).backend).toBe('cpu');
});
