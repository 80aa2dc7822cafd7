import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { AppError } from '../../core/app-error.ts';
import { needsOwnReader, pngChunks } from '../../core/image-files/image-chunks.ts';
import { ImageFault } from '../../core/image-files/image-fault.ts';
import { readImage } from '../../core/image-files/read-image.ts';
import { imageKind } from '../../core/images/image-kind.ts';
import type { Pixels } from '../../core/images/resize.ts';
import { type Depth, isNearlyBlack } from '../../core/images/sixteen-bits.ts';

/** As many as the page can draw. */
const MAX_PIXELS = 268_435_456;

/** By libvips, as a browser decodes it: upright, and no colour profile changes its values. */
async function decoded(bytes: Uint8Array): Promise<Pixels> {
  const upright = sharp(bytes, { ignoreIcc: true }).autoOrient().toColourspace('srgb').ensureAlpha();
  const { data, info } = await upright.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

/** An image as the network and overlays take it. */
export interface ReadPixels extends Pixels {
  /** How many bits its values have, and use; null for images of eight bits or fewer. */
  readonly depth: Depth | null;
  readonly isStretched: boolean;
}

/** The values that the page would read: what it does not leave to the browser is read by the same code here. */
async function pixelsOf(bytes: Uint8Array<ArrayBuffer>, wantsStretch: boolean): Promise<ReadPixels> {
  const kind = imageKind(bytes);
  if (kind !== 'tiff' && !(kind === 'png' && needsOwnReader(pngChunks(bytes))))
    return { ...(await decoded(bytes)), depth: null, isStretched: false };
  const read = (stretchedBits: number | null) =>
    readImage(bytes, { maxPixels: MAX_PIXELS, stretchedBits, decodeJpeg: decoded, onProgress: () => {} });
  const first = await read(null);
  const isStretched = wantsStretch && first.depth !== null && isNearlyBlack(first.depth);
  return { ...(isStretched ? await read(first.depth?.usedBits ?? null) : first), isStretched };
}

/** The first line of what went wrong, without a full stop. */
function reasonOf(cause: unknown): string {
  const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return line.replace(/\.$/, '');
}

/** What a disk says of a file, for a person. */
const DISK_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there and is left out; please check its name',
  EACCES: 'may not be read and is left out; please change who may',
};

function faultOf(cause: unknown): string {
  if (cause instanceof ImageFault) return `${reasonOf(cause)}; it is left out`;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return DISK_FAULTS[code] ?? `could not be read (${reasonOf(cause)}) and is left out; please save it again`;
}

/**
 * The image's pixels, upright, as the page reads them.
 *
 * @param name what sentences call it
 * @param wantsStretch whether an image with 16 bits that is nearly black is stretched
 * @throws AppError `image-unreadable` naming the file, or `image-empty`
 */
export async function readPixels(path: string, name = path, wantsStretch = false): Promise<ReadPixels> {
  try {
    const bytes = new Uint8Array(await readFile(path));
    if (bytes.length > 0) return await pixelsOf(bytes, wantsStretch);
  } catch (cause) {
    throw new AppError('image-unreadable', `The image ${name} ${faultOf(cause)}.`, { cause });
  }
  throw new AppError('image-empty', `The file ${name} is empty and is left out; please choose another image.`);
}
