/**
 * The pollen model over the images that were held out when it was trained, as a person would check it: the folder is given as a set, and the page
 * counts. 18 of the 158 are TIFFs that are called .jpg. `HELD_OUT_STEP=1` takes all, in an hour or so; else every 70th is taken, of which one
 * is a TIFF.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { openDrawer } from './support/app.ts';

const POLLEN = '../shared/polen23e';
const hasPollen = existsSync(POLLEN);
const REASON = `${POLLEN} is not there: its images may not be part of the repository`;
if (!hasPollen) console.warn(`SKIPPED: ${REASON}, so the pollen model is not tried on a set of them.`);

const STEP = Number(process.env.HELD_OUT_STEP ?? 70);
const HOUR_MS = 3_600_000;

test.skip(!hasPollen, REASON); // Reason: the images may not be published, so that a clone by itself has none.

test(`over ${STEP === 1 ? 'all' : `one in ${STEP}`} of the held-out pollen images, the page names as many right as PyTorch does`, async ({
  page,
}) => {
  test.setTimeout(STEP === 1 ? 6 * HOUR_MS : 900_000);
  const all = readdirSync(POLLEN).flatMap((label) => readdirSync(join(POLLEN, label)).map((name) => join(label, name)));
  expect(all.length).toBe(158);
  const taken = all.sort().filter((_, i) => i % STEP === 0);
  const folder = join(mkdtempSync(join(tmpdir(), 'held-out-')), 'pollen');
  for (const path of taken) cpSync(join(POLLEN, path), join(folder, path));
  try {
    await page.goto('./?model=densenet169-polen23e&methods=grad-cam');
    await expect(page.getByRole('combobox', { name: 'Layer' })).toHaveValue('conv5_block32_concat', { timeout: 60_000 });
    await expect(page.getByRole('figure', { name: 'Grad-CAM', exact: true })).toHaveAttribute('aria-busy', 'false', { timeout: 60_000 });
    // What is measured beside the names is of no matter here.
    const steps = (await openDrawer(page, 'Measure')).getByLabel('Steps');
    await steps.fill('4');
    await steps.press('Enter');
    await page.getByLabel('Folder', { exact: true }).and(page.locator('input')).setInputFiles(folder);
    const set = page.getByRole('region', { name: 'Dataset' });
    const count = taken.length;
    await expect(set).toContainText(`pollen: ${count} of ${count} images at conv5_block32_concat`, { timeout: 5 * HOUR_MS });
    const [, right, known] = /(\d+) of (\d+) are named right/.exec(await set.innerText()) ?? [];
    expect(Number(known)).toBe(count);
    // None of those that are taken otherwise is among the eleven that PyTorch names wrong.
    if (STEP === 1) expect(Number(right)).toBe(147);
    if (STEP === 70) expect(Number(right)).toBe(count);
    await expect(page.getByRole('alert')).toHaveCount(0);
  } finally {
    rmSync(join(folder, '..'), { recursive: true });
  }
});
