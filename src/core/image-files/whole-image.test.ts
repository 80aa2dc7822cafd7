import { describe, expect, it } from 'vitest';
import type { ImageKind } from '../images/image-kind.ts';
import { claimedSize, isCutShort } from './whole-image.ts';

const SCAN = [0xff, 0xda, 0, 4, 1, 2, 0x77, 0xff, 0, 0x55];
const END = [0xff, 0xd9];
/** EXIF data with a thumbnail, which is a JPEG of its own. */
const THUMBNAIL = [0xff, 0xe1, 0, 6, 0xff, 0xd8, ...END];

function png(...chunks: readonly string[]): number[] {
  return [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...chunks.flatMap((type) => [0, 0, 0, 0, ...Buffer.from(type), 0, 0, 0, 0])];
}

function webp(claimed: number, content: number): number[] {
  return [...Buffer.from('RIFF'), claimed, 0, 0, 0, ...Buffer.from('WEBP'), ...new Array<number>(content - 4).fill(0)];
}

describe('whether an image is cut short', () => {
  it.each<[string, ImageKind, readonly number[], boolean]>([
    ['a JPEG with its end', 'jpeg', [0xff, 0xd8, ...SCAN, ...END], false],
    ['one with a camera’s own data behind it', 'jpeg', [0xff, 0xd8, ...SCAN, ...END, 1, 2, 3], false],
    ['one of several scans', 'jpeg', [0xff, 0xd8, ...SCAN, ...SCAN, ...END], false],
    ['one without its end', 'jpeg', [0xff, 0xd8, ...SCAN], true],
    ['one whose thumbnail has an end', 'jpeg', [0xff, 0xd8, ...THUMBNAIL, ...SCAN], true],
    ['the same with its own', 'jpeg', [0xff, 0xd8, ...THUMBNAIL, 0xff, ...SCAN, ...END], false],
    ['one that ends in its header', 'jpeg', [0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, ...END], true],
    ['a PNG with its end', 'png', png('IHDR', 'IEND'), false],
    ['one whose words speak of it', 'png', [...png('IHDR'), 0, 0, 0, 4, ...Buffer.from('tEXtIEND'), 0, 0, 0, 0], true],
    ['one without', 'png', png('IHDR', 'IDAT'), true],
    ['a WebP of the size that it claims', 'webp', webp(20, 20), false],
    ['a shorter one', 'webp', webp(21, 20), true],
  ])('%s', (_, kind, bytes, expected) => {
    expect(isCutShort(Uint8Array.from(bytes), kind)).toBe(expected);
  });

  it('is not asked of a file of no kind', () => expect(isCutShort(Uint8Array.of(1, 2), null)).toBe(false));
});

describe('how large an image says that it is', () => {
  /** Of 300 rows and 513 columns. */
  const FRAME = [0xff, 0xc2, 0, 11, 8, 1, 44, 2, 1, 1, 1, 17, 0];
  const HEADER = [0, 0, 0, 13, ...Buffer.from('IHDR'), 0, 0, 2, 1, 0, 0, 1, 44, 8, 2, 0, 0, 0, 0, 0, 0, 0];

  it.each<[string, ImageKind | null, readonly number[], boolean]>([
    ['a JPEG', 'jpeg', [0xff, 0xd8, ...THUMBNAIL, ...FRAME, ...SCAN, ...END], true],
    ['one whose tables come first', 'jpeg', [0xff, 0xd8, 0xff, 0xc4, 0, 10, 0, 9, 0, 9, 0, 9, 0, 9, ...FRAME, ...SCAN, ...END], true],
    ['one without a frame', 'jpeg', [0xff, 0xd8, ...SCAN, ...END], false],
    ['a PNG', 'png', [...png().slice(0, 8), ...HEADER], true],
    ['one that is cut within its header', 'png', [...png().slice(0, 8), ...HEADER.slice(0, 20)], false],
    ['a GIF', 'gif', [...Buffer.from('GIF89a'), 1, 2, 44, 1, 0, 0, 0, 0], true],
    ['one that ends there', 'gif', [...Buffer.from('GIF89a'), 1, 2], false],
    ['what is no image', null, [1, 2, 3], false],
  ])('%s', (_, kind, bytes, isSaid) => {
    expect(claimedSize(Uint8Array.from(bytes), kind)).toEqual(isSaid ? { width: 513, height: 300 } : null);
  });
});
