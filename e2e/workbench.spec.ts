/** The page as a workbench: by roles alone, without scrolling, and on a phone. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { chooseImages, figure, openApp, settled, sharedPage } from './support/app.ts';
import { blotches, png } from './support/images.ts';
import { mapBox } from './support/stage.ts';

const TABS = ['Cells', 'Across layers', 'Measure', 'Agreement', 'Sanity check', 'Stability', 'Dataset'] as const;

function predictions(page: Page): Locator {
  return page.getByRole('region', { name: 'Predictions', exact: true });
}

function tab(page: Page, name: string): Locator {
  return page.getByRole('tab', { name: new RegExp(`^${name}`) });
}

/** What can be operated and lies outside of the screen, in a part that cannot be scrolled to it. */
function outOfSight(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isScrolled = (element: Element) => {
      const { overflowY, overflowX } = getComputedStyle(element);
      return /auto|scroll/.test(overflowY + overflowX);
    };
    const hasScroller = (element: Element): boolean =>
      element.parentElement !== null && (isScrolled(element.parentElement) || hasScroller(element.parentElement));
    return [...document.querySelectorAll('button, select, [role=combobox], [role=slider], [role=tab], [role=grid]')]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !hasScroller(element))
      .filter((element) => {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        return left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1;
      })
      .map((element) => element.getAttribute('aria-label') ?? element.textContent ?? element.tagName);
  });
}

test.describe('on one screen', () => {
  const shared = sharedPage();

  test('Ctrl+Z undoes cells, settings and removed images, and Shift+Ctrl+Z does them again', async () => {
    const page = shared();
    const cells = page.getByRole('slider', { name: /^Cells of FastAblationCAM/ });
    const box = await cells.boundingBox();
    if (!box) throw new Error('there are no cells');
    const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;
    await page.mouse.click(...at(0.5, 0.5));
    await expect(predictions(page)).toContainText('without 1 cell');
    // A drag over the same cell and its neighbours: the cell is taken away once.
    await page.mouse.move(...at(0.5, 0.5));
    await page.mouse.down();
    await page.mouse.move(...at(0.65, 0.65), { steps: 4 });
    await page.mouse.up();
    await expect(predictions(page)).toContainText('without 4 cells');
    await page.keyboard.press('Control+z');
    await expect(predictions(page)).toContainText('without 1 cell');
    await page.keyboard.press('Control+Shift+z');
    await expect(predictions(page)).toContainText('without 4 cells');
    await page.getByRole('button', { name: 'Put all back' }).click();
    await expect(page.locator('.cell-removed')).toHaveCount(0);

    await page.getByRole('radio', { name: 'Heatmap' }).check({ force: true });
    await page.keyboard.press('Control+z');
    await expect(page.getByRole('radio', { name: 'Overlay' })).toBeChecked();

    const first = page.getByRole('radio', { name: /astronaut/ });
    await first.focus();
    await page.keyboard.press('Delete');
    await expect(first).toHaveCount(0);
    await page.keyboard.press('Control+z');
    await expect(first).toHaveCount(1);
  });

  test('words explain themselves where they stand, and lead to the help', async () => {
    const page = shared();
    await predictions(page).getByRole('button', { name: 'cell', exact: true }).click();
    const meaning = page.getByRole('dialog', { name: 'Cell' });
    await expect(meaning).toContainText('stands for a square of the image');
    await meaning.getByRole('button', { name: 'More in the help' }).click();
    await expect(page.getByRole('heading', { name: 'Words' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.keyboard.press('?');
    await expect(page.getByRole('heading', { name: 'Keys' })).toBeInViewport();
    await page.keyboard.press('Escape');
  });

  for (const [width, height] of [
    [1100, 800],
    [1440, 900],
    [1920, 1080],
  ] as const) {
    test(`one screen at ${width} px: the page never scrolls, and every control is in sight`, async () => {
      const page = shared();
      await page.setViewportSize({ width, height });
      const isOneScreen = () =>
        page.evaluate(() => document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth);
      expect(await isOneScreen()).toBe(true);
      expect(await outOfSight(page)).toEqual([]);
      for (const name of TABS) {
        await tab(page, name).click();
        await expect(page.getByRole('tabpanel')).toBeVisible();
        expect(await isOneScreen(), name).toBe(true);
        expect(await outOfSight(page), name).toEqual([]);
        // The stage stays in view.
        const box = await figure(page, 'Grad-CAM').getByRole('img').first().boundingBox();
        expect(box && box.y >= 0 && box.y + box.height <= height, name).toBe(true);
      }
      // The tab in front opens, and never closes.
      await tab(page, 'Dataset').click();
      await expect(page.getByRole('tabpanel')).toBeVisible();
      await page.getByRole('button', { name: 'Close the drawer' }).click();
      await expect(page.getByRole('tabpanel')).toHaveCount(0);
      await tab(page, 'Dataset').click();
      await expect(page.getByRole('tabpanel')).toBeVisible();
      await page.getByRole('button', { name: 'Close the drawer' }).click();
    });
  }

  test('a figure that fills the screen keeps its menu', async () => {
    const page = shared();
    const own = figure(page, 'FastAblationCAM');
    await own.getByRole('button', { name: 'Figure menu' }).click();
    await page.getByRole('menuitem', { name: /full screen/i }).click();
    await expect.poll(() => page.evaluate(() => document.fullscreenElement?.tagName)).toBe('FIGURE');
    await own.getByRole('button', { name: 'Figure menu' }).click();
    await expect(own.getByRole('menuitem').first()).toBeVisible();
    await page.keyboard.press('Escape');
    await page.evaluate(() => document.exitFullscreen());
    await expect(page.getByRole('banner')).toBeVisible();
  });
});

test('somebody who knows nothing drops an image, reads the verdict, ablates a cell and exports a figure, without scrolling', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1100, height: 800 });
  await page.goto('./');
  await chooseImages(page, { name: 'mine.png', mimeType: 'image/png', buffer: await blotches(120, 80) });
  await expect(page.getByRole('radio', { name: /mine\.png/ })).toBeChecked();
  await settled(page);
  await expect(predictions(page).getByRole('listitem').first()).toContainText('%');
  await expect(predictions(page)).not.toContainText('→');

  await page.getByRole('slider', { name: /^Cells of Grad-CAM/ }).click();
  await expect(predictions(page)).toContainText('Before, and without 1 cell.');
  await expect(predictions(page).getByRole('listitem').first()).toContainText(/\d %.*→.*%/);

  await figure(page, 'FastAblationCAM').getByRole('button', { name: 'Save overlay PNG' }).click();
  await page.getByRole('button', { name: 'Export' }).click();
  await expect(page.getByRole('menuitem').first()).toBeVisible();
  await page.keyboard.press('Escape');
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test.describe('on a phone', () => {
  const shared = sharedPage({ viewport: { width: 390, height: 844 } });

  test('the stage stays in sight, one figure at a time, and the rest is in sheets', async () => {
    const page = shared();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await page.getByRole('combobox', { name: 'Layer' }).click();
    await expect(page.getByRole('option', { name: /conv5_block32_concat/ })).toBeInViewport();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await expect(page.getByRole('slider', { name: /Opacity/ })).toBeVisible();
    // What the sheet changes is seen above it.
    const [map, sheet] = [await mapBox(page), await page.getByRole('region', { name: 'Settings', exact: true }).boundingBox()];
    expect(map.y).toBeGreaterThanOrEqual(0);
    expect(map.y + map.height).toBeLessThanOrEqual(sheet?.y ?? 0);
    await page.getByRole('button', { name: 'Tools', exact: true }).click();
    await expect(tab(page, 'Measure')).toBeVisible();
    await page.getByRole('button', { name: 'Tools', exact: true }).click();
    await page.mouse.wheel(0, 2000);
    await expect(page.getByRole('slider', { name: /^Cells of/ }).first()).toBeInViewport();
  });

  test('the tab in front is in sight, whatever brought it there', async () => {
    const page = shared();
    await page.getByRole('button', { name: 'Tools' }).click();
    const dataset = page.getByRole('tab', { name: /^Dataset/ });
    await expect(page.getByRole('tab', { name: 'Cells' })).toBeInViewport({ ratio: 1 });
    await expect(dataset).not.toBeInViewport({ ratio: 1 });
    const folder = await mkdtemp(join(tmpdir(), 'set-'));
    try {
      await writeFile(join(folder, 'a.png'), (await png('a.png', 64, 64)).buffer);
      await page.getByLabel('Folder', { exact: true }).setInputFiles(folder);
      await expect(dataset).toHaveAttribute('aria-selected', 'true');
      await expect(dataset).toBeInViewport({ ratio: 1 });
      // The page itself stays where it is.
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

test('a part of the drawer that fails says so, and takes nothing else with it', async ({ page }) => {
  const body = "export function Stability() { throw new Error('planted fault'); }";
  await page.route(/\/assets\/Stability-[^/]*\.js$/, (route) => route.fulfill({ contentType: 'text/javascript', body }));
  await openApp(page);
  await tab(page, 'Stability').click();
  await expect(page.getByRole('tabpanel').getByRole('alert')).toContainText('failed and cannot be shown (planted fault)');
  await tab(page, 'Cells').click();
  await expect(page.getByRole('tabpanel').getByRole('heading', { name: 'Ablate cells' })).toBeVisible();
  await settled(page);
});

test('whatever was in view in the drawer when a visit ended is there in the next one', async ({ page }) => {
  await openApp(page);
  for (const name of TABS) {
    await tab(page, name).click();
    await page.reload();
    // Before the model is there, and after.
    await expect(
      page
        .getByRole('tabpanel', { name: new RegExp(`^${name}`) })
        .getByRole('heading')
        .first(),
    ).toBeVisible();
    await expect(page.getByRole('banner')).toBeVisible();
  }
});
