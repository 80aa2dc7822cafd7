/** What becomes of an image's channels before it is resized, in Pillow's integers. All images are RGBA, row-major. */
import type { Pixels } from './resize.ts';

export function isOpaque({ data }: Pixels): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false;
  return true;
}

/** How many of the four channels differ from pixel to pixel, where something is transparent: all; else all but transparency. */
export function channelsWithContent(image: Pixels): 3 | 4 {
  return isOpaque(image) ? 3 : 4;
}

/** An image whose every pixel is made from the one before. */
function mapped({ width, height, data }: Pixels, write: (result: Uint8ClampedArray, at: number) => void): Pixels {
  const result = data.slice();
  for (let i = 0; i < data.length; i += 4) write(result, i);
  return { width, height, data: result };
}

/** Lays the image over white, as it is shown on the page. The same pixels when nothing is transparent. */
export function overWhite(image: Pixels): Pixels {
  if (isOpaque(image)) return image;
  return mapped(image, (result, at) => {
    const share = (result[at + 3] ?? 255) / 255;
    for (let channel = at; channel < at + 3; channel++) result[channel] = (result[channel] ?? 0) * share + 255 * (1 - share);
    result[at + 3] = 255;
  });
}

/** ITU-R 601 luminance in all three colours, as Pillow's mode `L`. */
export function toLuminance(image: Pixels): Pixels {
  return mapped(image, (result, at) => {
    const [r = 0, g = 0, b = 0] = [result[at], result[at + 1], result[at + 2]];
    const luminance = (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;
    result[at] = luminance;
    result[at + 1] = luminance;
    result[at + 2] = luminance;
  });
}

/** `a * b / 255`, rounded. */
function share(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

/** As Pillow's mode `RGBa`. */
export function premultiplied(image: Pixels): Pixels {
  return mapped(image, (result, at) => {
    const alpha = result[at + 3] ?? 255;
    for (let channel = at; channel < at + 3; channel++) result[channel] = share(result[channel] ?? 0, alpha);
  });
}

/** Back from there, in place. */
export function unpremultiplied(data: Uint8ClampedArray): Uint8ClampedArray {
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] ?? 255;
    if (alpha === 0 || alpha === 255) continue;
    for (let channel = at; channel < at + 3; channel++) data[channel] = Math.trunc((255 * (data[channel] ?? 0)) / alpha);
  }
  return data;
}
