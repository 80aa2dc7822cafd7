/** Several engines: what they find is what one finds, and how many there are is said and chosen. */
import { type Browser, expect, type Page, test } from '@playwright/test';
import { chooseFrom, figure, type Heatmap, heatmapOf, openApp, openModel, openPage, settled } from './support/app.ts';
import { tinyNetwork } from './support/tiny-network.ts';

function engines(page: Page): number {
  return page.workers().filter((worker) => /\/worker-[\w-]+\.js$/.test(worker.url())).length;
}

/** A page that is told of so many cores, and a sweep that is worth all of them. */
async function sweepOn(browser: Browser, cores: number, choose: (page: Page) => Promise<void>): Promise<Heatmap & { engines: number }> {
  const context = await browser.newContext({ baseURL: test.info().project.use.baseURL ?? '' });
  await context.addInitScript((count) => Object.defineProperty(navigator, 'hardwareConcurrency', { value: count }), cores);
  const page = await context.newPage();
  await openPage(page, '?backend=wasm');
  await openModel(page, tinyNetwork({ name: 'tags', units: 3, activation: 'softmax' }), 'tiny');
  await choose(page);
  await chooseFrom(page, 'Layer', 'first');
  await settled(page);
  const found = { ...(await heatmapOf(page, 'FastAblationCAM')), engines: engines(page) };
  await context.close();
  return found;
}

test('two engines find what one finds; how many there are is chosen by keyboard, and lasts', async ({ browser }) => {
  const count = (page: Page) => page.getByRole('combobox', { name: 'Engines' });
  const chosen = (page: Page) => count(page).locator('option:checked');
  const one = await sweepOn(browser, 2, async (page) => {
    await expect(count(page).locator('option')).toHaveText(['Automatic (2)', '1', '2']);
    await expect(chosen(page)).toHaveText('Automatic (2)');
    await count(page).focus();
    await page.keyboard.press('ArrowDown');
    await expect(chosen(page)).toHaveText('1');
    await page.reload();
    await settled(page);
    await expect(chosen(page)).toHaveText('1');
    await page.getByLabel('Model files', { exact: true }).setInputFiles(tinyNetwork({ name: 'tags', units: 3, activation: 'softmax' }));
    await settled(page);
  });
  const two = await sweepOn(browser, 2, async () => {});
  expect([one.engines, two.engines]).toEqual([1, 2]);
  expect(two.shape).toEqual([16, 16]);
  expect(two.baseline).toBe(one.baseline);
  const [own, shared] = [one.values.flat(), two.values.flat()];
  for (const [cell, value] of own.entries()) expect(Math.abs(value - (shared[cell] ?? Number.NaN))).toBeLessThan(1e-6);
  await sweepOn(browser, 1, (page) => expect(count(page)).toHaveCount(0));
});

test('an engine that the browser ends without a word costs what it was at: another one does that, and takes its place', async ({
  page,
}) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 });
    let atWork: Worker | null = null;
    window.Worker = class extends Worker {
      constructor(...given: ConstructorParameters<typeof Worker>) {
        super(...given);
        // One that has not started yet would have nothing to lose.
        this.addEventListener('message', ({ data }) => {
          if ('asksForMore' in data) atWork = this;
        });
      }
    };
    Object.assign(window, { endWorkerAtWork: () => atWork?.terminate() });
  });
  await openApp(page, '?backend=wasm');
  await chooseFrom(page, 'Layer', 'conv4_block24_concat');
  await expect.poll(() => engines(page)).toBe(2);
  await expect(figure(page, 'FastAblationCAM').getByText(/[2-9]\d of 196 cells exact/)).toBeVisible();
  await page.evaluate(() => (window as unknown as { endWorkerAtWork(): void }).endWorkerAtWork());
  await expect(
    page.getByText(/^One of the engines that run the network stopped \(the browser ended it\); another one takes/),
  ).toBeVisible();
  await settled(page);
  expect((await heatmapOf(page, 'FastAblationCAM')).shape).toEqual([14, 14]);
  await expect.poll(() => engines(page)).toBe(2);
});
