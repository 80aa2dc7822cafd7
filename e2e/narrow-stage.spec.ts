/** The stage where there is little room for it. */
import { expect, type Page, test } from '@playwright/test';
import { figure } from './support/app.ts';
import { boxOf, stage } from './support/stage.ts';

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

test('titles of figures stay whole, however narrow these are, and what they save is one click away', async ({ page }) => {
  const four = 'grad-cam,fast-ablation-cam,hires-cam,layer-cam';
  // Beside the panel six figures are narrower at 1100 px than anywhere else.
  for (const [width, methods] of [
    [1440, four],
    [1100, four],
    [1100, 'eigen-grad-cam,fast-ablation-cam,hires-cam,ablation-cam,grad-cam-plus-plus,eigen-cam'],
  ] as const) {
    await page.setViewportSize({ width, height: 600 });
    await page.goto(`./?methods=${methods}`);
    await expect(figure(page, 'FastAblationCAM').getByRole('button', { name: 'Save overlay PNG' })).toBeEnabled({ timeout: 60_000 });
    expect(await brokenTitles(page)).toEqual([]);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      figure(page, 'FastAblationCAM').getByRole('button', { name: 'Save overlay PNG' }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/\.png$/);
  }
});

test('a narrow screen shows one figure at a time, without sideways scroll', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('./');
  await expect(figure(page, 'FastAblationCAM')).toHaveAttribute('aria-busy', 'false', { timeout: 60_000 });
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

test('a small phone on its side, and a page enlarged fourfold, leave the figure room, and show all of it', async ({ page }) => {
  for (const [width, height] of [
    [640, 360],
    [320, 256],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.goto('./?methods=grad-cam,fast-ablation-cam,hires-cam,layer-cam');
    const map = figure(page, 'LayerCAM').locator('.figure-box');
    await stage(page).getByRole('radio', { name: 'LayerCAM' }).click();
    expect((await boxOf(map)).height).toBeGreaterThan(80);
    // What comes after the stage can be reached, and it goes out of sight.
    await page.getByRole('heading', { name: 'Predictions' }).scrollIntoViewIfNeeded();
    await expect(map).not.toBeInViewport({ ratio: 0.9 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  }
});
