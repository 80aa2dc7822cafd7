/** Words around figures, where these have little room. */
import { expect, type Page, test } from '@playwright/test';
import { figure } from './support/app.ts';
import { boxOf, stage } from './support/stage.ts';

const SIX = '?methods=grad-cam,fast-ablation-cam,hires-cam,layer-cam,xgrad-cam,ablation-cam';

/** What is scrolled within figures, or cut off without a way to all of it. */
function cutInFigures(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.stage figure, .stage figure *')]
      .filter((element) => element.checkVisibility() && !element.closest('svg, .visually-hidden, .figure-box'))
      .filter(({ scrollHeight, clientHeight, scrollWidth, clientWidth }) => {
        return clientHeight > 0 && (scrollHeight > clientHeight + 1 || scrollWidth > clientWidth + 1);
      })
      .filter((element) => !element.querySelector(':scope > .cut-text-more'))
      .map(({ className, textContent }) => `${className}: ${textContent}`),
  );
}

for (const [width, height] of [
  [1100, 800],
  [1440, 620],
  [768, 1024],
  [390, 844],
] as const) {
  test(`six figures at ${width} × ${height} px cut words by whole lines, with the way to all of them, and nothing scrolls`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height });
    await page.goto(`./${SIX}`);
    // While they are computed too: what is at work is said over the image, and takes no room beside it.
    await expect(figure(page, 'XGrad-CAM')).toHaveAttribute('aria-busy', 'true');
    const { width: inner } = await boxOf(figure(page, 'XGrad-CAM'));
    expect((await boxOf(figure(page, 'XGrad-CAM').locator('.figure-box'))).width).toBe(inner);
    for (const method of ['XGrad-CAM', 'Ablation-CAM'])
      await expect(figure(page, method)).toHaveAttribute('aria-busy', 'false', { timeout: 60_000 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(await cutInFigures(page)).toEqual([]);
    if (width < 720) await stage(page).getByRole('radio', { name: 'Image' }).click();
    const more = figure(page, 'Image').getByRole('button', { name: 'More: astronaut.jpg' });
    if (width !== 390) await more.click();
    const words = width === 390 ? figure(page, 'Image') : page.getByRole('dialog', { name: 'astronaut.jpg' });
    await expect(words.getByRole('link')).toBeVisible();
  });
}
