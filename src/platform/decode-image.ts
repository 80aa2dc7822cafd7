/**
 * From a file to an upright image, or to one clear sentence. Values are those in the file, as training code reads them: no colour profile and
 * no gamma is applied to them.
 */
import { AppError } from '../core/app-error.ts';
import { mayBeTransparent, needsOwnReader, orientationInChunks, pngChunks, webpChunks } from '../core/image-files/image-chunks.ts';
import { cutShort, ImageFault } from '../core/image-files/image-fault.ts';
import { upright } from '../core/image-files/orientation.ts';
import { claimedSize, isCutShort, MOST_IMAGE_PIXELS } from '../core/image-files/whole-image.ts';
import type { Size } from '../core/images/geometry.ts';
import { IMAGE_HEAD_BYTES, imageKind } from '../core/images/image-kind.ts';
import { isNearlyBlack } from '../core/images/sixteen-bits.ts';
import { isOpaque } from '../core/images/transparency.ts';
import type { DecodedImage } from '../protocol/decoded-image.ts';
import type { RgbaPixels } from '../protocol/explain.ts';
import { exactPixels } from './image-files/exact-pixels.ts';
import { readInWorker } from './image-files/read-in-worker.ts';
import { imagePixels } from './image-pixels.ts';
import { turnedBitmap } from './turned-bitmap.ts';

/** The longer side of what is drawn on screen; exports go back to the file for the image's own size. */
const MAX_BITMAP_SIDE = 4096;
/** What browsers can put on a canvas. */
const MAX_CANVAS_SIDE = 16_384;
/** The longer side of a thumbnail: a strip of hundreds of camera images must not hold all their pixels. */
const THUMBNAIL_SIDE = 320;

/** All of an image, at its own size. */
type WholeImage = Omit<DecodedImage, 'thumbnail'> & { readonly isDrawnByBrowser: boolean };

/** What a browser is to do with a file: nothing but decode it. */
const AS_IT_IS: ImageBitmapOptions = { imageOrientation: 'from-image', colorSpaceConversion: 'none', premultiplyAlpha: 'none' };

function checkSize(name: string, { width, height }: Size): void {
  if (Math.max(width, height) <= MAX_CANVAS_SIDE && width * height <= MOST_IMAGE_PIXELS) return;
  throw new AppError(
    'image-too-large',
    `The image ${name} has ${width} × ${height} pixels, more than a browser can draw; please make it smaller.`,
  );
}

/** By the browser alone. */
async function decodedByBrowser(file: Blob, name: string): Promise<WholeImage> {
  const bitmap = await createImageBitmap(file, AS_IT_IS).catch((cause: unknown) => {
    throw new AppError(
      'image-unreadable',
      `The file ${name} is no image that this browser can read; please choose a PNG, JPEG, WebP, AVIF, GIF or TIFF.`,
      { cause },
    );
  });
  const { width, height } = bitmap;
  try {
    checkSize(name, bitmap);
  } catch (error) {
    bitmap.close();
    throw error;
  }
  return { width, height, bitmap, pixels: null, depth: null, isStretched: false, remark: '', isDrawnByBrowser: true };
}

/** The same with the colours of transparent pixels, which a canvas would lose. */
async function decodedTransparent(file: Blob, name: string, orientation: number): Promise<WholeImage> {
  const whole = await decodedByBrowser(file, name);
  const exact = await exactPixels(whole.bitmap);
  return { ...whole, pixels: exact && !isOpaque(exact) ? upright(exact, orientation) : null };
}

/** Browsers do not turn a WebP as its EXIF data says. Should one begin to: it does not get to see that data. */
async function decodedWebp(file: Blob, bytes: Uint8Array<ArrayBuffer>, name: string): Promise<WholeImage> {
  const chunks = webpChunks(bytes);
  const orientation = orientationInChunks(chunks);
  const decode = mayBeTransparent(bytes, 'webp') ? decodedTransparent : decodedByBrowser;
  if (orientation === 1) return decode(file, name, 1);
  for (const { type, at } of chunks) if (type === 'EXIF') bytes.set([0x58, 0x58, 0x58, 0x58], at);
  const whole = await decode(new Blob([bytes], { type: file.type }), name, orientation);
  const bitmap = await turnedBitmap(whole.bitmap, orientation);
  return { ...whole, width: bitmap.width, height: bitmap.height, bitmap, isDrawnByBrowser: false };
}

/** By a reader of our own, in a worker. */
async function decodedByReader(file: Blob, name: string, wantsStretch: boolean): Promise<WholeImage> {
  const read = (stretchedBits: number | null) =>
    readInWorker({ file, maxPixels: MOST_IMAGE_PIXELS, stretchedBits }).catch((cause: unknown) => {
      if (!(cause instanceof ImageFault)) throw cause;
      throw new AppError('image-unreadable', `The image ${name} ${cause.message}.`, { cause });
    });
  const first = await read(null);
  const isStretched = wantsStretch && first.depth !== null && isNearlyBlack(first.depth);
  const { width, height, data, depth, remark } = isStretched ? await read(first.depth?.usedBits ?? null) : first;
  checkSize(name, { width, height });
  const own = new Uint8ClampedArray(data);
  const bitmap = await createImageBitmap(new ImageData(own, width, height), AS_IT_IS);
  const pixels = isOpaque({ width, height, data }) ? null : { width, height, data };
  return { width, height, bitmap, pixels, depth, isStretched, remark, isDrawnByBrowser: false };
}

/**
 * The image at its own size.
 *
 * @param wantsStretch whether an image with 16 bits that is nearly black is stretched
 * @throws AppError naming the file: empty, no image, cut short, or larger than a browser can draw.
 */
async function decodeWhole(file: Blob, name: string, wantsStretch: boolean): Promise<WholeImage> {
  if (file.size === 0) throw new AppError('image-empty', `The file ${name} is empty; please choose another image.`);
  const kind = imageKind(new Uint8Array(await file.slice(0, IMAGE_HEAD_BYTES).arrayBuffer()));
  if (kind === 'tiff') return decodedByReader(file, name, wantsStretch);
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (isCutShort(bytes, kind)) throw new AppError('image-unreadable', `The image ${name} ${cutShort().message}.`);
  const claimed = claimedSize(bytes, kind);
  if (claimed) checkSize(name, claimed);
  if (kind === 'png' && needsOwnReader(pngChunks(bytes))) return decodedByReader(file, name, wantsStretch);
  if (kind === 'webp') return decodedWebp(file, bytes, name);
  return mayBeTransparent(bytes, kind) ? decodedTransparent(file, name, 1) : decodedByBrowser(file, name);
}

/** The image at its own size, as it is drawn. @throws AppError as `decodeImage` does */
export async function wholeBitmap(file: Blob, name: string, wantsStretch: boolean): Promise<ImageBitmap> {
  return (await decodeWhole(file, name, wantsStretch)).bitmap;
}

async function thumbnailOf(bitmap: ImageBitmap): Promise<Blob | null> {
  const reduction = Math.min(1, THUMBNAIL_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(bitmap.width * reduction)), Math.max(1, Math.round(bitmap.height * reduction)));
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  // Where a browser cannot write WebP, it writes PNG.
  return canvas.convertToBlob({ type: 'image/webp', quality: 0.9 });
}

/** What is drawn of it: the bitmap, or a smaller one. */
async function reduced(bitmap: ImageBitmap): Promise<ImageBitmap> {
  const longer = Math.max(bitmap.width, bitmap.height);
  if (longer <= MAX_BITMAP_SIDE) return bitmap;
  return createImageBitmap(bitmap, {
    resizeWidth: Math.max(1, Math.round((bitmap.width * MAX_BITMAP_SIDE) / longer)),
    resizeHeight: Math.max(1, Math.round((bitmap.height * MAX_BITMAP_SIDE) / longer)),
    resizeQuality: 'high',
  });
}

/** The network is given the image's own pixels, however small it is drawn. @throws AppError `image-too-large` */
function ownPixels({ width, height, bitmap, pixels }: WholeImage, name: string): RgbaPixels {
  try {
    const own = pixels ?? imagePixels(bitmap);
    if (own) return own;
  } catch {
    // The same as none: there is no room for so many.
  }
  throw new AppError(
    'image-too-large',
    `The image ${name} has ${width} × ${height} pixels, for which this browser has no memory left; please make it smaller.`,
  );
}

/**
 * @param wantsStretch whether an image with 16 bits that is nearly black is stretched
 * @throws AppError naming the file: empty, no image, cut short, or larger than a browser can draw.
 */
export async function decodeImage(file: Blob, name: string, wantsStretch: boolean): Promise<DecodedImage> {
  const { isDrawnByBrowser, ...whole } = await decodeWhole(file, name, wantsStretch);
  const bitmap = await reduced(whole.bitmap);
  let { pixels } = whole;
  if (bitmap !== whole.bitmap) {
    try {
      pixels = ownPixels({ ...whole, isDrawnByBrowser }, name);
    } catch (error) {
      bitmap.close();
      throw error;
    } finally {
      whole.bitmap.close();
    }
  }
  const isSmall = Math.max(whole.width, whole.height) <= THUMBNAIL_SIDE;
  const thumbnail = isDrawnByBrowser && isSmall ? null : await thumbnailOf(bitmap);
  return { ...whole, bitmap, pixels, thumbnail };
}
