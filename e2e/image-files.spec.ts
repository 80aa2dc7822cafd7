/** What the network gets of images that browsers do not read, or not as training code reads them; and that maps lie where the marks are. */
import { readFileSync } from 'node:fs';
import { expect, type Locator, type Page, test } from '@playwright/test';
import sharp, { type Sharp } from 'sharp';
import { chooseFrom, chooseImages, downloadFrom, figure, type GivenFile, openModel, openPage, settled } from './support/app.ts';
import { blotches, png } from './support/images.ts';
import { grey16, withChunk } from './support/png.ts';
import { spikeNetwork } from './support/spike-network.ts';

/** One for all tests, which bring their own networks: the page's is not waited for. Where one fails, those after it get another page. */
let page: Page;
let givenNetworks = 0;

test.beforeAll(async ({ browser }) => {
  page = await browser.newPage();
  await openPage(page);
});

test.afterAll(() => page.close());

const TIFFS = 'src/core/image-files/testing/tiff';

function tiff(name: string, as = `${name}.tif`): GivenFile {
  return { name: as, mimeType: 'image/tiff', buffer: readFileSync(`${TIFFS}/${name}.tif`) };
}

function file(name: string, buffer: Buffer): GivenFile {
  return { name, mimeType: `image/${name.split('.').at(-1)}`, buffer };
}

function networkInput(): Locator {
  return page.locator('#network-input');
}

async function explain(given: GivenFile, words: string | RegExp): Promise<void> {
  await chooseImages(page, given);
  await expect(page.locator('.image-caption')).toContainText(words);
  await settled(page);
}

/** What the network sees, as the page shows it: RGBA. */
async function preview(): Promise<number[]> {
  const canvas = networkInput().getByRole('img', { name: 'The image as the network gets it' });
  return canvas.evaluate((element: HTMLCanvasElement) => {
    const { width, height } = element;
    return [...(element.getContext('2d')?.getImageData(0, 0, width, height).data ?? [])];
  });
}

/** What went wrong with one choice of files is one notice. */
async function dismiss(): Promise<void> {
  await page
    .getByRole('listitem')
    .filter({ has: page.getByRole('alert') })
    .getByRole('button', { name: 'Dismiss' })
    .click();
  await expect(page.getByRole('alert')).toHaveCount(0);
}

/** A small network in view, and the preview of what it sees. */
async function openWith(side: number, channels: 1 | 3 | 4): Promise<void> {
  // Called otherwise than the ones before it, none of which is taken for it.
  const title = `spikes-${++givenNetworks}`;
  const files = spikeNetwork(side, channels).map((part) => (part.name === 'model.json' ? { ...part, name: `${title}.json` } : part));
  await openModel(page, files, title);
  await expect(page.getByRole('combobox', { name: 'Layer' })).toHaveValue('spikes');
  if ((await networkInput().getAttribute('open')) === null) await networkInput().locator('summary').click();
}

test('a TIFF is read whatever its name says, with its pages and bits, and drawn in the strip', async () => {
  await openWith(21, 3);
  await explain(tiff('rgb8', 'a.jpg'), 'a.jpg, 21 × 18 px.');
  const expected = await preview();
  const thumbnail = page.getByRole('radio', { name: 'a.jpg' }).locator('..').locator('img');
  await expect(thumbnail).toHaveJSProperty('complete', true);
  expect(await thumbnail.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  const forms = ['rgb8-lzw-predictor', 'rgb8-deflate-predictor-big-endian', 'rgb8-planar-tiles-deflate', 'rgb8-bigtiff', 'orientation-6'];
  for (const name of forms) {
    await explain(tiff(name), `${name}.tif, 21 × 18 px.`);
    expect(await preview()).toEqual(expected);
  }
  await explain(tiff('rgb16-tiles-deflate-predictor-big-endian', 'b.tif'), 'b.tif, 21 × 18 px.');
  await explain(tiff('pages'), 'The first of 3 pages is read.');
  expect(await preview()).toEqual(expected);
  // A browser's own decoder, and so near the same.
  await explain(tiff('rgb8-jpeg-tiles'), 'rgb8-jpeg-tiles.tif, 21 × 18 px.');
  const jpeg = await preview();
  expect(expected.reduce((sum, value, i) => sum + Math.abs(value - (jpeg[i] ?? 0)), 0) / expected.length).toBeLessThan(12);
  const { content } = await downloadFrom(page, figure(page, 'FastAblationCAM'), 'Save overlay PNG');
  expect(await sharp(content).metadata()).toMatchObject({ width: 21, height: 18 });
});

test('TIFF files that are broken, or hold no image, get one sentence each', async () => {
  const whole = tiff('rgb8-deflate').buffer;
  const claims = Buffer.from(whole);
  const directory = claims.readUInt32LE(4);
  for (let at = directory + 2; at < directory + 2 + claims.readUInt16LE(directory) * 12; at += 12)
    if ([256, 257].includes(claims.readUInt16LE(at))) claims.writeUInt16LE(16_000, at + 8);
  const files = [
    file('half.tiff', whole.subarray(0, whole.length / 2)),
    file('claims.tiff', claims),
    tiff('float32', 'floats.tiff'),
    file('words.tiff', Buffer.from('II*\0 and then nothing but words')),
  ];
  await chooseImages(page, files);
  for (const { name } of files) await expect(page.getByRole('alert').filter({ hasText: name })).toHaveText(/^The image .*; please .*\.$/);
  await settled(page);
  await dismiss();
});

test('an image that is too large is said to be so by what its file says, before it is decoded', async () => {
  const { name, mimeType, buffer } = await png('huge.png', 8, 8);
  buffer.writeUInt32BE(30_000, 16);
  buffer.writeUInt32BE(30_000, 20);
  await chooseImages(page, { name, mimeType, buffer });
  await expect(page.getByRole('alert')).toHaveText(
    'The image huge.png has 30000 × 30000 pixels, more than a browser can draw; please make it smaller.',
  );
  await dismiss();
});

test('values are those in the file: gamma and profiles change nothing', async () => {
  await openWith(24, 3);
  const plain = await blotches(24, 24);
  await explain(file('plain.png', plain), 'plain.png, 24 × 24 px.');
  const expected = await preview();
  expect(Buffer.from(expected)).toEqual(await sharp(plain).ensureAlpha().raw().toBuffer());
  const gamma = Buffer.alloc(4);
  gamma.writeUInt32BE(100_000);
  await explain(file('gamma.png', withChunk(plain, 'gAMA', gamma)), 'gamma.png, 24 × 24 px.');
  expect(await preview()).toEqual(expected);
  const profiled = await sharp(plain).withIccProfile('p3').png().toBuffer();
  const raw = await sharp(profiled, { ignoreIcc: true }).ensureAlpha().raw().toBuffer();
  await explain(file('profile.png', profiled), 'profile.png, 24 × 24 px.');
  expect(Buffer.from(await preview())).toEqual(raw);
});

test('twelve bits in sixteen: the page says that it is nearly black, and stretches it by one click', async () => {
  await openWith(16, 3);
  const values = (pixel: number) => (pixel * 16) % 4096;
  await explain(file('dark.png', grey16(16, 16, values)), 'It uses 12 of its 16 bits, so that it is nearly black.');
  expect(Math.max(...(await preview()).filter((_, i) => i % 4 === 0))).toBe(15);
  await page.getByRole('button', { name: 'Stretch' }).click();
  await expect(page.locator('.image-caption')).toContainText('Its values were stretched: it uses 12 of its 16 bits.');
  await settled(page);
  expect((await preview()).filter((_, i) => i % 4 === 0)).toEqual(Array.from({ length: 256 }, (_, pixel) => values(pixel) >> 4));
  // The next one is taken the same way, and says so.
  await explain(tiff('grey12in16'), 'grey12in16.tif, 21 × 18 px. Its values were stretched');
  await page.getByRole('button', { name: 'As it is' }).click();
  await expect(page.locator('.image-caption')).toContainText('nearly black');
});

test('a WebP that a camera turned stands upright, for the network and in the strip', async () => {
  await openWith(24, 3);
  const upright = await sharp(await blotches(24, 16))
    .webp({ lossless: true })
    .toBuffer();
  await explain(file('upright.webp', upright), 'upright.webp, 24 × 16 px.');
  const expected = await preview();
  for (const [orientation, turn] of [
    [3, (image: Sharp) => image.rotate(180)],
    [6, (image: Sharp) => image.rotate(-90)],
    [8, (image: Sharp) => image.rotate(90)],
    [2, (image: Sharp) => image.flop()],
  ] as const) {
    const turned = await turn(sharp(upright)).withMetadata({ orientation }).webp({ lossless: true }).toBuffer();
    await explain(file(`turned-${orientation}.webp`, turned), `turned-${orientation}.webp, 24 × 16 px.`);
    expect(await preview()).toEqual(expected);
    const thumbnail = page
      .getByRole('radio', { name: `turned-${orientation}.webp` })
      .locator('..')
      .locator('img');
    expect(await thumbnail.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight])).toEqual([24, 16]);
  }
});

test('a network of one channel gets the luminance, and the page shows it so', async () => {
  await openWith(24, 1);
  const image = await blotches(24, 24);
  await explain(file('colours.png', image), 'colours.png, 24 × 24 px.');
  await expect(networkInput()).toContainText('24 × 24 px, luminance');
  const rgb = await sharp(image).raw().toBuffer();
  const luminance = Array.from({ length: 24 * 24 }, (_, i) => {
    const [r = 0, g = 0, b = 0] = rgb.subarray(i * 3, i * 3 + 3);
    return (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;
  });
  const seen = await preview();
  for (const channel of [0, 1, 2]) expect(seen.filter((_, i) => i % 4 === channel)).toEqual(luminance);
  await networkInput().getByLabel('Values').selectOption('Own mean and std');
  await expect(networkInput().getByLabel('Mean grey')).toBeVisible();
  await expect(networkInput().getByLabel('Mean R')).toHaveCount(0);
});

test('a network of four channels gets transparency as it is in the file', async () => {
  await openWith(16, 4);
  const data = Buffer.from(Array.from({ length: 16 * 16 * 4 }, (_, i) => (i * 29 + (i >> 5)) % 256));
  const png = await sharp(data, { raw: { width: 16, height: 16, channels: 4 } })
    .png()
    .toBuffer();
  await explain(file('clear.png', png), 'clear.png, 16 × 16 px.');
  await expect(networkInput()).toContainText('16 × 16 px, RGBA');
  const { content } = await downloadFrom(page, figure(page, 'FastAblationCAM'), 'Save data JSON');
  const { values }: { values: number[][] } = JSON.parse(content.toString());
  const drops = values.flat();
  // Of one class or of the other: the drop at each pixel is its transparency, whatever the sign.
  for (const [pixel, drop] of drops.entries()) expect(Math.abs(drop)).toBeCloseTo((8 * (data[pixel * 4 + 3] ?? 0)) / 255 / 256, 4);
});

const MARK = { left: 34, top: 22, size: 4 };

/** Dark, with one bright square. */
async function markedImage(width: number, height: number): Promise<Buffer> {
  const mark = await sharp({ create: { width: MARK.size, height: MARK.size, channels: 3, background: '#ffffff' } })
    .png()
    .toBuffer();
  return sharp({ create: { width, height, channels: 3, background: '#101010' } })
    .composite([{ input: mark, left: MARK.left, top: MARK.top }])
    .png()
    .toBuffer();
}

test('maps lie exactly on the mark, however the image is fitted', async () => {
  await openWith(32, 3);
  await explain(file('marked.png', await markedImage(70, 50)), 'marked.png, 70 × 50 px.');
  for (const fit of ['Stretched', 'Letter-boxed', 'Centre cropped', 'Short side resized, then cropped']) {
    await networkInput().getByLabel('Images are').selectOption(fit);
    await settled(page);
    if (fit.startsWith('Short')) {
      await expect(networkInput().getByLabel('Short side (px)')).toHaveValue('37');
      await networkInput().getByLabel('Crop share').fill('0.8');
      await networkInput().getByLabel('Crop share').press('Enter');
      await expect(networkInput()).toContainText('Resize 40, then crop 32 × 32.');
      await settled(page);
    }
    await chooseFrom(page, 'Class', 'class 0');
    await settled(page);
    const { content } = await downloadFrom(page, figure(page, 'FastAblationCAM'), 'Save overlay PNG');
    const { data, info } = await sharp(content).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([70, 50]);
    // Where it is reddest, weighted: the mark's own middle.
    let [x, y, sum] = [0, 0, 0];
    for (let pixel = 0; pixel < info.width * info.height; pixel++) {
      const [r = 0, , b = 0] = data.subarray(pixel * 3, pixel * 3 + 3);
      const weight = Math.max(0, r - b - 40);
      x += weight * ((pixel % info.width) + 0.5);
      y += weight * (Math.floor(pixel / info.width) + 0.5);
      sum += weight;
    }
    expect(sum).toBeGreaterThan(0);
    expect(Math.abs(x / sum - (MARK.left + MARK.size / 2))).toBeLessThan(1);
    expect(Math.abs(y / sum - (MARK.top + MARK.size / 2))).toBeLessThan(1);
  }
});
