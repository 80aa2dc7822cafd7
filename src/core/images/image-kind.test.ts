import { describe, expect, it } from 'vitest';
import { type ImageKind, imageKind } from './image-kind.ts';

const bytes = (text: string) => Uint8Array.from([...`${text}\0\0\0\0\0\0`].map((letter) => letter.charCodeAt(0)));

describe('the kind of an image', () => {
  it.each<[string, ImageKind]>([
    ['\x89PNG\r\n\x1a\n', 'png'],
    ['\xff\xd8\xff\xe0\0\x10JFIF', 'jpeg'],
    ['\xff\xd8\xff\xdb', 'jpeg'],
    ['GIF87a', 'gif'],
    ['GIF89a', 'gif'],
    ['II*\0\x08\0\0\0', 'tiff'],
    ['MM\0*\0\0\0\x08', 'tiff'],
    ['II+\0\x08\0\0\0', 'tiff'],
    ['MM\0+\0\x08\0\0', 'tiff'],
    ['RIFF\x24\x10\0\0WEBPVP8 ', 'webp'],
    ['BM\x36\x10\0\0\0\0\0\0\x36', 'bmp'],
    ['\0\0\0\x20ftypavif\0', 'avif'],
    ['\0\0\0\x1cftypheic\0', 'heif'],
  ])('of %j is %s', (text, kind) => {
    expect(imageKind(bytes(text))).toBe(kind);
  });

  it.each([
    '',
    'BMW and others',
    'RIFF\x24\x10\0\0WAVEfmt ',
    '\0\0\0\x20ftypmp42',
    '\0\0\0\x20ftyptoString',
    'II*\x01',
    '{"a": 1}',
    'PK\x03\x04',
  ])('of %j is none', (text) => {
    expect(imageKind(bytes(text))).toBeNull();
  });
});
