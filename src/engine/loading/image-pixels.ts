import { AppError } from '../../core/app-error.ts';
import type { RgbaPixels } from '../../protocol/explain.ts';

/** The pixels of a decoded image, in whatever form it came. */
export function imagePixels(image: ImageBitmap | RgbaPixels): RgbaPixels {
  if ('data' in image) return image;
  const { width, height } = image;
  // Read back right after drawing: a canvas in main memory spares the way through the GPU.
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new AppError('out-of-memory', 'There is too little memory to read the image; please close other tabs and try again.');
  context.drawImage(image, 0, 0);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}
