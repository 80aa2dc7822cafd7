import { encode } from 'fast-png';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { imageKind } from '../images/image-kind.ts';
import { needsOwnReader, pngChunks } from './image-chunks.ts';
import { ImageFault } from './image-fault.ts';
import type { ReadOptions } from './image-reader.ts';
import { readPng } from './read-png.ts';

const OPTIONS: ReadOptions = {
  maxPixels: 1e6,
  stretchedBits: null,
  decodeJpeg: () => Promise.reject(new Error('there is no JPEG in a PNG')),
  onProgress: () => {},
};
const [WIDTH, HEIGHT] = [9, 7];

function values(channels: number, top: number): Uint16Array {
  return Uint16Array.from({ length: WIDTH * HEIGHT * channels }, (_, i) => (i === 0 ? top : (i * 7919 + i * i * 31) % (top + 1)));
}

function png16(channels: 1 | 2 | 3 | 4, data: Uint16Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(encode({ width: WIDTH, height: HEIGHT, depth: 16, channels, data }));
}

describe('a PNG', () => {
  it.each([1, 2, 3, 4] as const)('of 16 bits and %i channels gives the upper eight of each value', (channels) => {
    const data = values(channels, 65535);
    const { data: read, depth } = readPng(png16(channels, data), OPTIONS);
    expect(depth).toEqual({ bits: 16, usedBits: 16 });
    for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
      const own = Array.from(data.subarray(pixel * channels, (pixel + 1) * channels), (value) => value >> 8);
      const [first = 0] = own;
      const colours = channels < 3 ? [first, first, first] : own.slice(0, 3);
      const alpha = channels % 2 === 0 ? (own.at(-1) ?? 0) : 255;
      expect([...read.subarray(pixel * 4, pixel * 4 + 4)]).toEqual([...colours, alpha]);
    }
  });

  it('with twelve bits in sixteen is stretched by choice', () => {
    const data = values(1, 4095);
    const bytes = png16(1, data);
    const dark = readPng(bytes, OPTIONS);
    expect(dark.depth).toEqual({ bits: 16, usedBits: 12 });
    const bright = readPng(bytes, { ...OPTIONS, stretchedBits: 12 });
    for (const [pixel, value] of data.entries()) expect([dark.data[pixel * 4], bright.data[pixel * 4]]).toEqual([value >> 8, value >> 4]);
  });

  it('keeps the colours that transparency hides', async () => {
    const data = Buffer.from(Array.from({ length: WIDTH * HEIGHT * 4 }, (_, i) => (i % 4 === 3 ? i % 3 : (i * 37) % 256)));
    const bytes = Uint8Array.from(
      await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 4 } })
        .png()
        .toBuffer(),
    );
    expect(needsOwnReader(pngChunks(bytes))).toBe(true);
    expect([...readPng(bytes, OPTIONS).data]).toEqual([...data]);
  });

  it('with a palette that is transparent in part has its colours looked up', async () => {
    const data = Buffer.from(
      Array.from({ length: WIDTH * HEIGHT * 4 }, (_, i) => (i % 4 === 3 ? ((i >> 2) % 2) * 255 : ((i >> 4) % 3) * 100)),
    );
    const bytes = Uint8Array.from(
      await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 4 } })
        .png({ palette: true, colours: 64, dither: 0 })
        .toBuffer(),
    );
    const expected = await sharp(bytes).ensureAlpha().raw().toBuffer();
    expect([...readPng(bytes, OPTIONS).data]).toEqual([...expected]);
  });

  it('that loses nothing in the browser is left to it', async () => {
    const opaque = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#123456' } })
      .png()
      .toBuffer();
    expect(needsOwnReader(pngChunks(opaque))).toBe(false);
    expect(imageKind(opaque)).toBe('png');
  });

  it('is turned as its EXIF data says', async () => {
    const bytes = png16(3, values(3, 65535));
    const exif = Buffer.from('4d4d002a0000000800010112000300000001000600000000', 'hex');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(exif.length);
    const chunk = Buffer.concat([length, Buffer.from('eXIf'), exif, Buffer.alloc(4)]);
    const turned = readPng(Uint8Array.from(Buffer.concat([bytes.subarray(0, 33), chunk, bytes.subarray(33)])), OPTIONS);
    const plain = readPng(bytes, OPTIONS);
    expect([turned.width, turned.height]).toEqual([HEIGHT, WIDTH]);
    // A quarter to the right: what was at the bottom left is at the top left.
    expect([...turned.data.subarray(0, 4)]).toEqual([...plain.data.subarray((HEIGHT - 1) * WIDTH * 4, ((HEIGHT - 1) * WIDTH + 1) * 4)]);
  });

  it('that is broken is refused in words, or read, and nothing else', () => {
    const whole = png16(4, values(4, 65535));
    const isFine = (bytes: Uint8Array<ArrayBuffer>) => {
      try {
        const { width, height, data } = readPng(bytes, OPTIONS);
        return data.length === width * height * 4;
      } catch (error) {
        return error instanceof ImageFault;
      }
    };
    for (let length = 8; length < whole.length; length += 11) expect(isFine(whole.slice(0, length))).toBe(true);
    for (let at = 8; at < whole.length; at++) {
      const bytes = whole.slice();
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      expect(isFine(bytes)).toBe(true);
    }
    const huge = whole.slice();
    new DataView(huge.buffer).setUint32(16, 2e9);
    expect(() => readPng(huge, OPTIONS)).toThrow('more than a browser can draw');
  });
});
