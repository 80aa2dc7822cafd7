/** The strip of images: what it says, how images are moved, removed, found, and kept. */

import { copyFile } from 'node:fs/promises';
import { expect, type Locator, type Page, test } from '@playwright/test';
import sharp from 'sharp';
import { chooseImages, heatmapOf, openApp, openPage, settled, sharedPage } from './support/app.ts';
import { blotches, png } from './support/images.ts';

const MANY = 200;
/** So many of them differ: to make an image takes longer than to look at it. */
const DIFFERENT = 10;

const shared = sharedPage();

function strip(page: Page): Locator {
  return page.getByRole('region', { name: 'Image list' });
}

function names(page: Page): Promise<string[]> {
  return strip(page)
    .getByRole('radio')
    .evaluateAll((radios) => radios.map((radio) => radio.getAttribute('aria-label') ?? ''));
}

async function ownNames(page: Page): Promise<string[]> {
  return (await names(page)).filter((name) => !/ (sample|wrong: .*)$/.test(name));
}

async function withThree(page: Page): Promise<void> {
  await chooseImages(page, [await png('a.png', 40, 30, 1), await png('b.png', 40, 30, 2), await png('c.png', 40, 30, 3)]);
  await expect(strip(page).getByRole('radio', { name: 'c.png' })).toBeAttached();
  await settled(page);
}

async function chooseFromMenu(page: Page, item: string): Promise<void> {
  await strip(page).getByRole('button', { name: 'Image list menu' }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** As the page was opened. */
async function removeOwn(page: Page): Promise<void> {
  await chooseFromMenu(page, 'Remove all my images');
  await expect.poll(() => ownNames(page)).toEqual([]);
  await settled(page);
}

test('ten images are one stop of the Tab key, and the buttons of the one in view', async () => {
  const page = shared();
  await strip(page).getByRole('button', { name: 'Image list menu' }).focus();
  const stops: string[] = [];
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press('Tab');
    stops.push(
      (await page.evaluate(
        () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.closest('label')?.textContent,
      )) ?? '',
    );
  }
  expect(stops).toEqual(['astronaut.jpg sample', 'Remove astronaut.jpg', 'Keep my images in this browser']);
});

test('the ring around the image in focus is whole', async () => {
  const page = shared();
  await strip(page)
    .getByRole('radio', { name: /^astronaut/ })
    .focus();
  await page.keyboard.press('ArrowDown');
  const room = await strip(page)
    .locator('.strip-item:has(input:checked)')
    .evaluate((item) => {
      const image = item.querySelector('img');
      if (!image) return [];
      const [outer, inner, style] = [item.getBoundingClientRect(), image.getBoundingClientRect(), getComputedStyle(image)];
      const ring = Number.parseFloat(style.outlineWidth) + Number.parseFloat(style.outlineOffset);
      return [inner.left - outer.left - ring, outer.right - inner.right - ring, inner.top - outer.top - ring];
    });
  expect(room).toHaveLength(3);
  for (const pixels of room) expect(pixels).toBeGreaterThanOrEqual(0);
});

test('pasted text says what can be pasted, and text in a field is left alone', async () => {
  const page = shared();
  const paste = (selector: string) =>
    page.evaluate((place) => {
      const data = new DataTransfer();
      data.setData('text/plain', 'a dog');
      document.querySelector(place)?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
    }, selector);
  const said = page.getByText('There is no image or file in what was pasted');
  await paste('[role=combobox]');
  await expect(said).toHaveCount(0);
  await paste('main');
  await expect(said).toBeVisible();
  await page.getByRole('listitem').filter({ has: said }).getByRole('button', { name: 'Dismiss' }).click();
});

test('thumbnails say what the network takes images for, also of those that nobody has looked at, and whether that is right', async () => {
  const page = shared();
  await withThree(page);
  const third = strip(page).getByRole('radio', { name: 'c.png' });
  await expect(third).toHaveAccessibleDescription(/^[a-z]+ [\d.]+ %$/);
  await expect(third).not.toBeChecked();
  await expect(strip(page).getByRole('radio', { name: 'astronaut.jpg sample' })).toHaveAccessibleDescription(/^person \d+ %, right$/);
  const wrong = strip(page).getByRole('radio', { name: /^airplane\.jpg wrong: guitar$/ });
  await expect(wrong).toHaveAccessibleDescription(/^guitar \d+ %, wrong: it is airplane$/);
  await removeOwn(page);
});

test('images are removed by key, and come back by undo; the keyboard goes on where it was', async () => {
  const page = shared();
  await withThree(page);
  await strip(page).getByRole('radio', { name: 'a.png' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(strip(page).getByRole('radio', { name: 'b.png' })).toBeChecked();
  await page.keyboard.press('Delete');
  await expect(strip(page).getByRole('radio', { name: 'c.png' })).toBeFocused();
  expect(await ownNames(page)).toEqual(['a.png', 'c.png']);
  const notice = page.getByRole('listitem').filter({ hasText: 'b.png was removed.' });
  await notice.getByRole('button', { name: 'Undo' }).click();
  expect(await ownNames(page)).toEqual(['a.png', 'b.png', 'c.png']);
  await expect(strip(page).getByRole('radio', { name: 'b.png' })).toBeChecked();
  await expect(notice).toHaveCount(0);
  await strip(page).getByRole('radio', { name: 'b.png' }).focus();
  await page.keyboard.press('Delete');
  expect(await ownNames(page)).toEqual(['a.png', 'c.png']);
  await page.keyboard.press('Control+z');
  expect(await ownNames(page)).toEqual(['a.png', 'b.png', 'c.png']);
  await removeOwn(page);
});

test('an aspect that stretching changes is said, and the image letter-boxed by a click, and back', async () => {
  const page = shared();
  await chooseImages(page, [await png('wide.png', 120, 40)]);
  await expect(page.getByText('Stretched to the network’s 224 × 224, it is 3.0 times narrower than it should be.')).toBeVisible();
  await page.getByRole('button', { name: 'Letter-box it' }).click();
  await expect(page.getByText('It is letter-boxed, as stretching would make it 3.0 times narrower.')).toBeVisible();
  await settled(page);
  await page.getByRole('button', { name: 'Stretch it' }).click();
  await expect(page.getByText('Stretched to the network’s')).toBeVisible();
  await settled(page);
  await chooseImages(page, [await png('usual.png', 120, 90)]);
  await expect(page.getByText('usual.png, 120 × 90 px.')).toBeVisible();
  await expect(page.getByText('Stretched to the network’s')).toHaveCount(0);
  await removeOwn(page);
});

test('names that differ in their middle alone differ in sight, and are whole for those who ask or hear', async () => {
  const page = shared();
  const given = ['A', 'B'].map((batch) => `slide_2024_10_31_batch_${batch}_stained_twice.png`);
  await chooseImages(page, await Promise.all(given.map((name, i) => png(name, 40, 30, i + 1))));
  await expect(strip(page).getByRole('radio', { name: given.at(-1) ?? '' })).toBeAttached();
  for (const width of [1440, 1100, 390]) {
    await page.setViewportSize({ width, height: 844 });
    for (const name of given) {
      const cut = strip(page).getByTitle(name);
      await cut.scrollIntoViewIfNeeded();
      const tail = cut.locator('.cut-name-tail');
      await expect(tail).toHaveText(/^[AB]….png$/);
      await expect(tail).toContainText(name.includes('_A_') ? 'A' : 'B');
      const [inner, outer] = [await tail.boundingBox(), await cut.boundingBox()];
      if (!inner || !outer) throw new Error('it is not drawn');
      expect(inner.x >= outer.x - 0.5 && inner.x + inner.width <= outer.x + outer.width + 0.5, `${width} px`).toBe(true);
    }
  }
  await page.setViewportSize({ width: 1280, height: 720 });
  await removeOwn(page);
});

test('images are moved by keys and by drag; order, view and results are there again after a reload, until they are not to be kept', async ({
  page,
}) => {
  const refused: string[] = [];
  page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
  await openApp(page);
  await withThree(page);
  await strip(page).getByRole('radio', { name: 'a.png' }).focus();
  await page.keyboard.press('Alt+ArrowDown');
  expect(await ownNames(page)).toEqual(['b.png', 'a.png', 'c.png']);
  await expect(strip(page).getByRole('radio', { name: 'a.png' })).toBeFocused();
  await expect(strip(page).getByText('a.png: 2 of 13')).toBeAttached();
  const thumbnail = (name: string) =>
    strip(page)
      .locator('.strip-item')
      .filter({ has: page.getByRole('radio', { name }) });
  await thumbnail('c.png').locator('img').dragTo(thumbnail('b.png').locator('img'));
  expect(await ownNames(page)).toEqual(['c.png', 'b.png', 'a.png']);
  await strip(page).getByRole('radio', { name: 'b.png' }).check({ force: true });
  await expect(page.getByText('b.png, 40 × 30 px.')).toBeVisible();
  await settled(page);
  const before = await heatmapOf(page, 'FastAblationCAM');
  await page.getByRole('tab', { name: 'Measure' }).click();
  // What was found out is written down in passing.
  await page.waitForTimeout(1500);
  await page.reload();
  await expect(page.getByText('b.png, 40 × 30 px.')).toBeVisible();
  await settled(page);
  expect(await ownNames(page)).toEqual(['c.png', 'b.png', 'a.png']);
  await expect(strip(page).getByRole('radio', { name: 'b.png' })).toBeChecked();
  await expect(strip(page).getByRole('radio', { name: 'c.png' })).toHaveAccessibleDescription(/%/);
  await expect(page.getByRole('tab', { name: 'Measure' })).toHaveAttribute('aria-selected', 'true');
  // The time it took is the former visit's: it was not found out again.
  expect(await heatmapOf(page, 'FastAblationCAM')).toEqual(before);
  await page.getByRole('switch', { name: 'Keep my images in this browser' }).uncheck();
  await page.waitForTimeout(500);
  await page.reload();
  await settled(page);
  expect(await ownNames(page)).toEqual([]);
  await expect(page.getByRole('switch', { name: 'Keep my images in this browser' })).not.toBeChecked();
  expect(refused).toEqual([]);
});

test('samples are removed and brought back by the menu; a reload changes nothing about it', async ({ page }) => {
  await openPage(page);
  await expect(strip(page).getByRole('radio')).toHaveCount(10);
  const all = await names(page);
  await chooseFromMenu(page, 'Remove all samples');
  await expect(page.getByText('No image yet: choose, drop or paste one.')).toBeVisible();
  await page.goto('./');
  await expect(page.getByText('No image yet: choose, drop or paste one.')).toBeVisible();
  await expect(strip(page).getByRole('radio')).toHaveCount(0);
  await chooseFromMenu(page, 'Bring samples back');
  await expect.poll(() => names(page)).toEqual(all);
  await settled(page);
});

// Last: the network goes on looking at them for long.
test(`${MANY} images are taken, found and filtered`, async () => {
  const page = shared();
  test.setTimeout(240_000);
  await page.evaluate(() => {
    const lasted: number[] = [];
    Object.assign(window, { lasted });
    new PerformanceObserver((list) => lasted.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
  });
  const paths = Array.from({ length: MANY }, (_, i) => test.info().outputPath(`IMG_2026-01-01_${String(i).padStart(4, '0')}.jpg`));
  for (const [i, path] of paths.entries()) {
    const alike = paths[i % DIFFERENT];
    if (i >= DIFFERENT && alike !== undefined) await copyFile(alike, path);
    else
      await sharp(await blotches(1200, 900, i))
        .jpeg()
        .toFile(path);
  }
  const startedAt = Date.now();
  // As paths: contents would be unpacked in the page, which takes long.
  await page.getByLabel('Images', { exact: true }).setInputFiles(paths);
  await expect(strip(page).getByRole('radio')).toHaveCount(MANY + 10, { timeout: 120_000 });
  const tookMs = Date.now() - startedAt;
  const lasted = await page.evaluate(() => (window as unknown as { lasted: number[] }).lasted);
  // Logged, not asserted: machines differ.
  console.warn(`${MANY} images in ${tookMs} ms; ${lasted.length} long tasks, the longest ${Math.round(Math.max(0, ...lasted))} ms`);
  await strip(page).getByRole('searchbox', { name: 'Find by name' }).fill('_0123');
  await expect(strip(page).getByRole('radio')).toHaveCount(1);
  await strip(page).getByRole('searchbox', { name: 'Find by name' }).fill('');
  await strip(page).getByRole('checkbox', { name: 'Wrong only' }).check();
  await expect(strip(page).getByRole('radio')).toHaveCount(1);
  await expect(strip(page).getByRole('radio')).toHaveAccessibleName('airplane.jpg wrong: guitar');
  await strip(page).getByRole('checkbox', { name: 'Wrong only' }).uncheck();
  await strip(page).getByRole('combobox', { name: 'Predicted as' }).selectOption('guitar');
  await expect(strip(page).getByRole('radio', { name: /^guitar/ })).toBeAttached();
  await expect(strip(page).getByRole('radio', { name: /^beagle/ })).toHaveCount(0);
  await strip(page).getByRole('combobox', { name: 'Predicted as' }).selectOption('');
  // Its pixels were given back meanwhile, or are still there: it is shown all the same.
  await strip(page)
    .getByRole('radio', { name: /_0007\.jpg$/ })
    .check({ force: true });
  await expect(page.getByText('IMG_2026-01-01_0007.jpg, 1200 × 900 px.')).toBeVisible();
});
