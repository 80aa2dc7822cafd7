/** From a file to an upright picture, or to one clear sentence. */
import { AppError } from '../core/app-error.ts';

/** The longer side of what is kept in memory; exports go back to the file for the picture's own size. */
const MAX_BITMAP_SIDE = 4096;
/** What browsers can put on a canvas. */
const MAX_CANVAS_SIDE = 16_384;
const MAX_CANVAS_PIXELS = 268_435_456;

export interface DecodedPicture {
  /** The picture's own size, upright. */
  readonly width: number;
  readonly height: number;
  /** The picture, reduced if it is larger than `MAX_BITMAP_SIDE`. */
  readonly bitmap: ImageBitmap;
}

/** A JPEG or PNG that was cut short still decodes in some browsers, with the missing part grey: its end tells. */
async function isCutShort(file: Blob): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, 8).arrayBuffer());
  const isJpeg = head[0] === 0xff && head[1] === 0xd8;
  const isPng = head[0] === 0x89 && head[1] === 0x50 && head[2] === 0x4e && head[3] === 0x47;
  if (!isJpeg && !isPng) return false;
  // Cameras append data of their own after the end, so the mark is looked for anywhere in the last part.
  const tail = new Uint8Array(await file.slice(Math.max(0, file.size - 1_000_000)).arrayBuffer());
  const mark = isJpeg ? [0xff, 0xd9] : [0x49, 0x45, 0x4e, 0x44];
  for (let i = tail.length - mark.length; i >= 0; i--) if (mark.every((byte, k) => tail[i + k] === byte)) return false;
  return true;
}

/** @throws AppError naming the file: empty, no picture, cut short, or larger than a browser can draw. */
export async function decodePicture(file: Blob, name: string): Promise<DecodedPicture> {
  if (file.size === 0) throw new AppError('picture-empty', `The file ${name} is empty; please choose another picture.`);
  if (await isCutShort(file))
    throw new AppError('picture-unreadable', `The picture ${name} is cut short; please get the whole file again.`);
  let whole: ImageBitmap;
  try {
    whole = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch (cause) {
    throw new AppError(
      'picture-unreadable',
      `The file ${name} is no picture that this browser can read; please choose a PNG, JPEG, WebP, AVIF or GIF.`,
      { cause },
    );
  }
  const { width, height } = whole;
  if (Math.max(width, height) > MAX_CANVAS_SIDE || width * height > MAX_CANVAS_PIXELS) {
    whole.close();
    throw new AppError(
      'picture-too-large',
      `The picture ${name} has ${width} × ${height} pixels, more than a browser can draw; please make it smaller.`,
    );
  }
  const longer = Math.max(width, height);
  if (longer <= MAX_BITMAP_SIDE) return { width, height, bitmap: whole };
  const bitmap = await createImageBitmap(whole, {
    resizeWidth: Math.max(1, Math.round((width * MAX_BITMAP_SIDE) / longer)),
    resizeHeight: Math.max(1, Math.round((height * MAX_BITMAP_SIDE) / longer)),
    resizeQuality: 'high',
  });
  whole.close();
  return { width, height, bitmap };
}
