import type { Locator, Page } from '@playwright/test';

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
