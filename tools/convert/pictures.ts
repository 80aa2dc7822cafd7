import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { AppError } from '../../src/core/app-error.ts';
import type { Pixels } from '../../src/core/resize.ts';

export interface PictureFile {
  readonly path: string;
  /** The name of the folder that it lies in: its class, where there is one of that name. */
  readonly label: string;
}

/** @throws AppError `picture-unreadable` for a folder that is not there, or has no pictures in it or below it */
export async function listPictures(folder: string): Promise<PictureFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new AppError('picture-unreadable', `The folder ${folder} could not be read; please check its name.`, { cause });
  });
  const files = entries.filter((entry) => !entry.isDirectory() && /\.(png|jpe?g|webp|avif|gif|tiff?)$/i.test(entry.name));
  if (files.length === 0)
    throw new AppError(
      'picture-unreadable',
      `There are no pictures in ${folder}; please name a folder with PNG, JPEG, WebP, AVIF, GIF or TIFF files.`,
    );
  return files
    .map(({ parentPath, name }) => ({ path: join(parentPath, name), label: basename(parentPath) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * The picture's pixels, upright as a browser shows it.
 *
 * @throws AppError `picture-unreadable` naming the file
 */
export async function readPixels(path: string): Promise<Pixels> {
  try {
    const upright = sharp(path).autoOrient().toColourspace('srgb').ensureAlpha();
    const { data, info } = await upright.raw().toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : cause;
    throw new AppError('picture-unreadable', `The picture ${path} could not be read (${reason}) and is left out; please save it again.`, {
      cause,
    });
  }
}
