/** What is looked at in an image's file before it is decoded, and of its size, wherever it is decoded: what one reads, all must read alike. */
import type { ImageKind } from '../images/image-kind.ts';
import { pngChunks } from './image-chunks.ts';

/** As many as a browser can put on a canvas. */
export const MOST_IMAGE_PIXELS = 268_435_456;

/** Segments without a length: of JPEG's markers, those that are nothing but a mark. */
function isBareMarker(marker: number): boolean {
  return marker === 1 || (marker >= 0xd0 && marker <= 0xd9);
}

/** Where the first scan of a JPEG begins: what comes before, a thumbnail for instance, may hold whole images with ends of their own. */
function firstScan(bytes: Uint8Array): number {
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return at;
    const marker = bytes[at + 1] ?? 0;
    // Any number of such bytes may stand before a marker.
    if (marker === 0xff) at += 1;
    else if (isBareMarker(marker)) at += 2;
    else {
      at += 2 + (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0);
      if (marker === 0xda) return at;
    }
  }
  return bytes.length;
}

/**
 * Whether a file ends before its image does: some decoders give the part that is there, and the rest in grey.
 *
 * @param bytes the whole file
 */
export function isCutShort(bytes: Uint8Array, kind: ImageKind | null): boolean {
  if (kind === 'png') return !pngChunks(bytes).some(({ type }) => type === 'IEND');
  if (kind === 'webp') return bytes.length < 8 + new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4, true);
  if (kind !== 'jpeg') return false;
  // Cameras append data of their own after the end, so that the mark is looked for anywhere.
  const from = firstScan(bytes);
  for (let at = bytes.length - 2; at >= from; at--) if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return false;
  return true;
}
