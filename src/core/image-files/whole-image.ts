/** What is looked at in an image's file before it is decoded, and of its size, wherever it is decoded: what one reads, all must read alike. */
import type { Size } from '../images/geometry.ts';
import type { ImageKind } from '../images/image-kind.ts';
import { pngChunks } from './image-chunks.ts';

/** As many as a browser can put on a canvas. */
export const MOST_IMAGE_PIXELS = 268_435_456;

/** Segments without a length: of JPEG's markers, those that are nothing but a mark. */
function isBareMarker(marker: number): boolean {
  return marker === 1 || (marker >= 0xd0 && marker <= 0xd9);
}

interface Segment {
  readonly marker: number;
  /** Where it ends, of the file. */
  readonly end: number;
  /** Without its marker and its length. */
  readonly content: Uint8Array;
}

/** What a JPEG has before its first scan, and that scan's header. */
function* jpegSegments(bytes: Uint8Array): Generator<Segment> {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    // Any number of such bytes may stand before a marker.
    if (marker === 0xff) at += 1;
    else if (isBareMarker(marker)) at += 2;
    else {
      const end = at + 2 + (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0);
      yield { marker, end, content: bytes.subarray(at + 4, end) };
      if (marker === 0xda) return;
      at = end;
    }
  }
}

/** Where the first scan of a JPEG begins: what comes before, a thumbnail for instance, may hold whole images with ends of their own. */
function firstScan(bytes: Uint8Array): number {
  return [...jpegSegments(bytes)].at(-1)?.end ?? 2;
}

/** Whether it says how large the image is: a frame's header, of which there are many kinds. */
function isFrame({ marker }: Segment): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function sizeAt(content: Uint8Array | undefined, read: (view: DataView) => Size): Size | null {
  if (!content || content.length < 8) return null;
  return read(new DataView(content.buffer, content.byteOffset, content.byteLength));
}

/**
 * How large an image's file says that it is, before room is made for it; null where that is not known of its kind, or not said.
 *
 * @param bytes the whole file
 */
export function claimedSize(bytes: Uint8Array, kind: ImageKind | null): Size | null {
  if (kind === 'png') {
    const header = pngChunks(bytes).find(({ type }) => type === 'IHDR')?.content;
    return sizeAt(header, (view) => ({ width: view.getUint32(0), height: view.getUint32(4) }));
  }
  if (kind === 'gif') return sizeAt(bytes.subarray(6), (view) => ({ width: view.getUint16(0, true), height: view.getUint16(2, true) }));
  if (kind !== 'jpeg') return null;
  const frame = [...jpegSegments(bytes)].find(isFrame);
  return sizeAt(frame?.content, (view) => ({ width: view.getUint16(3), height: view.getUint16(1) }));
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
