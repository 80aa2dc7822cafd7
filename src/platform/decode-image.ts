/**
 * From a file to an upright image, or to one clear sentence. Values are those in the file, as training code reads them: no colour profile and
 * no gamma is applied to them.
 */
import { AppError } from '../core/app-error.ts';
import { needsOwnReader, orientationInChunks, pngChunks, webpChunks } from '../core/image-files/image-chunks.ts';
import { ImageFault } from '../core/image-files/image-fault.ts';
import type { Size } from '../core/images/geometry.ts';
import { IMAGE_HEAD_BYTES, type ImageKind, imageKind } from '../core/images/image-kind.ts';
import { isNearlyBlack } from '../core/images/sixteen-bits.ts';
import { isOpaque } from '../core/images/transparency.ts';
import type { DecodedImage } from '../protocol/decoded-image.ts';
import { readInWorker } from './image-files/read-in-worker.ts';
import { turnedBitmap } from './turned-bitmap.ts';

/** The longer side of what is kept in memory; exports go back to the file for the image's own size. */
const MAX_BITMAP_SIDE = 4096;
/** What browsers can put on a canvas. */
const MAX_CANVAS_SIDE = 16_384;
const MAX_CANVAS_PIXELS = 268_435_456;
/** The longer side of a thumbnail: a strip of hundreds of camera images must not hold all their pixels. */
const THUMBNAIL_SIDE = 320;

/** All of an image, at its own size. */
type WholeImage = Omit<DecodedImage, 'thumbnail'> & { readonly isDrawnByBrowser: boolean };

/** What a browser is to do with a file: nothing but decode it. */
const AS_IT_IS: ImageBitmapOptions = { imageOrientation: 'from-image', colorSpaceConversion: 'none', premultiplyAlpha: 'none' };

/** A JPEG or PNG that was cut short still decodes in some browsers, with the missing part grey: its end tells. */
async function isCutShort(file: Blob, kind: ImageKind | null): Promise<boolean> {
  if (kind !== 'jpeg' && kind !== 'png') return false;
  // Cameras append data of their own after the end, so the mark is looked for anywhere in the last part.
  const tail = new Uint8Array(await file.slice(Math.max(0, file.size - 1_000_000)).arrayBuffer());
  const mark = kind === 'jpeg' ? [0xff, 0xd9] : [0x49, 0x45, 0x4e, 0x44];
  for (let i = tail.length - mark.length; i >= 0; i--) if (mark.every((byte, k) => tail[i + k] === byte)) return false;
  return true;
}

function checkSize(name: string, { width, height }: Size): void {
  if (Math.max(width, height) <= MAX_CANVAS_SIDE && width * height <= MAX_CANVAS_PIXELS) return;
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
  return { width, height, bitmap, pixels: null, depth: null, isStretched: false, remark: '', isDrawnByBrowser: true };
}

/** Browsers do not turn a WebP as its EXIF data says. Should one begin to: it does not get to see that data. */
async function decodedWebp(file: Blob, name: string): Promise<WholeImage> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const chunks = webpChunks(bytes);
  const orientation = orientationInChunks(chunks);
  if (orientation === 1) return decodedByBrowser(file, name);
  for (const { type, at } of chunks) if (type === 'EXIF') bytes.set([0x58, 0x58, 0x58, 0x58], at);
  const whole = await decodedByBrowser(new Blob([bytes], { type: file.type }), name);
  const bitmap = await turnedBitmap(whole.bitmap, orientation);
  return { ...whole, width: bitmap.width, height: bitmap.height, bitmap, isDrawnByBrowser: false };
}

/** By a reader of our own, in a worker. */
async function decodedByReader(file: Blob, name: string, wantsStretch: boolean): Promise<WholeImage> {
  const read = (stretchedBits: number | null) =>
    readInWorker({ file, maxPixels: MAX_CANVAS_PIXELS, stretchedBits }).catch((cause: unknown) => {
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
  if (await isCutShort(file, kind))
    throw new AppError('image-unreadable', `The image ${name} is cut short; please get the whole file again.`);
  if (kind === 'tiff') return decodedByReader(file, name, wantsStretch);
  if (kind === 'png' && needsOwnReader(pngChunks(new Uint8Array(await file.arrayBuffer()))))
    return decodedByReader(file, name, wantsStretch);
  const whole = await (kind === 'webp' ? decodedWebp(file, name) : decodedByBrowser(file, name));
  try {
    checkSize(name, whole);
  } catch (error) {
    whole.bitmap.close();
    throw error;
  }
  return whole;
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

/** The bitmap, or a smaller one in its place. */
async function reduced(bitmap: ImageBitmap): Promise<ImageBitmap> {
  const longer = Math.max(bitmap.width, bitmap.height);
  if (longer <= MAX_BITMAP_SIDE) return bitmap;
  const smaller = await createImageBitmap(bitmap, {
    resizeWidth: Math.max(1, Math.round((bitmap.width * MAX_BITMAP_SIDE) / longer)),
    resizeHeight: Math.max(1, Math.round((bitmap.height * MAX_BITMAP_SIDE) / longer)),
    resizeQuality: 'high',
  });
  bitmap.close();
  return smaller;
}

/**
 * @param wantsStretch whether an image with 16 bits that is nearly black is stretched
 * @throws AppError naming the file: empty, no image, cut short, or larger than a browser can draw.
 */
export async function decodeImage(file: Blob, name: string, wantsStretch: boolean): Promise<DecodedImage> {
  const { isDrawnByBrowser, ...whole } = await decodeWhole(file, name, wantsStretch);
  const bitmap = await reduced(whole.bitmap);
  const isReduced = bitmap !== whole.bitmap;
  const isSmall = Math.max(whole.width, whole.height) <= THUMBNAIL_SIDE;
  const thumbnail = isDrawnByBrowser && isSmall ? null : await thumbnailOf(bitmap);
  return { ...whole, bitmap, pixels: isReduced ? null : whole.pixels, thumbnail };
}
