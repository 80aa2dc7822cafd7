/** Words around figures, where these have little room. */
import { expect, type Page, test } from '@playwright/test';
import { figure, openDrawer, settled, sharedPage } from './support/app.ts';
import { boxOf, stage } from './support/stage.ts';

const SIX = '?methods=grad-cam,fast-ablation-cam,hires-cam,layer-cam,xgrad-cam,ablation-cam';

const SIZES = [
  [1024, 600],
  [1100, 600],
  [1100, 800],
  [1280, 720],
  [1366, 768],
  [1440, 900],
  [1920, 1080],
] as const;

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

/** What of figures' legends is neither in sight nor behind a button that is: numbers in full, the unit's first line, and all else. */
function lostOfLegends(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    /** Whether an element is inside of all that cuts it off, and of the window. */
    const isInSight = (element: Element, { top, bottom, left, right }: DOMRect, last: Element | null = null): boolean => {
      const fits = (frame: { top: number; bottom: number; left: number; right: number }) =>
        top > frame.top - 1 && bottom < frame.bottom + 1 && left > frame.left - 1 && right < frame.right + 1;
      for (let around = element.parentElement; around && around !== document.body; around = around.parentElement) {
        if (getComputedStyle(around).overflow !== 'visible' && !fits(around.getBoundingClientRect())) return false;
        if (around === last) return true;
      }
      return fits({ top: 0, left: 0, bottom: window.innerHeight, right: window.innerWidth });
    };
    /** A line of text and a button over it. */
    const covers = (over: Element | null, { top, bottom, left, right }: DOMRect) => {
      const box = over?.getBoundingClientRect();
      return box !== undefined && box.top < bottom - 1 && box.bottom > top + 1 && box.left < right - 1 && box.right > left + 1;
    };
    return [...document.querySelectorAll('.stage .legend')].flatMap((legend) => {
      const title = legend.closest('figure')?.getAttribute('aria-label') ?? 'all figures';
      const more = legend.querySelector('.cut-text-more');
      const isMoreInSight = more !== null && isInSight(more, more.getBoundingClientRect());
      const lost: string[] = [];
      for (const part of legend.querySelectorAll('.legend-bar, b')) {
        const box = part.getBoundingClientRect();
        if (box.width === 0 || !isInSight(part, box) || covers(more, box)) lost.push(`${title}: ${part.textContent || 'the bar'}`);
      }
      const unit = legend.querySelector('.legend-unit');
      const [line] = unit?.getClientRects() ?? [];
      if (!unit || !line || !isInSight(unit, new DOMRect(line.x, line.y, line.width, 16))) lost.push(`${title}: ${unit?.textContent}`);
      for (const part of legend.querySelectorAll('.legend-says, .legend-unit')) {
        const box = part.getBoundingClientRect();
        const isThere = part.textContent === '' || (box.width > 0 && isInSight(part, box));
        if (!isThere && !isMoreInSight) lost.push(`${title}: ${part.textContent}`);
      }
      return lost;
    });
  });
}

const shared = sharedPage({ viewport: { width: 1440, height: 900 } }, SIX);

test('nothing of a legend is lost, from one method to six, at any size, beside an open drawer or not, and more shows all of it', async () => {
  const page = shared();
  const methods = ['Grad-CAM', 'FastAblationCAM', 'HiResCAM', 'LayerCAM', 'XGrad-CAM', 'Ablation-CAM'];
  for (const method of methods) await expect(figure(page, method)).toHaveAttribute('aria-busy', 'false', { timeout: 60_000 });
  for (let count = methods.length; count >= 1; count--) {
    for (const isOpen of [true, false]) {
      if (isOpen) await openDrawer(page, 'Cells');
      else await page.getByRole('button', { name: 'Close the drawer' }).click();
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height });
        await expect(
          async () => expect(await lostOfLegends(page)).toEqual([]),
          `${count} at ${width} × ${height}, drawer ${isOpen}`,
        ).toPass({
          timeout: 5000,
        });
        expect(await page.locator('.stage .legend').count()).toBe(count);
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    if (count > 1) await page.getByRole('checkbox', { name: new RegExp(`^${methods[count - 1]}`) }).uncheck();
  }
});

test('beside an open drawer a legend has its unit in sight, and all of it behind a button', async () => {
  const page = shared();
  await page.setViewportSize({ width: 1440, height: 900 });
  for (const name of ['FastAblationCAM', 'HiResCAM']) await page.getByRole('checkbox', { name: new RegExp(`^${name}`) }).check();
  for (const name of ['LayerCAM', 'XGrad-CAM', 'Ablation-CAM'])
    await page.getByRole('checkbox', { name: new RegExp(`^${name}`) }).uncheck();
  await settled(page);
  await expect(stage(page).getByRole('figure')).toHaveCount(4);
  await openDrawer(page, 'Cells');
  await page.setViewportSize({ width: 1280, height: 720 });
  const own = figure(page, 'FastAblationCAM');
  await expect(own.getByText('drop in logit')).toBeVisible();
  await own.getByRole('button', { name: 'More: What the colours mean' }).click();
  const words = page.getByRole('dialog', { name: 'What the colours mean' });
  for (const part of [/against person/, /for person/, /drop in logit · values −/]) await expect(words.getByText(part)).toBeVisible();
});

test('six figures at 1100 × 800, 1440 × 620, 768 × 1024 and 390 × 844 px cut words by whole lines, with the way to all of them, and nothing scrolls', async ({
  page,
}) => {
  const sizes = [
    [1100, 800],
    [1440, 620],
    [768, 1024],
    [390, 844],
  ] as const;
  await page.goto(`./${SIX}`);
  // While they are computed too: what is at work is said over the image, and takes no room beside it.
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    await expect(figure(page, 'XGrad-CAM')).toHaveAttribute('aria-busy', 'true');
    const { width: inner } = await boxOf(figure(page, 'XGrad-CAM'));
    expect((await boxOf(figure(page, 'XGrad-CAM').locator('.figure-box'))).width).toBe(inner);
  }
  for (const method of ['XGrad-CAM', 'Ablation-CAM'])
    await expect(figure(page, method)).toHaveAttribute('aria-busy', 'false', { timeout: 60_000 });
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    await expect.poll(() => cutInFigures(page)).toEqual([]);
    if (width < 720) await stage(page).getByRole('radio', { name: 'Image' }).click();
    const more = figure(page, 'Image').getByRole('button', { name: 'More: astronaut.jpg' });
    if (width !== 390) await more.click();
    const words = width === 390 ? figure(page, 'Image') : page.getByRole('dialog', { name: 'astronaut.jpg' });
    await expect(words.getByRole('link')).toBeVisible();
    if (width !== 390) await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
});
