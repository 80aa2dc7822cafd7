/** The stage where there is little room for it. */
import { expect, type Page, test } from '@playwright/test';
import { figure, settled, sharedPage } from './support/app.ts';
import { boxOf, stage } from './support/stage.ts';

const shared = sharedPage({ viewport: { width: 390, height: 844 } });

/** Where there is room for the settings. */
async function showMethods(page: Page, names: readonly RegExp[], isShown = true): Promise<void> {
  await page.setViewportSize({ width: 1440, height: 600 });
  for (const name of names) await page.getByRole('checkbox', { name }).setChecked(isShown);
}

/** Titles of figures that are broken within a word, or do not fit their lines. */
function brokenTitles(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.stage figure h2')]
      .filter((title) => {
        const words = [...title.childNodes].flatMap((node) => {
          const range = document.createRange();
          range.selectNodeContents(node);
          return range.getClientRects().length;
        });
        const { height } = title.parentElement?.getBoundingClientRect() ?? { height: 0 };
        return words.some((lines) => lines > 1) || title.getBoundingClientRect().height > height + 2;
      })
      .map(({ textContent }) => textContent ?? ''),
  );
}

test('a narrow screen shows one figure at a time, without sideways scroll', async () => {
  const page = shared();
  // Those behind it are not seen, and take no touch; a focus brings them to the front.
  await expect(figure(page, 'Grad-CAM')).toHaveCSS('opacity', '0');
  await expect(figure(page, 'Grad-CAM')).toHaveCSS('pointer-events', 'none');
  await stage(page).getByRole('radiogroup', { name: 'Figure' }).getByRole('radio', { name: 'Grad-CAM' }).click();
  await expect(figure(page, 'Grad-CAM')).toHaveCSS('opacity', '1');
  await expect(figure(page, 'FastAblationCAM')).toHaveCSS('opacity', '0');
  await figure(page, 'FastAblationCAM').getByRole('button', { name: 'Save data JSON' }).focus();
  await expect(figure(page, 'FastAblationCAM')).toHaveCSS('opacity', '1');
  await expect(figure(page, 'Grad-CAM')).toHaveCSS('opacity', '0');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});

test('a small phone on its side, and a page enlarged fourfold, leave the figure room, and show all of it', async () => {
  const page = shared();
  await showMethods(page, [/^HiResCAM/, /^LayerCAM/]);
  for (const [width, height] of [
    [640, 360],
    [320, 256],
  ] as const) {
    await page.setViewportSize({ width, height });
    const map = figure(page, 'LayerCAM').locator('.figure-box');
    await stage(page).getByRole('radio', { name: 'LayerCAM' }).click();
    await expect.poll(async () => (await boxOf(map)).height).toBeGreaterThan(80);
    // What comes after the stage can be reached, and it goes out of sight.
    await page.getByRole('heading', { name: 'Predictions' }).scrollIntoViewIfNeeded();
    await expect(map).not.toBeInViewport({ ratio: 0.9 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  }
});

test('titles of figures stay whole, however narrow these are, and what they save is one click away', async () => {
  const page = shared();
  const save = figure(page, 'FastAblationCAM').getByRole('button', { name: 'Save overlay PNG' });
  await showMethods(page, [/^HiResCAM/, /^LayerCAM/]);
  await settled(page);
  for (const [width, shown] of [
    [1440, 4],
    [1100, 4],
    // Beside the panel six figures are narrower at 1100 px than anywhere else.
    [1100, 6],
  ] as const) {
    if (shown === 6) {
      await showMethods(page, [/^Grad-CAM(?!\+)/, /^LayerCAM/], false);
      await showMethods(page, [/^EigenGradCAM/, /^Ablation-CAM/, /^Grad-CAM\+\+/, /^Eigen-CAM/]);
    }
    await page.setViewportSize({ width, height: 600 });
    // Beside the image.
    await expect(stage(page).getByRole('figure')).toHaveCount(1 + shown);
    await expect(save).toBeEnabled();
    await expect.poll(() => brokenTitles(page)).toEqual([]);
    const [file] = await Promise.all([page.waitForEvent('download'), save.click()]);
    expect(file.suggestedFilename()).toMatch(/\.png$/);
  }
});
