/** What a picture's file is, by its first bytes, whatever its name says; and what of it a browser leaves out. */
import { exifOrientation } from './tiff-directory.ts';

export type PictureKind = 'tiff' | 'png' | 'jpeg' | 'webp' | 'other';

const SIGNATURES: readonly (readonly [PictureKind, readonly (number | null)[]])[] = [
  ['tiff', [0x49, 0x49, 42, 0]],
  ['tiff', [0x4d, 0x4d, 0, 42]],
  ['tiff', [0x49, 0x49, 43, 0]],
  ['tiff', [0x4d, 0x4d, 0, 43]],
  ['png', [0x89, 0x50, 0x4e, 0x47]],
  ['jpeg', [0xff, 0xd8]],
  ['webp', [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50]],
];

/** How many bytes `kindOfPicture` looks at. */
export const HEAD_BYTES = 12;

export function kindOfPicture(head: Uint8Array): PictureKind {
  const [kind] = SIGNATURES.find(([, signature]) => signature.every((byte, i) => byte === null || head[i] === byte)) ?? [];
  return kind ?? 'other';
}

/** A part of a file, by its four letters. */
export interface Chunk {
  readonly type: string;
  /** Where its letters stand. */
  readonly at: number;
  readonly content: Uint8Array;
}

function letters(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** The chunks of a PNG, as far as they are whole. */
export function pngChunks(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) break;
    chunks.push({ type: letters(bytes, at + 4), at: at + 4, content: bytes.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

/** The chunks of a WebP, as far as they are whole. */
export function webpChunks(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    if (at + 8 + length > bytes.length) break;
    chunks.push({ type: letters(bytes, at), at, content: bytes.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length % 2);
  }
  return chunks;
}

export function orientationInChunks(chunks: readonly Chunk[]): number {
  const exif = chunks.find(({ type }) => type === 'EXIF' || type === 'eXIf');
  return exif ? exifOrientation(exif.content) : 1;
}

/** Whether a browser would lose something of this PNG: eight of sixteen bits, or colours under transparency. */
export function needsOwnReader(chunks: readonly Chunk[]): boolean {
  const header = chunks.find(({ type }) => type === 'IHDR')?.content;
  const [bits = 0, colourType = 0] = header?.subarray(8) ?? [];
  if (bits === 16) return true;
  return bits === 8 && (colourType === 4 || colourType === 6 || chunks.some(({ type }) => type === 'tRNS'));
}
