/** What removed pixels become. */
import type { Pixels } from '../core/images/resize.ts';
import { channelsWithContent } from '../core/images/transparency.ts';

/** The mildest first: what is left of the image, and how far from all images it is, changes in this order. */
export const REPLACEMENTS = ['blur', 'strong-blur', 'mean', 'black'] as const;
export type ReplacementKind = (typeof REPLACEMENTS)[number];

/**
 * RISE blurs images of 224 pixels with a std of 5, which leaves shapes as large as a pollen grain; the stronger blur leaves little more
 * than where it is bright.
 */
const BLUR_SHARES = { blur: 5 / 224, 'strong-blur': 20 / 224 } as const;
/** Beyond three stds there is next to nothing. */
const BLUR_REACH = 3;

function gaussianKernel(std: number): Float64Array {
  const radius = Math.max(1, Math.ceil(std * BLUR_REACH));
  return Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * std ** 2)));
}

/** Blurs one channel along one axis; at the borders only what is there counts. */
function blurAxis(values: Float64Array, count: number, length: number, step: number, stride: number, kernel: Float64Array): Float64Array {
  const radius = (kernel.length - 1) / 2;
  const result = new Float64Array(values.length);
  for (let line = 0; line < count; line++) {
    for (let i = 0; i < length; i++) {
      let sum = 0;
      let weights = 0;
      for (let k = Math.max(0, i - radius); k <= Math.min(length - 1, i + radius); k++) {
        const weight = kernel[k - i + radius] ?? 0;
        sum += weight * (values[line * stride + k * step] ?? 0);
        weights += weight;
      }
      result[line * stride + i * step] = sum / weights;
    }
  }
  return result;
}

/** @param share the std, as a share of the longer side: larger and smaller images are blurred alike */
function blurred(image: Pixels, share: number): Uint8ClampedArray {
  const { width, height, data } = image;
  const channels = channelsWithContent(image);
  const kernel = gaussianKernel(Math.max(width, height) * share);
  const result = new Uint8ClampedArray(data.length).fill(255);
  for (let channel = 0; channel < channels; channel++) {
    const values = Float64Array.from({ length: width * height }, (_, i) => data[i * 4 + channel] ?? 0);
    const across = blurAxis(values, height, width, 1, width, kernel);
    const both = blurAxis(across, width, height, width, 1, kernel);
    for (const [i, value] of both.entries()) result[i * 4 + channel] = value;
  }
  return result;
}

function filled(length: number, colour: readonly number[]): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length }, (_, i) => colour[i % 4] ?? 0);
}

/**
 * RGBA of the image's own size: opaque black, the image's mean colour, or the image blurred; transparency is averaged and blurred with it.
 */
export function replacementImage(image: Pixels, kind: ReplacementKind): Uint8ClampedArray {
  const { data, width, height } = image;
  if (kind === 'blur' || kind === 'strong-blur') return blurred(image, BLUR_SHARES[kind]);
  if (kind === 'black') return filled(data.length, [0, 0, 0, 255]);
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < data.length; i++) sums[i % 4] = (sums[i % 4] ?? 0) + (data[i] ?? 0);
  return filled(
    data.length,
    sums.map((sum) => sum / (width * height)),
  );
}
