import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { AppError } from '../../core/app-error.ts';
import { rgbaOfCmyk } from '../../core/image-files/cmyk.ts';
import { needsOwnReader, pngChunks } from '../../core/image-files/image-chunks.ts';
import { cutShort, damaged, ImageFault } from '../../core/image-files/image-fault.ts';
import { readImage } from '../../core/image-files/read-image.ts';
import { isCutShort, MOST_IMAGE_PIXELS } from '../../core/image-files/whole-image.ts';
import { imageKind } from '../../core/images/image-kind.ts';
import type { Pixels } from '../../core/images/resize.ts';
import { type Depth, isNearlyBlack } from '../../core/images/sixteen-bits.ts';
import { readingFault } from '../disk-faults.ts';

/** What libvips calls the kinds that browsers read: it reads more, drawings for instance, which would be nothing like the page's. */
const FORMATS: readonly string[] = ['png', 'jpeg', 'webp', 'heif', 'gif', 'tiff'];

async function rawOf(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

/** By libvips, as a browser decodes it: upright, and no colour profile changes its values. */
async function decoded(bytes: Uint8Array): Promise<Pixels> {
  const image = sharp(bytes, { ignoreIcc: true, limitInputPixels: false });
  const { format, space, width = 0, height = 0 } = (await image.metadata().catch(() => null)) ?? {};
  if (!format && imageKind(bytes)) throw damaged('it cannot be read');
  if (!format || !FORMATS.includes(format)) throw new ImageFault('is no PNG, JPEG, WebP, AVIF, GIF or TIFF; please save it as one');
  if (width * height > MOST_IMAGE_PIXELS)
    throw new ImageFault(`has ${width} × ${height} pixels, more than can be read; please make it smaller`);
  const upright = image.autoOrient();
  if (space !== 'cmyk') return rawOf(upright.toColourspace('srgb').ensureAlpha());
  // Else libvips mixes inks as a printer would.
  const { data, ...size } = await rawOf(upright.pipelineColourspace('cmyk').toColourspace('cmyk'));
  return { ...size, data: rgbaOfCmyk(data) };
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
  if (isCutShort(bytes, kind)) throw cutShort();
  if (kind !== 'tiff' && !(kind === 'png' && needsOwnReader(pngChunks(bytes))))
    return { ...(await decoded(bytes)), depth: null, isStretched: false };
  const read = (stretchedBits: number | null) =>
    readImage(bytes, { maxPixels: MOST_IMAGE_PIXELS, stretchedBits, decodeJpeg: decoded, onProgress: () => {} });
  const first = await read(null);
  const isStretched = wantsStretch && first.depth !== null && isNearlyBlack(first.depth);
  return { ...(isStretched ? await read(first.depth?.usedBits ?? null) : first), isStretched };
}

function faultOf(cause: unknown): string {
  if (cause instanceof ImageFault) return cause.message;
  const { what, remedy } = readingFault(cause, 'please save it again');
  return `${what}; ${remedy}`;
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
  throw new AppError('image-empty', `The file ${name} is empty; please choose another image.`);
}
