import { expect, type Page, test } from '@playwright/test';
import sharp from 'sharp';
import { chooseImages, downloadFrom, figure, type GivenFile, heatmapOf, METHODS, openModel, openPage, settled } from './support/app.ts';
import { blotches, jpeg, png } from './support/images.ts';
import { tinyNetwork } from './support/tiny-network.ts';

/** One for all tests, with a small network: images are read the same way for any. Where a test fails, those after it get another page. */
let page: Page;

test.beforeAll(async ({ browser }) => {
  page = await browser.newPage();
  await openPage(page);
  // The strip has its samples, which stay.
  await expect(page.getByRole('radio', { name: / (sample|wrong: .*)$/ })).toHaveCount(10);
  await openModel(page, tinyNetwork({ name: 'tags', units: 3, activation: 'softmax' }), 'tiny');
});

test.afterAll(() => page.close());

async function explain(file: GivenFile, width: number, height: number): Promise<void> {
  await chooseImages(page, file);
  await expect(page.getByText(`${file.name}, ${width} × ${height} px.`)).toBeVisible({ timeout: 60_000 });
  await settled(page);
}

test('images of every kind are read: PNG, JPEG, WebP, AVIF, GIF, transparent, one pixel', async () => {
  const whole = sharp(await blotches(90, 60));
  await explain(await png('a.png', 90, 60), 90, 60);
  await explain(await jpeg('b.jpg', 90, 60), 90, 60);
  await explain({ name: 'c.webp', mimeType: 'image/webp', buffer: await whole.clone().webp().toBuffer() }, 90, 60);
  await explain({ name: 'd.avif', mimeType: 'image/avif', buffer: await whole.clone().avif().toBuffer() }, 90, 60);
  await explain({ name: 'e.gif', mimeType: 'image/gif', buffer: await whole.clone().gif().toBuffer() }, 90, 60);
  const clear = await sharp({ create: { width: 40, height: 30, channels: 4, background: { r: 200, g: 30, b: 30, alpha: 0.3 } } })
    .png()
    .toBuffer();
  await explain({ name: 'f.png', mimeType: 'image/png', buffer: clear }, 40, 30);
  await explain(await png('g.png', 1, 1), 1, 1);
  const { content } = await downloadFrom(page, figure(page, 'Grad-CAM'), 'Save overlay PNG');
  expect(await sharp(content).metadata()).toMatchObject({ width: 1, height: 1 });
});

test('an image that a camera turned stands upright', async () => {
  const upright = await sharp(await blotches(60, 90))
    .jpeg({ quality: 98 })
    .toBuffer();
  const turned = await sharp(upright).rotate(-90).withMetadata({ orientation: 6 }).jpeg({ quality: 98 }).toBuffer();
  await explain({ name: 'upright.jpg', mimeType: 'image/jpeg', buffer: upright }, 60, 90);
  const expected = await heatmapOf(page, 'FastAblationCAM');
  await explain({ name: 'turned.jpg', mimeType: 'image/jpeg', buffer: turned }, 60, 90);
  const actual = await heatmapOf(page, 'FastAblationCAM');
  const range = Math.max(...expected.values.flat()) - Math.min(...expected.values.flat());
  const differences = actual.values.flat().map((value, i) => Math.abs(value - (expected.values.flat()[i] ?? Number.NaN)) / range);
  expect(Math.max(...differences)).toBeLessThan(0.1);
});

test('files that are no images get one sentence each, and the page keeps what it had', async () => {
  await explain(await png('good.png', 50, 50), 50, 50);
  const before = await heatmapOf(page, 'Grad-CAM');
  const whole = (await jpeg('x.jpg', 300, 300)).buffer;
  const files: GivenFile[] = [
    { name: 'words.png', mimeType: 'image/png', buffer: Buffer.from('these are words') },
    { name: 'half.jpg', mimeType: 'image/jpeg', buffer: whole.subarray(0, whole.length / 2) },
    { name: 'nothing.png', mimeType: 'image/png', buffer: Buffer.alloc(0) },
  ];
  await chooseImages(page, files);
  for (const { name } of files) {
    const alert = page.getByRole('alert').filter({ hasText: name });
    await expect(alert).toHaveCount(1);
    await expect(alert).toHaveText(/^[A-Z][^.]*(\.(png|jpg))?[^.]*\.$/);
  }
  await settled(page);
  expect(await heatmapOf(page, 'Grad-CAM')).toEqual(before);
  // What went wrong with one choice of files is one notice.
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await explain(await png('next.png', 50, 50, 2), 50, 50);
});

test('good images among bad ones are taken', async () => {
  await chooseImages(page, [
    { name: 'bad.png', mimeType: 'image/png', buffer: Buffer.from('no') },
    await png('fine.png', 30, 20),
    await png('other.png', 20, 30, 2),
  ]);
  await expect(page.getByText('fine.png, 30 × 20 px.')).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('bad.png');
  await expect(page.getByRole('radio', { name: 'other.png' })).toBeAttached();
  await page.getByRole('button', { name: 'Dismiss' }).click();
});

for (const way of ['drop', 'paste'] as const) {
  test(`images can be given by ${way}`, async () => {
    const bytes = [...(await blotches(33, 44))];
    const name = `given-by-${way}.png`;
    const transfer = await page.evaluateHandle(
      ({ content, name }) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(content)], name, { type: 'image/png' }));
        return data;
      },
      { content: bytes, name },
    );
    if (way === 'drop') {
      await page.dispatchEvent('main', 'dragover', { dataTransfer: transfer });
      await expect(page.getByText('Drop images, a folder of them, or a model’s files, anywhere')).toBeVisible();
      await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
      await expect(page.getByText('Drop images, a folder of them, or a model’s files, anywhere')).toBeHidden();
    } else {
      await page.evaluate(
        (data) => document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true })),
        transfer,
      );
    }
    await expect(page.getByText(`${name}, 33 × 44 px.`)).toBeVisible();
    await settled(page);
  });
}

test('the strip is walked with the arrow keys, and a removed image gives way to its neighbour', async () => {
  await chooseImages(page, [await png('first.png', 20, 20, 1), await png('second.png', 20, 20, 2)]);
  await expect(page.getByText('first.png, 20 × 20 px.')).toBeVisible();
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText('second.png, 20 × 20 px.')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText('astronaut.jpg, 480 × 480 px.')).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await page.getByRole('button', { name: 'Remove second.png' }).click();
  await expect(page.getByText('astronaut.jpg, 480 × 480 px.')).toBeVisible();
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByText('first.png, 20 × 20 px.')).toBeVisible();
  await settled(page);
  for (const method of METHODS) await expect(figure(page, method).getByRole('img')).toHaveAccessibleName(/first\.png/);
});

test('an image of 12000 x 9000 works, and its overlay has its own size', async () => {
  test.setTimeout(240_000);
  const small = await blotches(120, 90);
  const buffer = await sharp(small, { limitInputPixels: false })
    .resize(12_000, 9_000, { kernel: 'nearest' })
    .png({ compressionLevel: 1 })
    .toBuffer();
  await explain({ name: 'huge.png', mimeType: 'image/png', buffer }, 12_000, 9_000);
  const download = page.waitForEvent('download', { timeout: 180_000 });
  await figure(page, 'FastAblationCAM').getByRole('button', { name: 'Save overlay PNG' }).click();
  const saving = page.getByRole('region', { name: 'Export' }).getByRole('progressbar', { name: 'FastAblationCAM overlay' });
  await expect(saving).toHaveAttribute('value', /^0\.\d+$/);
  const file = await (await download).path();
  expect(await sharp(file, { limitInputPixels: false }).metadata()).toMatchObject({ width: 12_000, height: 9_000 });
});
