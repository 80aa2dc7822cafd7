/** Whole tails for every copy (`?exact=dense`), to compare with: the same maps, and the link says so. */
import { type Browser, expect, test } from '@playwright/test';
import { chooseFrom, heatmapOf, openModel, openPage, settled } from './support/app.ts';
import { tinyNetwork } from './support/tiny-network.ts';

/** Found by a browser that has kept nothing. */
async function mapAt(browser: Browser, query: string) {
  const context = await browser.newContext({ baseURL: test.info().project.use.baseURL ?? '' });
  const page = await context.newPage();
  await openPage(page, query);
  await openModel(page, tinyNetwork({ name: 'tags', units: 3, activation: 'softmax' }), 'tiny');
  await chooseFrom(page, 'Layer', 'first');
  await settled(page);
  const found = { ...(await heatmapOf(page, 'FastAblationCAM')), exact: new URL(page.url()).searchParams.get('exact') };
  await context.close();
  return found;
}

test('copies that are run whole give the map that no more than their changes give', async ({ browser }) => {
  const changes = await mapAt(browser, '?backend=wasm');
  const whole = await mapAt(browser, '?backend=wasm&exact=dense');
  expect([changes.exact, whole.exact]).toEqual([null, 'dense']);
  expect([whole.layer, whole.shape]).toEqual([changes.layer, changes.shape]);
  const [expected, found] = [changes.values.flat(), whole.values.flat()];
  const range = Math.max(...expected) - Math.min(...expected);
  expect(range).toBeGreaterThan(0);
  expect(Math.max(...expected.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN)))) / range).toBeLessThan(1e-3);
});
