/** The page and the command line give the same maps of the same image by the same network. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from '@playwright/test';
import sharp from 'sharp';
import { chooseFrom, downloadFrom, figure, type Heatmap, heatmapOf, METHODS, openApp, settled } from './support/app.ts';

const GOLDEN = 'tools/fixtures/goldens/tiny-pollen-head';
const LAYER = 'conv4_block2_concat';

async function pixelsOf(png: Buffer): Promise<Buffer> {
  return sharp(png).removeAlpha().raw().toBuffer();
}

test('a map of the command line is the page’s: numbers, names and colours', async ({ page }) => {
  const out = mkdtempSync(join(tmpdir(), 'command-line-'));
  const argv = ['explain', `${GOLDEN}/input.png`, '--model', `${GOLDEN}/model.keras`, '--layer', LAYER, '--class', '4', '--out', out];
  const { status, stderr } = spawnSync(process.execPath, ['dist-node/cli.js', ...argv], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  const { maps } = JSON.parse(readFileSync(join(out, 'results.jsonl'), 'utf8'));

  await openApp(page);
  await page.getByLabel('Model files', { exact: true }).setInputFiles(`${GOLDEN}/model.keras`);
  await expect(page.getByRole('combobox', { name: 'Model' }).locator('option:checked')).toHaveText('model');
  await page.getByLabel('Images', { exact: true }).and(page.locator('input')).setInputFiles(`${GOLDEN}/input.png`);
  await settled(page);
  await chooseFrom(page, 'Layer', LAYER);
  await chooseFrom(page, 'Class', 'class 4');
  await settled(page);
  for (const [i, method] of METHODS.entries()) {
    const { data, overlay } = maps[i];
    const own: Heatmap = JSON.parse(readFileSync(join(out, data), 'utf8'));
    const theirs = await heatmapOf(page, method);
    const { values, baseline, durationMs: _own, forwardMs: _ownPass, model: _model, ...said } = own;
    const { values: wanted, baseline: wantedBaseline, durationMs: _theirs, forwardMs: _pass, model: _kept, ...saidThere } = theirs;
    expect(said).toEqual(saidThere);
    expect(Math.abs(baseline - wantedBaseline)).toBeLessThan(1e-5);
    const range = Math.max(...wanted.flat()) - Math.min(...wanted.flat());
    const furthest = Math.max(...wanted.flat().map((value, k) => Math.abs(value - (values.flat()[k] ?? Number.NaN))));
    expect(furthest / range).toBeLessThan(1e-5);
    const saved = await downloadFrom(page, figure(page, method), 'Save overlay PNG');
    expect(basename(overlay)).toBe(saved.name);
    const [here, there] = [await pixelsOf(readFileSync(join(out, overlay))), await pixelsOf(saved.content)];
    expect(here.length).toBe(there.length);
    // Canvases round in their own way.
    expect(Math.max(...here.map((value, k) => Math.abs(value - (there[k] ?? 0))))).toBeLessThanOrEqual(2);
  }
  rmSync(out, { recursive: true });
});
