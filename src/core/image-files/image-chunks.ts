/** What of an image's file a browser leaves out. */
import type { ImageKind } from '../images/image-kind.ts';
import { exifOrientation } from './tiff-directory.ts';

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

/** Where an AVIF says what belongs to its image. */
const AVIF_HEADER_BYTES = 16_384;

/** Whether pixels of a WebP or an AVIF may be transparent, as its header says. */
export function mayBeTransparent(bytes: Uint8Array, kind: ImageKind | null): boolean {
  if (kind === 'webp') {
    const chunks = webpChunks(bytes);
    const contentOf = (wanted: string) => chunks.find(({ type }) => type === wanted)?.content;
    return (((contentOf('VP8X')?.[0] ?? 0) | (contentOf('VP8L')?.[4] ?? 0)) & 0x10) !== 0;
  }
  if (kind !== 'avif' && kind !== 'heif') return false;
  const header = String.fromCharCode(...bytes.subarray(0, AVIF_HEADER_BYTES));
  return header.includes('systems:auxiliary:alpha') || header.includes('hevc:2015:auxid:1');
}
