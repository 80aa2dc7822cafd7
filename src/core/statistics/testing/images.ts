/** Small images for tests. */
import type { Pixels } from '../../images/resize.ts';

/** An opaque image from its colours, `[height, width, 3]`. */
export function imageOf(width: number, height: number, colours: ArrayLike<number>): Pixels {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) {
    for (let channel = 0; channel < 3; channel++) data[i * 4 + channel] = colours[i * 3 + channel] ?? 0;
  }
  return { width, height, data };
}

/** The image that the Python program works out from a formula as well. */
export function formulaImage(width: number, height: number): Pixels {
  const colours = Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y, channel] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
    return (x * 3 + y * 5 + ((x * y) % 97) + channel * 40) % 256;
  });
  return imageOf(width, height, colours);
}

/** The colours of an image, `[height, width, 3]`. */
export function coloursOf(data: ArrayLike<number>): number[] {
  return Array.from(data).filter((_, i) => i % 4 < 3);
}
