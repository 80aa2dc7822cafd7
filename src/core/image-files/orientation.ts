/** Turns an image upright that a camera has kept as its sensor lay. */
import type { Pixels } from '../images/resize.ts';

/** Of EXIF's orientations, those that swap width and height. */
function swapsSides(orientation: number): boolean {
  return orientation >= 5;
}

/** @param orientation EXIF's, 1 to 8 */
export function upright({ width, height, data }: Pixels, orientation: number): Pixels {
  if (orientation === 1) return { width, height, data };
  const isSwapped = swapsSides(orientation);
  const size = isSwapped ? { width: height, height: width } : { width, height };
  const isMirrored = orientation === 2 || orientation === 3 || orientation === 7 || orientation === 8;
  const isUpsideDown = orientation === 3 || orientation === 4 || orientation === 6 || orientation === 7;
  // Pixels are moved whole: four bytes at a time.
  const source = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const result = new Uint32Array(width * height);
  for (let row = 0, i = 0; row < size.height; row++) {
    for (let column = 0; column < size.width; column++, i++) {
      const [x, y] = isSwapped ? [row, column] : [column, row];
      const from = (isUpsideDown ? height - 1 - y : y) * width + (isMirrored ? width - 1 - x : x);
      result[i] = source[from] ?? 0;
    }
  }
  return { ...size, data: new Uint8ClampedArray(result.buffer) };
}
