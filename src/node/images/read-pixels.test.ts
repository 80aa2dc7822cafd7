import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readPixels } from './read-pixels.ts';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'read-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function some(format: 'png' | 'jpeg' | 'webp' | 'gif', end = 1): Promise<Buffer> {
  const whole = await sharp({ create: { width: 20, height: 16, channels: 3, background: 'teal' } })
    .toFormat(format)
    .toBuffer();
  return whole.subarray(0, Math.floor(whole.length * end));
}

it.each<[string, () => Promise<string | Buffer> | string, string]>([
  ['a text', () => 'no image', 'is no PNG, JPEG, WebP, AVIF, GIF or TIFF; please save it as one.'],
  ['a drawing', () => SVG, 'is no PNG, JPEG, WebP, AVIF, GIF or TIFF; please save it as one.'],
  ['half a PNG', () => some('png', 0.5), 'is cut short; please get the whole file again.'],
  ['half a JPEG', () => some('jpeg', 0.9), 'is cut short; please get the whole file again.'],
  ['half a WebP', () => some('webp', 0.5), 'is cut short; please get the whole file again.'],
  ['the beginning of a GIF', () => some('gif', 0.3), 'is damaged (it cannot be read); please get it again.'],
])('why %s cannot be read is said', async (_, content, reason) => {
  writeFileSync(join(folder, 'given.png'), await content());
  await expect(readPixels(join(folder, 'given.png'), 'given.png')).rejects.toThrow(`The image given.png ${reason}`);
});

it('an image that is not there is said to be so, and a folder to be one', async () => {
  await expect(readPixels(join(folder, 'gone.png'), 'gone.png')).rejects.toThrow('The image gone.png is not there;');
  await expect(readPixels(folder, 'set')).rejects.toThrow('The image set is a folder;');
});

it('an image of any size is given whole', async () => {
  const path = join(folder, 'wide.png');
  await sharp({ create: { width: 5000, height: 2, channels: 3, background: 'teal' } }).toFile(path);
  expect(await readPixels(path)).toMatchObject({ width: 5000, height: 2 });
});
