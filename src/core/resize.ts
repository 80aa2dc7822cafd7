/**
 * Antialiased bilinear resizing, as Pillow's `Image.resize(size, BILINEAR, box)` does it: the models that people bring were trained on
 * pictures shrunk this way, and a resize without antialiasing changes what a network sees.
 *
 * A triangle filter, widened by the reduction factor when shrinking; rows and columns one after the other, columns first, with 8-bit
 * values in between; weights normalised where the filter reaches over the border.
 */
import type { Frame, Size } from './geometry.ts';

/** 8-bit RGBA, row-major. */
export interface Pixels extends Size {
  readonly data: Uint8ClampedArray;
}

/** For each target position: where its source samples start, and their weights. */
interface FilterTaps {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `[positions, width]`, zero behind each position's count. */
  readonly weights: Float64Array;
  readonly width: number;
}

/**
 * @param sourceLength pixels along this axis
 * @param from where the frame starts along this axis, in source pixels
 * @param length of the frame along this axis, in source pixels
 */
function filterTaps(sourceLength: number, from: number, length: number, targetLength: number): FilterTaps {
  const scale = length / targetLength;
  const support = Math.max(scale, 1);
  const width = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(targetLength);
  const counts = new Int32Array(targetLength);
  const weights = new Float64Array(targetLength * width);
  for (let position = 0; position < targetLength; position++) {
    const centre = from + (position + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(sourceLength, Math.trunc(centre + support + 0.5));
    let sum = 0;
    for (let i = start; i < end; i++) {
      const weight = Math.max(0, 1 - Math.abs((i + 0.5 - centre) / support));
      weights[position * width + i - start] = weight;
      sum += weight;
    }
    // Nothing of the picture under the filter: a bar of a letter-boxed picture, left black.
    if (sum === 0) continue;
    starts[position] = start;
    counts[position] = end - start;
    for (let tap = 0; tap < width; tap++) weights[position * width + tap] = (weights[position * width + tap] ?? 0) / sum;
  }
  return { starts, counts, weights, width };
}

/**
 * Shrinks or enlarges the part of `source` inside `frame` to `target`. What the frame covers beyond the picture becomes opaque black.
 */
export function resizeAntialiased(source: Pixels, frame: Frame, target: Size): Uint8ClampedArray {
  const columns = filterTaps(source.width, frame.left, frame.width, target.width);
  const rows = filterTaps(source.height, frame.top, frame.height, target.height);
  const narrowed = narrow(source, columns, target.width);
  return shorten(narrowed, rows, target);
}

/** Filters along the rows: `[height, width]` to `[height, targetWidth]`. */
function narrow({ data, width, height }: Pixels, taps: FilterTaps, targetWidth: number): Pixels {
  const result = new Uint8ClampedArray(targetWidth * height * 4);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < targetWidth; column++) {
      const count = taps.counts[column] ?? 0;
      let from = (row * width + (taps.starts[column] ?? 0)) * 4;
      let r = 0;
      let g = 0;
      let b = 0;
      for (let tap = 0; tap < count; tap++, from += 4) {
        const weight = taps.weights[column * taps.width + tap] ?? 0;
        r += weight * (data[from] ?? 0);
        g += weight * (data[from + 1] ?? 0);
        b += weight * (data[from + 2] ?? 0);
      }
      put(result, (row * targetWidth + column) * 4, r, g, b);
    }
  }
  return { data: result, width: targetWidth, height };
}

/** Filters along the columns: `[height, width]` to `[targetHeight, width]`. */
function shorten({ data, width }: Pixels, taps: FilterTaps, target: Size): Uint8ClampedArray {
  const result = new Uint8ClampedArray(width * target.height * 4);
  for (let row = 0; row < target.height; row++) {
    const count = taps.counts[row] ?? 0;
    const start = taps.starts[row] ?? 0;
    for (let column = 0; column < width; column++) {
      let r = 0;
      let g = 0;
      let b = 0;
      for (let tap = 0; tap < count; tap++) {
        const weight = taps.weights[row * taps.width + tap] ?? 0;
        const from = ((start + tap) * width + column) * 4;
        r += weight * (data[from] ?? 0);
        g += weight * (data[from + 1] ?? 0);
        b += weight * (data[from + 2] ?? 0);
      }
      put(result, (row * width + column) * 4, r, g, b);
    }
  }
  return result;
}

/** Rounds half up, as Pillow does; a clamped array on its own would round half to even. */
function put(pixels: Uint8ClampedArray, at: number, r: number, g: number, b: number): void {
  pixels[at] = Math.floor(r + 0.5);
  pixels[at + 1] = Math.floor(g + 0.5);
  pixels[at + 2] = Math.floor(b + 0.5);
  pixels[at + 3] = 255;
}
