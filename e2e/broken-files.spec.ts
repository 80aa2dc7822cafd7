/** The whole corpus of broken files in a real browser: one sentence each, in time, and everything goes on working. */
import { expect, test } from '@playwright/test';
import { brokenFiles } from '../src/formats/testing/broken/broken-files.ts';
import { figure, openApp, settled } from './support/app.ts';

/** Every case is read in Node; here every twelfth, because each costs a worker of its own. */
const STEP = 12;

/** The app promises an answer within five seconds; a little more is for the test's own way through the browser. */
const PATIENCE_MS = 6000;

test('every broken file ends in one sentence that names it, with the app and its model still at work', async ({ page }) => {
  test.setTimeout(600_000);
  const all = await brokenFiles();
  expect(all.length).toBeGreaterThanOrEqual(150);
  const cases = all.filter((_, i) => i % STEP === 0);
  await openApp(page);
  const alert = page.getByRole('alert');
  for (const { what, files, names } of cases) {
    const given = files.map(({ name, bytes }) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) }));
    await page.getByLabel('Model files', { exact: true }).setInputFiles(given);
    await expect(alert, what).toHaveCount(1, { timeout: PATIENCE_MS });
    const text = (await alert.textContent()) ?? '';
    expect(text, what).toContain(names);
    expect(text, what).toMatch(/^[^\n]+\.$/);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expect(alert).toHaveCount(0);
  }
  await settled(page);
  await page.getByRole('list').getByRole('button').filter({ hasText: '%' }).nth(2).click();
  await settled(page);
  await expect(figure(page, 'Grad-CAM')).toBeVisible();
});
