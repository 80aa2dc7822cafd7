import type { Pixels } from '../core/images/resize.ts';

/** The pixels of a decoded picture, in whatever form it came. Null where the browser has no memory for them. */
export function picturePixels(picture: ImageBitmap | Pixels): Pixels | null {
  if ('data' in picture) return picture;
  const { width, height } = picture;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.drawImage(picture, 0, 0);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}
