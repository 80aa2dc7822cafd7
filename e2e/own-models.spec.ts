/** Somebody's own network: from the file that they have to its maps, kept until it is removed. */
import { expect, type Page, test } from '@playwright/test';
import { chooseFrom, chooseImages, type GivenFile, heatmapOf, openApp, openModel, openPage, settled, sharedPage } from './support/app.ts';
import { serveFiles } from './support/model-server.ts';
import { FIELD, fileAt, golden, goldenNumbers } from './support/shared.ts';

const TINY = 'src/formats/testing/keras';

function networkInput(page: Page) {
  return page.getByRole('complementary', { name: 'Settings' }).locator('details').filter({ hasText: 'Network input' });
}

/** Largest distance between a map and the expected one, as a part of the expected one's range. */
function distance(actual: readonly (readonly number[])[], expected: readonly (readonly number[])[]): number {
  const values = expected.flat();
  const range = Math.max(...values) - Math.min(...values) || Math.max(...values.map(Math.abs));
  return Math.max(...values.map((value, i) => Math.abs(value - (actual.flat()[i] ?? Number.NaN)))) / range;
}

test.describe('one after the other', () => {
  const shared = sharedPage();

  for (const [name, file] of [
    ['tiny-pollen-head', 'model.keras'],
    ['tiny-pollen-head', 'model.weights-only.h5'],
    ['tiny-imagenet-head', 'model.h5'],
    ['tiny-torch', 'weights.safetensors'],
  ] as const) {
    test(`${name}/${file} gives Keras’ and PyTorch’s own numbers in the browser`, async () => {
      const page = shared();
      const { explanations, inputSize } = goldenNumbers(name);
      const [first] = explanations;
      if (!first) throw new Error('there are no numbers');
      const [, title, ending] = /^(.*)(\..*)$/.exec(file) ?? [];
      await openModel(page, { ...golden(name, file), name: `${name}-${title}${ending}` }, `${name}-${title}`);
      // Weights alone do not say for which size the network was trained.
      if (file !== 'model.keras' && file !== 'model.h5') {
        for (const [label, side] of [
          ['Height (px)', inputSize[0]],
          ['Width (px)', inputSize[1]],
        ] as const) {
          await networkInput(page).getByLabel(label).fill(`${side}`);
          await networkInput(page).getByLabel(label).press('Enter');
          await settled(page);
        }
      }
      await chooseImages(page, golden(name, 'input.png'));
      await settled(page);
      // The numbers of the network from PyTorch go by the names that Keras has for its layers.
      await chooseFrom(page, 'Layer', name === 'tiny-torch' ? 'features.denseblock4' : first.layer);
      await chooseFrom(page, 'Class', `class ${first.class}`);
      await settled(page);
      expect(distance((await heatmapOf(page, 'Grad-CAM')).values, first.gradCam)).toBeLessThan(1e-3);
      expect(distance((await heatmapOf(page, 'FastAblationCAM')).values, first.fastAblationLogitDrop)).toBeLessThan(1e-3);
    });
  }
});

test('a dropped model is kept over a reload, with what was said of it, until it is removed', async ({ page }) => {
  await openPage(page);
  await openModel(page, fileAt(`${TINY}/transfer.keras`), 'transfer');
  await page.getByRole('button', { name: 'Looks right' }).click();
  await networkInput(page).locator('summary').click();
  await networkInput(page).getByLabel('Images are').selectOption('Letter-boxed');
  await expect(page).toHaveURL(/model=own-transfer/);
  await settled(page);
  await page.reload();
  await settled(page);
  await expect(page.getByRole('combobox', { name: 'Model' }).locator('option:checked')).toHaveText('transfer');
  await expect(networkInput(page)).toContainText('letter-boxed');
  await page.getByRole('button', { name: 'All models' }).click();
  const dialog = page.getByRole('dialog', { name: 'Models' });
  await expect(dialog.getByRole('listitem').filter({ hasText: 'transfer' })).toContainText('kept in this browser');
  await dialog.getByRole('button', { name: 'Remove transfer' }).click();
  await expect(dialog.getByRole('listitem').filter({ hasText: 'transfer' })).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await settled(page);
  await page.reload();
  await settled(page);
  await expect(page.getByRole('combobox', { name: 'Model' }).locator('option').filter({ hasText: 'transfer' })).toHaveCount(0);
});

test('a layer that nobody chose does not go along to another network, one that was asked for does', async ({ page }) => {
  const file = (name: string) => fileAt(`${FIELD}/wrong-layer-kept-from-former-model/${name}.h5`);
  const layer = page.getByRole('combobox', { name: 'Layer' });
  await openPage(page);
  await openModel(page, file('first'), 'first');
  await expect(layer).toHaveValue('conv2d_1');
  await openModel(page, file('second'), 'second');
  await expect(layer).toHaveValue('conv2d_2');
  await chooseFrom(page, 'Layer', 'conv2d_1');
  // The browser gives chosen files another time, so they count as others.
  await openModel(page, file('first'), 'first (2)');
  await expect(layer).toHaveValue('conv2d_1');
  // What stands in the URL after a reload is what the page wrote there.
  await page.reload();
  await settled(page);
  await expect(layer).toHaveValue('conv2d_1');
  await openModel(page, file('second'), 'second (2)');
  await expect(layer).toHaveValue('conv2d_2');
});

test('how images are prepared is guessed, shown, and changed without loading again', async ({ page }) => {
  await openPage(page);
  await openModel(page, fileAt(`${TINY}/transfer.keras`), 'transfer');
  const input = networkInput(page);
  await expect(input).toContainText('does not say how its images are prepared');
  const canvas = input.locator('canvas');
  const before = await canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
  const logits = async () => (await heatmapOf(page, 'Grad-CAM')).baseline;
  const first = await logits();
  await input.getByLabel('Values').selectOption('Caffe: BGR less ImageNet’s mean');
  await settled(page);
  await expect(input).toContainText('BGR');
  expect(await logits()).not.toBe(first);
  await input.getByLabel('Images are').selectOption('Centre cropped');
  await chooseImages(page, fileAt('public/samples/densenet169-everyday/airplane.jpg', 'wide.jpg'));
  await settled(page);
  await input.getByLabel('Values').selectOption('Own mean and std');
  await input.getByLabel('Mean G').fill('0.5');
  await input.getByLabel('Mean G').press('Enter');
  await settled(page);
  await input.getByLabel('Values').selectOption('0 to 1');
  await input.getByLabel('Images are').selectOption('Stretched');
  await page.getByLabel(/^astronaut\.jpg/).check({ force: true });
  await settled(page);
  expect(await canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL())).toBe(before);
  expect(page.getByRole('alert')).toHaveCount(0);
});

for (const width of [1440, 390]) {
  test(`what is guessed of a model’s input is one step away at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    await openPage(page);
    await openModel(page, fileAt(`${TINY}/transfer.keras`), 'transfer');
    const summary = networkInput(page).locator('summary');
    await summary.press('Enter');
    await expect(page.getByRole('button', { name: 'Looks right' })).toBeHidden();
    const link = page.getByRole('link', { name: 'Its input is guessed: check it' });
    await link.press('Enter');
    await expect(summary).toBeFocused();
    await expect(page.getByRole('button', { name: 'Looks right' })).toBeInViewport();
    expect(new URL(page.url()).hash).toBe('');
  });
}

test('class names come from a file dropped with the model, from one dropped later, or from text', async ({ page }) => {
  await openPage(page);
  const names = (text: string): GivenFile => ({ name: 'names.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });
  const model = fileAt(`${TINY}/transfer.keras`);
  const first = page.locator('.prediction-name').first();
  await openModel(page, [model, names('oak\nelm\nyew\nash\n')], 'transfer');
  await expect(first).toHaveText(/^(oak|elm|yew|ash)$/);
  await page.getByLabel('Class names file').setInputFiles(names('un\ndeux\ntrois\nquatre'));
  await expect(first).toHaveText(/^(un|deux|trois|quatre)$/);
  await page.getByLabel('Class names file').setInputFiles(names('too\nfew'));
  await expect(page.getByRole('alert')).toContainText('names.txt has 2 names');
});

test('names that are written or pasted stay until they are taken, and the focus goes where it came from', async ({ page }) => {
  await openPage(page);
  await openModel(page, fileAt(`${TINY}/transfer.keras`), 'transfer');
  const write = page.getByRole('button', { name: 'Write or paste' });
  await write.click();
  const text = page.getByLabel('Class names, one on each line');
  await expect(text).toBeFocused();
  await page.keyboard.press('Control+a');
  // As pasted: what comes with the text of files stays in the field, and nobody takes it for a file.
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate(() => navigator.clipboard.writeText('eins\nzwei\ndrei'));
  await page.keyboard.press('Control+v');
  await expect(text).toHaveValue('eins\nzwei\ndrei');
  await page.getByRole('button', { name: 'Use these names' }).click();
  await expect(page.getByRole('alert')).toContainText('The list has 3 names, and transfer tells 4 classes apart');
  await expect(text).toHaveValue('eins\nzwei\ndrei');
  await text.fill('eins\nzwei\ndrei\nvier');
  await page.getByRole('button', { name: 'Use these names' }).click();
  await expect(page.locator('.prediction-name').first()).toHaveText(/^(eins|zwei|drei|vier)$/);
  await expect(text).toHaveCount(0);
  await expect(write).toBeFocused();
});

test('a model is renamed, wherever its name stands, and Escape leaves it as it was', async ({ page }) => {
  await openPage(page);
  await openModel(page, fileAt(`${TINY}/transfer.keras`), 'transfer');
  await page.getByRole('button', { name: 'All models' }).click();
  const models = page.getByRole('dialog', { name: 'Models' });
  const rename = models.getByRole('button', { name: 'Rename transfer' });
  await rename.click();
  const field = models.getByLabel('Name', { exact: true });
  await expect(field).toBeFocused();
  await field.fill('Not this');
  await field.press('Escape');
  await expect(models).toBeVisible();
  await expect(rename).toBeFocused();
  await rename.click();
  await field.fill('Garden birds');
  await field.press('Enter');
  await expect(models.getByRole('button', { name: 'Rename Garden birds' })).toBeFocused();
  await page.keyboard.press('Escape');
  const chosen = page.getByRole('combobox', { name: 'Model' }).locator('option:checked');
  await expect(chosen).toHaveText('Garden birds');
  await page.reload();
  await settled(page);
  await expect(chosen).toHaveText('Garden birds');
});

test('a model comes from any URL whose server allows it, and is refused in one sentence where it does not', async ({ page }) => {
  const files = [fileAt(`${TINY}/transfer.keras`, 'roses.keras')];
  const [open, closed] = [await serveFiles(files, true), await serveFiles(files, false)];
  const openUrl = async (url: string) => {
    await page.getByRole('button', { name: 'All models' }).click();
    await page.getByLabel(/^URL of a model/).fill(url);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
  };
  try {
    await openApp(page);
    await openUrl(`${closed.url}roses.keras`);
    await expect(page.getByRole('alert')).toContainText('roses.keras could not be downloaded');
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await openUrl(`${open.url}none.keras`);
    await expect(page.getByRole('alert')).toContainText('There is no file none.keras');
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await openUrl(`${open.url}roses.keras`);
    await expect(page.getByRole('combobox', { name: 'Model' }).locator('option:checked')).toHaveText('roses');
    await settled(page);
  } finally {
    open.close();
    closed.close();
  }
});

test('what cannot be loaded without a network is said, costs nothing else, and comes once there is one', async ({ page, context }) => {
  await openApp(page);
  await context.setOffline(true);
  const missing = page.getByRole('alert').filter({ hasText: 'This part of the page could not be loaded' });
  const models = page.getByRole('dialog', { name: 'Models' });
  await page.getByRole('button', { name: 'All models' }).click();
  await expect(missing).toHaveCount(1);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('tab', { name: /^Across layers/ }).click();
  await expect(page.getByRole('button', { name: 'Export', exact: true })).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Layer' })).toBeEnabled();
  await context.setOffline(false);
  await page.getByRole('button', { name: 'All models' }).click();
  await expect(models).toBeVisible();
  await models.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await expect(page.getByRole('menuitem').first()).toBeVisible();
});
