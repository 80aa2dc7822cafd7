import { readdirSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../images/resize.ts';
import { ImageFault } from './image-fault.ts';
import type { ReadOptions } from './image-reader.ts';
import { readTiff } from './read-tiff.ts';

const FOLDER = new URL('testing/tiff/', import.meta.url);

interface Fixtures {
  readonly width: number;
  readonly height: number;
  /** RGBA in base64, or the name of another file with the same. */
  readonly rgba: Readonly<Record<string, string>>;
}

/** See `tools/fixtures/make_tiff_files.py`. */
const FIXTURES: Fixtures = JSON.parse(readFileSync(new URL('testing/tiff-pixels.json', import.meta.url), 'utf8'));

async function decodeJpeg(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: Uint8ClampedArray.from(data) };
}

const OPTIONS: ReadOptions = { maxPixels: 1e6, stretchedBits: null, decodeJpeg, onProgress: () => {} };

function fileOf(name: string): Uint8Array {
  return Uint8Array.from(readFileSync(new URL(`${name}.tif`, FOLDER)));
}

function pixelsOf(name: string): Uint8Array {
  const kept = FIXTURES.rgba[name] ?? '';
  return Buffer.from(FIXTURES.rgba[kept] ?? kept, 'base64');
}

describe('a TIFF file', () => {
  const names = Object.keys(FIXTURES.rgba);
  it('comes in more than fifty forms here', () => {
    expect(names.length).toBeGreaterThan(50);
    expect(readdirSync(FOLDER).length).toBe(names.length + 1);
  });

  it.each(names)('%s is read', async (name) => {
    const { width, height, data, depth } = await readTiff(fileOf(name), OPTIONS);
    expect([width, height]).toEqual([FIXTURES.width, FIXTURES.height]);
    const expected = pixelsOf(name);
    expect(data.length).toBe(expected.length);
    // JPEG alone may be decoded in more than one way, by a grey level or two.
    const tolerance = name.includes('jpeg') ? 2 : 0;
    expect(Math.max(...expected.map((value, i) => Math.abs(value - (data[i] ?? 0))))).toBeLessThanOrEqual(tolerance);
    expect(depth === null).toBe(!name.includes('16'));
  });

  it('with twelve bits in sixteen is nearly black, and says so; stretched it is not', async () => {
    const dark = await readTiff(fileOf('grey12in16'), OPTIONS);
    expect(dark.depth).toEqual({ bits: 16, usedBits: 12 });
    const bright = await readTiff(fileOf('grey12in16'), { ...OPTIONS, stretchedBits: 12 });
    expect(Math.max(...dark.data.filter((_, i) => i % 4 === 0))).toBe(15);
    expect(Math.max(...bright.data.filter((_, i) => i % 4 === 0))).toBe(255);
    for (const [i, value] of dark.data.entries()) if (i % 4 < 3) expect((bright.data[i] ?? 0) >> 4).toBe(value);
  });

  it('says what it holds that is not read', async () => {
    expect((await readTiff(fileOf('rgb8'), OPTIONS)).remark).toBe('');
    expect((await readTiff(fileOf('rgba8'), OPTIONS)).remark).toBe('');
    expect((await readTiff(fileOf('pages'), OPTIONS)).remark).toBe('The first of 3 pages is read.');
    expect((await readTiff(fileOf('rgb8-extra'), OPTIONS)).remark).toBe('One further channel is left out.');
  });

  it('of floating-point values is refused in words', async () => {
    await expect(readTiff(fileOf('float32'), OPTIONS)).rejects.toThrow(/^holds floating-point values, .*; please .*[^.]$/);
  });
});

describe('a broken TIFF file', () => {
  /** Where the first directory begins, and where its entry of this tag lies. */
  function entryAt(bytes: Uint8Array, tag: number): number {
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(4, true);
    for (let i = 0; i < view.getUint16(directory, true); i++) {
      const at = directory + 2 + i * 12;
      if (view.getUint16(at, true) === tag) return at;
    }
    throw new Error(`there is no field ${tag}`);
  }

  function changed(name: string, change: (view: DataView, bytes: Uint8Array) => void): Uint8Array {
    const bytes = fileOf(name);
    change(new DataView(bytes.buffer), bytes);
    return bytes;
  }

  const withValue = (name: string, tag: number, value: number) =>
    changed(name, (view, bytes) => {
      view.setUint16(entryAt(bytes, tag) + 2, 4, true);
      view.setUint32(entryAt(bytes, tag) + 8, value, true);
    });

  it.each([
    ['claims a width of four thousand millions', withValue('rgb8', 256, 4e9), /pixels, more than a browser can draw/],
    ['claims more than the file could hold', withValue('rgb8', 257, 40_000), /cut short|parts of its image are missing/],
    ['claims more than deflate could hold', withValue('rgb8-deflate', 257, 40_000), /cut short|parts of its image are missing/],
    ['has no height', withValue('rgb8', 257, 0), /its size is missing/],
    ['has its strip elsewhere', withValue('rgb8', 273, 0xffffff00), /cut short/],
    ['has a strip of no bytes', withValue('rgb8', 279, 0), /parts of its image are missing/],
    ['is compressed in a strange way', withValue('rgb8', 259, 50000), /is compressed by Zstandard/],
    ['has tiles of no size', withValue('rgb8-tiles', 322, 0), /the size of its tiles/],
    ['has tiles of a pixel', withValue('rgb8-tiles', 322, 1), /parts of its image are missing/],
    ['has strange colours', withValue('rgb8', 262, 32844), /keeps colours in a way that is not read here \(32844\)/],
    ['has too few channels', withValue('rgb8', 277, 1), /1 channels/],
    [
      'has a field of four thousand million values',
      changed('rgb8', (view, bytes) => view.setUint32(entryAt(bytes, 258) + 4, 4e9, true)),
      /cut short/,
    ],
    ['has its directory elsewhere', changed('rgb8', (view) => view.setUint32(4, 0xfffffff0, true)), /cut short/],
    ['has no directory', changed('rgb8', (view) => view.setUint32(4, 0, true)), /it has no page/],
    ['is nothing after its first bytes', Uint8Array.from([0x49, 0x49, 42, 0]), /cut short/],
    ['has words in place of LZW', changed('rgb8-lzw', (_, bytes) => bytes.fill(0x77, 10, 400)), /LZW codes make no sense|cut short/],
    ['has words in place of deflate', changed('rgb8-deflate', (_, bytes) => bytes.fill(0x77, 10, 400)), /cannot be unpacked|cut short/],
  ])('that %s is refused in words', async (_what, bytes, words) => {
    const refusal = readTiff(bytes, OPTIONS);
    await expect(refusal).rejects.toThrow(words);
    await expect(refusal).rejects.toBeInstanceOf(ImageFault);
  });

  it('whose pages run in a circle gives the first', async () => {
    const bytes = changed('pages', (view) => {
      const first = view.getUint32(4, true);
      view.setUint32(first + 2 + view.getUint16(first, true) * 12, first, true);
    });
    expect((await readTiff(bytes, OPTIONS)).remark).toBe('');
  });

  it.each([
    'rgb8',
    'rgb8-lzw-predictor',
    'rgb8-deflate',
    'rgb8-packbits',
    'rgb8-tiles-lzw-predictor',
    'rgb16-planar',
    'rgb8-bigtiff',
    'rgb8-jpeg',
  ])('cut off anywhere, or with any byte changed, is read or refused, and nothing else: %s', async (name) => {
    const whole = fileOf(name);
    const outcome = (bytes: Uint8Array) =>
      readTiff(bytes, { ...OPTIONS, decodeJpeg: (jpeg) => decodeJpeg(jpeg).catch(() => Promise.reject(new ImageFault('no JPEG'))) }).then(
        ({ width, height, data }) => data.length === width * height * 4,
        (error: unknown) => error instanceof ImageFault,
      );
    for (let length = 0; length < whole.length; length += 37) expect(await outcome(whole.slice(0, length))).toBe(true);
    for (let at = 0; at < whole.length; at += 5) {
      const bytes = whole.slice();
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      expect(await outcome(bytes)).toBe(true);
    }
  });
});
