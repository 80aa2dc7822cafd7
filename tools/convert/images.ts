import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { AppError } from '../../src/core/app-error.ts';
import { imageKind } from '../../src/core/images/image-kind.ts';
import type { Pixels } from '../../src/core/images/resize.ts';
import { needsOwnReader, pngChunks } from '../../src/platform/image-files/image-chunks.ts';
import { ImageFault } from '../../src/platform/image-files/image-fault.ts';
import { readImage } from '../../src/platform/image-files/read-image.ts';

/** As many as the page can draw. */
const MAX_PIXELS = 268_435_456;

export interface ImageFile {
  readonly path: string;
  /** The name of the folder that it lies in: its class, where there is one of that name. */
  readonly label: string;
}

/** @throws AppError `image-unreadable` for a folder that is not there, or has no images in it or below it */
export async function listImages(folder: string): Promise<ImageFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new AppError('image-unreadable', `The folder ${folder} could not be read; please check its name.`, { cause });
  });
  const files = entries.filter((entry) => !entry.isDirectory() && /\.(png|jpe?g|webp|avif|gif|tiff?)$/i.test(entry.name));
  if (files.length === 0)
    throw new AppError(
      'image-unreadable',
      `There are no images in ${folder}; please name a folder with PNG, JPEG, WebP, AVIF, GIF or TIFF files.`,
    );
  return files
    .map(({ parentPath, name }) => ({ path: join(parentPath, name), label: basename(parentPath) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** By libvips, as a browser decodes it: upright, and no colour profile changes its values. */
async function decoded(bytes: Uint8Array): Promise<Pixels> {
  const upright = sharp(bytes, { ignoreIcc: true }).autoOrient().toColourspace('srgb').ensureAlpha();
  const { data, info } = await upright.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

/** The values that the page would read: what it does not leave to the browser is read by the same code here. */
async function pixelsOf(bytes: Uint8Array<ArrayBuffer>): Promise<Pixels> {
  const kind = imageKind(bytes);
  if (kind !== 'tiff' && !(kind === 'png' && needsOwnReader(pngChunks(bytes)))) return decoded(bytes);
  return readImage(bytes, { maxPixels: MAX_PIXELS, stretchedBits: null, decodeJpeg: decoded, onProgress: () => {} });
}

/**
 * The image's pixels, upright, as the page reads them.
 *
 * @throws AppError `image-unreadable` naming the file
 */
export async function readPixels(path: string): Promise<Pixels> {
  try {
    return await pixelsOf(Uint8Array.from(await readFile(path)));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : cause;
    const fault =
      cause instanceof ImageFault ? `${reason}; it is left out` : `could not be read (${reason}) and is left out; please save it again`;
    throw new AppError('image-unreadable', `The image ${path} ${fault}.`, { cause });
  }
}
