import type { Locator, Page } from '@playwright/test';
import { figure } from './app.ts';

export function stage(page: Page): Locator {
  return page.getByRole('region', { name: 'Stage' });
}

export function layout(page: Page, name: 'Side by side' | 'Wipe' | 'Difference'): Locator {
  return stage(page).getByRole('radiogroup', { name: 'Layout' }).getByRole('radio', { name });
}

export async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (!box) throw new Error('it has no size');
  return box;
}

/** From the page's first paint on, how far things move is noted. */
export function watchShifts(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if ('value' in entry && typeof entry.value === 'number') shifts.push(entry.value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** What has been noted until now, added up, as a browser's cumulative layout shift. */
export async function shiftsIn(page: Page): Promise<number> {
  const shifts = await page.evaluate<number[]>('window.shifts');
  return shifts.reduce((sum, value) => sum + value, 0);
}

/** Of the map in front, in the page's own coordinates of the screen. */
export function mapBox(page: Page) {
  return boxOf(figure(page, 'FastAblationCAM').locator('.figure-box'));
}
