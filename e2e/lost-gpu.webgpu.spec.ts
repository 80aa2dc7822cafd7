/** The graphics processor dies under the page: a new worker takes over, and nothing the person had is gone. */
import { expect, test } from '@playwright/test';
import { heatmapOf, openApp, settled } from './support/app.ts';

test('a lost graphics processor is said, and the page goes on with what it had', async ({ page, browser }) => {
  await openApp(page, '?backend=webgpu');
  await expect(page.getByRole('status')).toContainText('WebGPU');
  const before = await heatmapOf(page, 'FastAblationCAM');
  const reloaded = page.waitForEvent('worker');
  const session = await browser.newBrowserCDPSession();
  await session.send('Browser.crashGpuProcess').catch(() => {});
  await expect(page.getByText(/^The graphics processor was lost/)).toBeVisible();
  await reloaded;
  await expect(page.getByRole('status')).toContainText(/WebGPU|WASM/);
  await settled(page);
  expect((await heatmapOf(page, 'FastAblationCAM')).values).toEqual(before.values);
  await expect(page.getByRole('alert')).toHaveCount(0);
});
