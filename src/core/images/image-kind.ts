/** Whether a file is an image, and of which kind, by its first bytes. */

export type ImageKind = 'png' | 'jpeg' | 'gif' | 'bmp' | 'tiff' | 'webp' | 'avif' | 'heif';

/** How many bytes tell the kind. */
export const IMAGE_HEAD_BYTES = 12;

const TIFF = [
  [0x49, 0x49, 42, 0],
  [0x4d, 0x4d, 0, 42],
  // BigTIFF, for files above four gigabytes.
  [0x49, 0x49, 43, 0],
  [0x4d, 0x4d, 0, 43],
] as const;

/** What follows `ftyp`: still images and sequences. */
const BRANDS: Readonly<Partial<Record<string, ImageKind>>> = {
  avif: 'avif',
  avis: 'avif',
  heic: 'heif',
  heix: 'heif',
  heim: 'heif',
  hevc: 'heif',
  mif1: 'heif',
  msf1: 'heif',
};

function starts(head: Uint8Array, signature: readonly number[], at = 0): boolean {
  return signature.every((byte, i) => head[at + i] === byte);
}

/** @param head the file, or its first `IMAGE_HEAD_BYTES`; null for anything that is no image of a known kind */
export function imageKind(head: Uint8Array): ImageKind | null {
  const text = String.fromCharCode(...head.subarray(0, IMAGE_HEAD_BYTES));
  if (starts(head, [0x89, 0x50, 0x4e, 0x47])) return 'png';
  if (starts(head, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (text.startsWith('GIF8')) return 'gif';
  if (TIFF.some((signature) => starts(head, signature))) return 'tiff';
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'webp';
  // Two letters are few: the four bytes that every writer leaves empty are looked at as well.
  if (text.startsWith('BM') && (head.length < 10 || starts(head, [0, 0, 0, 0], 6))) return 'bmp';
  return text.startsWith('ftyp', 4) ? (BRANDS[text.slice(8, 12)] ?? null) : null;
}
