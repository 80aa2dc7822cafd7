/** What a person gives while the page is still starting is what is on screen in the end. */
import { expect, type Page, test } from '@playwright/test';
import { chooseImages, figure, heatmapOf, settled } from './support/app.ts';
import { blotches, png } from './support/images.ts';
import { fileAt } from './support/shared.ts';

const MODEL = 'src/formats/testing/keras/transfer.keras';

/** The built-in model, its card and the list of models take their time. */
async function slowDown(page: Page, delayMs: number): Promise<void> {
  await page.context().route(/\/(models|samples)\//, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    await route.continue().catch(() => {});
  });
}

async function expectOwnOnScreen(page: Page): Promise<void> {
  await expect(page.getByText('mine.png, 60 × 40 px.')).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Model' }).locator('option:checked')).toHaveText('transfer');
  await settled(page);
  for (const method of ['Grad-CAM', 'FastAblationCAM']) {
    const { model, input } = await heatmapOf(page, method);
    expect([model, input.name]).toEqual(['own-transfer', 'mine.png']);
  }
  await expect(figure(page, 'Grad-CAM').getByRole('img')).toHaveAccessibleName(/mine\.png/);
  await expect(page.getByRole('alert')).toHaveCount(0);
}

// From before the list of models to while the built-in model is being downloaded, or is there.
for (const [opening, waitMs] of [0, 0, 30, 100, 250, 500, 900, 1500].entries()) {
  test(`a model and an image given ${waitMs} ms after the page can take them are not lost (opening ${opening + 1})`, async ({ page }) => {
    await slowDown(page, opening % 2 === 0 ? 0 : 400);
    await page.goto('./', { waitUntil: 'commit' });
    const input = page.getByLabel('Model files', { exact: true });
    await input.waitFor({ state: 'attached' });
    await page.waitForTimeout(waitMs);
    await Promise.all([input.setInputFiles(fileAt(MODEL)), chooseImages(page, await png('mine.png', 60, 40))]);
    await expectOwnOnScreen(page);
    // Nothing comes after.
    await page.waitForTimeout(1500);
    await expectOwnOnScreen(page);
  });
}

test('a model and an image dropped at once win over the model that the URL asks for', async ({ page }) => {
  await slowDown(page, 300);
  await page.goto('./?model=densenet169-polen23e&class=serjania&layer=conv4_block32_concat', { waitUntil: 'commit' });
  await page.locator('main').waitFor({ state: 'attached' });
  const files = [
    { name: 'transfer.keras', bytes: [...fileAt(MODEL).buffer] },
    { name: 'mine.png', bytes: [...(await blotches(60, 40))] },
  ];
  const transfer = await page.evaluateHandle((given) => {
    const data = new DataTransfer();
    for (const { name, bytes } of given) data.items.add(new File([new Uint8Array(bytes)], name));
    return data;
  }, files);
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
  await expectOwnOnScreen(page);
});
