/** The page and the command line give the same maps of the same image by the same network. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from '@playwright/test';
import sharp from 'sharp';
import { chooseFrom, chooseImages, downloadFrom, figure, type Heatmap, heatmapOf, METHODS, openApp, settled } from './support/app.ts';
import { blotches } from './support/images.ts';

const GOLDEN = 'tools/fixtures/goldens/tiny-pollen-head';
const LAYER = 'conv4_block2_concat';

async function pixelsOf(png: Buffer): Promise<Buffer> {
  return sharp(png).removeAlpha().raw().toBuffer();
}

/** The largest difference, as a share of the range. */
function distance(values: Heatmap['values'], wanted: Heatmap['values']): number {
  const range = Math.max(...wanted.flat()) - Math.min(...wanted.flat());
  return Math.max(...wanted.flat().map((value, k) => Math.abs(value - (values.flat()[k] ?? Number.NaN)))) / range;
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
    expect(distance(values, wanted)).toBeLessThan(1e-5);
    const saved = await downloadFrom(page, figure(page, method), 'Save overlay PNG');
    expect(basename(overlay)).toBe(saved.name);
    const [here, there] = [await pixelsOf(readFileSync(join(out, overlay))), await pixelsOf(saved.content)];
    expect(here.length).toBe(there.length);
    // Canvases round in their own way.
    expect(Math.max(...here.map((value, k) => Math.abs(value - (there[k] ?? 0))))).toBeLessThanOrEqual(2);
  }
  rmSync(out, { recursive: true });
});

test('the page’s map of an image is the command line’s, whatever kind of image it is', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'kinds-'));
  const kinds = join(folder, 'kinds');
  mkdirSync(kinds);
  const image = async (width: number, height: number) => sharp(await blotches(width, height, width));
  const isSeen = sharp(await blotches(90, 70, 2)).extractChannel(0);
  const files: Readonly<Record<string, Buffer>> = {
    // Fine lines, which a step between would blur.
    'huge.png': await (await image(5001, 401))
      .convolve({ width: 3, height: 3, kernel: [0, -1, 0, -1, 9, -1, 0, -1, 0], scale: 1 })
      .png()
      .toBuffer(),
    'inks.jpg': await (await image(90, 71)).toColourspace('cmyk').jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(),
    'seen-through.webp': await (await image(90, 70))
      .joinChannel(await isSeen.png().toBuffer())
      .withMetadata({ orientation: 6 })
      .webp({ lossless: true })
      .toBuffer(),
    'turned.jpg': await (await image(91, 70)).withMetadata({ orientation: 5 }).jpeg().toBuffer(),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(kinds, name), content);
  const out = join(folder, 'out');
  const asked = ['--layer', LAYER, '--class', '4', '--methods', 'grad-cam', '--files', 'data'];
  const argv = ['explain', kinds, '--model', `${GOLDEN}/model.keras`, ...asked, '--out', out];
  const { status, stderr } = spawnSync(process.execPath, ['dist-node/cli.js', ...argv], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  const lines: { path: string; maps: { data: string }[] }[] = readFileSync(join(out, 'results.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(4);

  await openApp(page);
  await page.getByLabel('Model files', { exact: true }).and(page.locator('input')).setInputFiles(`${GOLDEN}/model.keras`);
  await expect(page.getByRole('combobox', { name: 'Model' }).locator('option:checked')).toHaveText('model');
  await settled(page);
  for (const { path, maps } of lines) {
    const name = basename(path);
    await chooseImages(page, { name, mimeType: '', buffer: files[name] ?? Buffer.of() });
    await expect(page.locator('.image-caption')).toContainText(name);
    await settled(page);
    await chooseFrom(page, 'Layer', LAYER);
    await chooseFrom(page, 'Class', 'class 4');
    await settled(page);
    const own: Heatmap = JSON.parse(readFileSync(join(out, maps[0]?.data ?? ''), 'utf8'));
    const theirs = await heatmapOf(page, 'Grad-CAM');
    expect(own.input).toEqual(theirs.input);
    // Browsers round inks in their own way, some of them by one of 255; read as a printer mixes them, they are 0.65 away.
    expect(distance(own.values, theirs.values), name).toBeLessThan(name === 'inks.jpg' ? 0.25 : 1e-5);
  }
  rmSync(folder, { recursive: true });
});
