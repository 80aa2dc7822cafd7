import type { Pixels } from '../core/images/resize.ts';

/** The pixels of a decoded image, in whatever form it came. Null where the browser has no memory for them. */
export function imagePixels(image: ImageBitmap | Pixels): Pixels | null {
  if ('data' in image) return image;
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.drawImage(image, 0, 0);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}
