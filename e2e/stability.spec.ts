/** How far a map can be trusted: runs over a changed image, from their cost to what they say. */
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { figure, openDrawer, sharedPage } from './support/app.ts';

const shared = sharedPage();

test('runs are cancelled at once, keep what is there, and belong to their view', async () => {
  const page = shared();
  const stability = await openDrawer(page, 'Stability');
  await stability.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(stability.getByRole('progressbar')).toBeVisible();
  await stability.getByRole('button', { name: 'Cancel' }).click();
  await expect(stability).toContainText('Cancelled: what was finished is kept.');
  await stability.getByLabel('Seed').fill('7');
  await stability.getByLabel('Seed').press('Enter');
  await expect(stability).not.toContainText('Cancelled');
  await expect(figure(page, 'Grad-CAM')).toHaveAttribute('aria-busy', 'false');
  // With this seed nothing has run, which the next test begins with.
});

test('maps are run over a changed image when asked, with mean and spread, and the mean lies over the map on the stage', async () => {
  const page = shared();
  const stability = await openDrawer(page, 'Stability');
  // Nothing runs unasked, and what it takes is said before.
  await expect(stability).toContainText(/Takes /);
  await expect(stability.getByRole('table')).toHaveCount(0);
  await stability.getByLabel('Runs').fill('5');
  await stability.getByLabel('Runs').press('Enter');
  await stability.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(stability.getByRole('figure', { name: /^Grad-CAM · mean of 5 runs · / })).toBeVisible({ timeout: 80_000 });
  await expect(stability.getByRole('figure', { name: /^FastAblationCAM · std over 5 runs · / })).toBeVisible({ timeout: 80_000 });
  await expect(stability).toContainText(/While the image changes a little, .*Grad-CAM .*FastAblationCAM /);
  await expect(stability.getByRole('button', { name: 'Run', exact: true })).toBeDisabled();
  await expect(stability).toContainText('All runs are there.');
  const spread = stability.getByRole('figure', { name: /^FastAblationCAM · std over 5 runs · / });
  // Its colours say how much, without a sign.
  await expect(spread).toContainText(/spread of person/);
  await spread.getByRole('button', { name: /^Menu of / }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /^Save data/ }).click()]);
  expect(download.suggestedFilename()).toBe('astronaut_person_conv5_block32_concat_fast-ablation-cam_std-over-5-runs.json');
  const data = JSON.parse((await readFile(await download.path())).toString());
  expect(data).toMatchObject({ method: 'fast-ablation-cam', shape: [7, 7], made: { of: 'runs', part: 'std', runs: 5 } });
  const mean = stability.getByRole('figure', { name: /^FastAblationCAM · mean of 5 runs · / });
  await mean.getByRole('button', { name: /^Menu of / }).click();
  await page.getByRole('menuitem', { name: 'Pin to compare' }).click();
  await page.getByRole('radio', { name: 'Difference' }).click();
  await expect(page.getByLabel('Second').locator('option:checked')).toHaveText(/^FastAblationCAM · mean of 5 runs · /);
});
