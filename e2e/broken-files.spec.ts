/** The whole corpus of broken files in a real browser: one sentence each, in time, and everything goes on working. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { brokenFiles } from '../src/formats/testing/broken/broken-files.ts';
import { chooseImages, figure, openApp, settled } from './support/app.ts';

/** Every case is read in Node; here every twelfth, because each costs a worker of its own. */
const STEP = 12;

/** The app promises an answer within five seconds, which the tests in Node hold it to; browsers that share slow cores take longer. */
const PATIENCE_MS = 20_000;

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

/** In a page or a worker: every worker of this name gets nothing to do, and is ended as soon as it lives, as a browser ends one. */
function endReaders(name: string): void {
  globalThis.Worker = class extends Worker {
    readonly #isReader: boolean;
    constructor(...[url, options]: ConstructorParameters<typeof Worker>) {
      super(url, options);
      this.#isReader = String(url).includes(name);
      if (this.#isReader) this.addEventListener('message', () => this.terminate(), { once: true });
    }
    override postMessage(message: unknown, given?: StructuredSerializeOptions | Transferable[]): void {
      if (this.#isReader) return;
      if (Array.isArray(given)) super.postMessage(message, given);
      else super.postMessage(message, given);
    }
  };
}

test('a reader that the browser ends without a word is said to be ended, and what to do', async ({ page }) => {
  await page.addInitScript(endReaders, 'image-worker');
  // Models are read by a worker of the engine's.
  await page.route(/\/assets\/worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `(${endReaders})('file-worker');${await response.text()}` });
  });
  await openApp(page);
  const alert = page.getByRole('alert');
  const given = (name: string, bytes: Uint8Array) => ({ name, mimeType: '', buffer: Buffer.from(bytes) });
  const [model] = (await brokenFiles())[0]?.files ?? [];
  if (!model) throw new Error('there is no file');
  await page.getByLabel('Model files', { exact: true }).setInputFiles(given(model.name, model.bytes));
  await expect(alert).toContainText(`The browser ended the reading of the file ${model.name}, most likely for want of memory;`, {
    timeout: 10_000,
  });
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await chooseImages(page, given('a.tif', readFileSync('src/core/image-files/testing/tiff/rgb8.tif')));
  await expect(alert).toContainText('The image a.tif had its reader ended by the browser, most likely for want of memory;', {
    timeout: 10_000,
  });
  await settled(page);
});
