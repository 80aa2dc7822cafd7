import { AppError } from '../../core/app-error.ts';
import type { RgbaPixels } from '../../protocol/explain.ts';

/** The pixels of a decoded picture, in whatever form it came. */
export function picturePixels(picture: ImageBitmap | RgbaPixels): RgbaPixels {
  if ('data' in picture) return picture;
  const { width, height } = picture;
  // Read back right after drawing: a canvas in main memory spares the way through the GPU.
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context)
    throw new AppError('out-of-memory', 'There is too little memory to read the picture; please close other tabs and try again.');
  context.drawImage(picture, 0, 0);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}
