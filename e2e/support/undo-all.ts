import type { Page } from '@playwright/test';
import { settled } from './app.ts';

/** For tests that share a page: layer, class, methods and settings are again as they were when it was opened or loaded anew. */
export async function undoAll(page: Page): Promise<void> {
  const undo = page.getByRole('banner').getByRole('button', { name: 'Undo' });
  while ((await undo.getAttribute('aria-disabled')) === 'false') await undo.click();
  await settled(page);
}
