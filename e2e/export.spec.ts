import { expect, type Page, test } from '@playwright/test';
import { unzipSync } from 'fflate';
import sharp from 'sharp';
import { chooseFrom, chooseImages, downloadFrom, exportFrom, figure, heatmapOf, openApp, settled, sharedPage } from './support/app.ts';
import { png } from './support/images.ts';

const shared = sharedPage({ permissions: ['clipboard-read', 'clipboard-write'] });

/** An image of one's own, explained. */
async function explained(page: Page, name: string, width: number, height: number): Promise<void> {
  await chooseImages(page, await png(name, width, height));
  await expect(page.getByText(`${name}, ${width} × ${height} px.`)).toBeVisible();
  await settled(page);
}

/** The numbers of an NPY file that holds what NumPy calls `<f4` in C order. */
function readNpy(bytes: Buffer): { readonly shape: readonly number[]; readonly values: readonly number[] } {
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00');
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.subarray(10, start).toString('latin1');
  expect(header).toMatch(/'descr': '<f4', 'fortran_order': False/);
  const shape = (/\((\d+), (\d+)\)/.exec(header) ?? []).slice(1).map(Number);
  return { shape, values: Array.from({ length: (bytes.length - start) / 4 }, (_, i) => bytes.readFloatLE(start + i * 4)) };
}

// First, with the sample that the page opens with.
test('side by side and report say what the colours mean', async () => {
  const page = shared();
  const report = (await exportFrom(page, 'Report')).content.toString();
  // Of each method, and of where they disagree.
  expect(report.match(/<linearGradient/g)).toHaveLength(3);
  // Minus signs as everywhere, and a time that people read.
  const [, predictions = ''] = /<h2>Predictions<\/h2>([\s\S]*?)<\/table>/.exec(report) ?? [];
  expect(predictions).toMatch(/<td>−\d/);
  expect(predictions).not.toContain('>-');
  expect(report).toMatch(/on \d{4}-\d\d-\d\d \d\d:\d\d UTC\./);
  expect(report).toContain('← 0 →');
  expect(report).toMatch(/drop in logit; values from [−\d.]+ to [−\d.]+; a scale of its own/);
  const { width = 0, height = 0 } = await sharp((await exportFrom(page, 'Side by side')).content).metadata();
  expect(width).toBeGreaterThan(3 * 480);
  expect(height).toBeGreaterThan(480 + 60);
});

// While the list holds no other images of one's own.
test('a ZIP holds every image by every method, with a manifest, and can be cancelled', async () => {
  const page = shared();
  await explained(page, 'one.png', 120, 80);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await expect(page.getByRole('menuitem', { name: /^All images \(ZIP\).*11 images, 22 maps/ })).toBeVisible();
  await page.keyboard.press('Escape');
  const { name, content } = await exportFrom(page, 'All images (ZIP)');
  expect(name).toBe('fast-ablation-cam_densenet169-everyday_conv5_block32_concat_images.zip');
  const files = unzipSync(content);
  const manifest = JSON.parse(Buffer.from(files['manifest.json'] ?? []).toString());
  expect(manifest).toMatchObject({
    format: 'fast-ablation-cam-images',
    model: { id: 'densenet169-everyday', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  expect(manifest.images).toHaveLength(11);
  expect(Object.keys(files)).toHaveLength(1 + 11 * 2 * 3);
  const own = manifest.images.find((image: { name: string }) => image.name === 'one.png');
  const sweep = own.maps.find((map: { method: string }) => map.method === 'fast-ablation-cam');
  expect(await sharp(Buffer.from(files[sweep.overlay] ?? [])).metadata()).toMatchObject({ format: 'png', width: 120, height: 80 });
  const data = JSON.parse(Buffer.from(files[sweep.data] ?? []).toString());
  expect(data.values).toEqual((await heatmapOf(page, 'FastAblationCAM')).values);
  expect(readNpy(Buffer.from(files[sweep.array] ?? [])).values).toEqual(data.values.flat().map(Math.fround));

  // At a layer where all is still to be computed.
  await chooseFrom(page, 'Layer', 'conv5_block16_concat');
  await settled(page);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: 'All images (ZIP)' }).click();
  const progress = page.getByRole('region', { name: 'Export' });
  await expect(progress).toContainText('All images (ZIP)');
  await page.getByRole('button', { name: 'Export', exact: true }).press('ArrowDown');
  const report = page.getByRole('menuitem', { name: 'Report (HTML)' });
  await expect(report).toBeDisabled();
  await expect(report).toContainText('All images (ZIP) is being made.');
  // The reason is reached by keys, and choosing it does nothing.
  await page.keyboard.press('r');
  await expect(report).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(report).toBeVisible();
  await page.keyboard.press('Escape');
  await progress.getByRole('button', { name: 'Cancel' }).click();
  await expect(progress).toBeHidden();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await chooseFrom(page, 'Layer', 'conv5_block32_concat');
  await settled(page);
});

test('a figure’s menu saves the overlay, the map alone, and its numbers for JSON and NumPy', async () => {
  const page = shared();
  await explained(page, 'a & b.png', 320, 200);
  const sweep = figure(page, 'FastAblationCAM');
  const overlay = await downloadFrom(page, sweep, 'Save overlay PNG');
  expect(overlay.name).toMatch(/^a---b_.+_conv5_block32_concat_fast-ablation-cam\.png$/);
  expect(await sharp(overlay.content).metadata()).toMatchObject({ format: 'png', width: 320, height: 200 });

  const heatmap = await exportFrom(page, 'Save heatmap', sweep);
  expect(heatmap.name).toMatch(/_fast-ablation-cam_heatmap\.png$/);
  const { data, info } = await sharp(heatmap.content).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  expect(info.width).toBe(320);
  expect(info.height).toBeGreaterThan(230);
  // The network saw all of the image, and the scale stands on white below it.
  expect(data[3]).toBe(255);
  expect([...data.subarray(-4)]).toEqual([255, 255, 255, 255]);

  const { values, shape } = await heatmapOf(page, 'FastAblationCAM');
  const array = readNpy((await exportFrom(page, 'Save array', sweep)).content);
  expect(array.shape).toEqual(shape);
  expect(array.values).toEqual(values.flat().map(Math.fround));
});

test('the map alone is transparent where the network saw nothing', async () => {
  const page = shared();
  await explained(page, 'wide.png', 480, 200);
  await page.getByText('Network input').click();
  await page.getByRole('combobox', { name: 'Images are' }).selectOption('centre-crop');
  await settled(page);
  const { content } = await exportFrom(page, 'Save heatmap', figure(page, 'Grad-CAM'));
  const { data, info } = await sharp(content).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const alphaAt = (x: number, y: number) => data[(y * info.width + x) * 4 + 3];
  expect([alphaAt(10, 100), alphaAt(240, 100), alphaAt(470, 100)]).toEqual([0, 255, 0]);
  await page.getByRole('combobox', { name: 'Images are' }).selectOption('stretched');
  await page.getByText('Network input').click();
  await settled(page);
});

test('an overlay is copied at the image’s size, and a refusal is one sentence', async () => {
  const page = shared();
  await explained(page, 'copy.png', 200, 120);
  const copy = async () => {
    await figure(page, 'Grad-CAM').getByRole('button', { name: 'Figure menu' }).click();
    await page.getByRole('menuitem', { name: 'Copy overlay' }).click();
  };
  await copy();
  await expect(page.getByText('The overlay was copied.')).toBeVisible();
  const size = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    const bitmap = await createImageBitmap((await item?.getType('image/png')) ?? new Blob());
    return [bitmap.width, bitmap.height];
  });
  expect(size).toEqual([200, 120]);
  await page.evaluate(() => {
    navigator.clipboard.write = () => Promise.reject(new DOMException('', 'NotAllowedError'));
  });
  await copy();
  const refusal = page.getByRole('listitem').filter({ hasText: 'did not let the image be copied' });
  await expect(refusal.getByRole('alert')).toBeVisible();
  await refusal.getByRole('button', { name: 'Dismiss' }).click();
});

test('a figure for a paper is well-formed SVG with its text, and a PNG of at least twice the size', async () => {
  const page = shared();
  await explained(page, 'a <b> & "c".png', 300, 200);
  const svg = await exportFrom(page, 'Figure for a paper (SVG)');
  expect(svg.name).toMatch(/_figure\.svg$/);
  const found = await page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
    return {
      faults: parsed.querySelectorAll('parsererror').length,
      images: [...parsed.querySelectorAll('image')].map((image) => image.getAttribute('href')?.slice(0, 22)),
      scales: parsed.querySelectorAll('rect[fill^="url(#"]').length,
      text: [...parsed.querySelectorAll('text')].map(({ textContent }) => textContent).join(' '),
      width: Number(parsed.documentElement.getAttribute('width')),
    };
  }, svg.content.toString());
  expect(found.faults).toBe(0);
  expect(found.images).toEqual(Array(3).fill('data:image/png;base64,'));
  expect(found.scales).toBe(2);
  for (const part of [
    'a <b> & "c".png, 300 × 200 px',
    'conv5_block32_concat',
    '50 px',
    '← 0 →',
    'drop in logit',
    'by Grad-CAM and',
    'FastAblationCAM 0.1.0',
    '%',
  ])
    expect(found.text).toContain(part);
  const drawn = await exportFrom(page, 'Figure for a paper (PNG)');
  const { width = 0, format } = await sharp(drawn.content).metadata();
  expect(format).toBe('png');
  expect(width).toBe(Math.round(found.width * 2));
});

test('a session reopens the same view on another page, from its first bytes, and computes nothing again', async () => {
  const page = shared();
  await explained(page, 'my grain.png', 300, 200);
  await chooseFrom(page, 'Layer', 'conv5_block16_concat');
  await settled(page);
  await chooseFrom(page, 'Class', 'watch');
  await settled(page);
  const before = [await heatmapOf(page, 'Grad-CAM'), await heatmapOf(page, 'FastAblationCAM')];
  const { name, content } = await exportFrom(page, 'Session');
  expect(name).toBe('my-grain_densenet169-everyday_conv5_block16_concat_session.fastcam');
  expect(content.subarray(30, 77).toString()).toBe('mimetypeapplication/x-fast-ablation-cam-session');

  const other = await page.context().browser()?.newPage();
  if (!other) throw new Error('there is no browser');
  await openApp(other, '?backend=wasm');
  const busy = await other.evaluateHandle(() => {
    const seen: (string | null)[] = [];
    for (const figure of document.querySelectorAll('figure[aria-busy]'))
      new MutationObserver(() => seen.push(figure.getAttribute('aria-busy'))).observe(figure, { attributeFilter: ['aria-busy'] });
    return seen;
  });
  // Whatever it is called, and wherever it is given.
  await chooseImages(other, { name: 'renamed.zip', mimeType: 'application/zip', buffer: content });
  await expect(other.getByText('my grain.png, 300 × 200 px.')).toBeVisible();
  await expect(other.getByText('The session renamed.zip was opened.')).toBeVisible();
  await settled(other);
  await expect(other.getByRole('combobox', { name: 'Layer' })).toHaveValue('conv5_block16_concat');
  await expect(other.getByRole('combobox', { name: 'Class' })).toHaveValue('watch');
  // Times too are those that were measured then: nothing ran again.
  expect([await heatmapOf(other, 'Grad-CAM'), await heatmapOf(other, 'FastAblationCAM')]).toEqual(before);
  expect(await busy.jsonValue()).not.toContain('true');
  await expect(other.getByRole('radio', { name: /my grain\.png/ })).toHaveCount(1);

  await chooseImages(other, { name: 'short.fastcam', mimeType: '', buffer: content.subarray(0, content.length - 5000) });
  await expect(other.getByRole('alert').filter({ hasText: 'The session short.fastcam cannot be opened' })).toBeVisible();
  await other.close();
});
