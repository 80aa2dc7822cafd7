import { describe, expect, it } from 'vitest';
import type { ImageKind } from '../images/image-kind.ts';
import { isCutShort } from './whole-image.ts';

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
