/** The images that a map is measured by, to be looked at. */

import type { Size } from '../core/images/geometry.ts';
import { type Fitting, fitImage } from '../core/images/prepare-input.ts';
import type { Pixels } from '../core/images/resize.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import { deletionImage, insertionImage } from '../metrics/deletion-insertion.ts';
import { pixelRanking } from '../metrics/ranking.ts';
import { type ReplacementKind, replacementImage } from '../metrics/replacement.ts';
import { imagePixels } from './image-pixels.ts';

export type PerturbationKind = 'deletion' | 'insertion';

/** An image as the network gets it, and what its pixels become when they are removed. */
export interface PerturbationGround {
  readonly image: Pixels;
  readonly replacement: Uint8ClampedArray;
}

/** Null where the browser has no memory for it. */
export function perturbationGround(
  given: ImageBitmap | Pixels,
  input: Size,
  fitting: Fitting,
  replacement: ReplacementKind,
): PerturbationGround | null {
  const whole = imagePixels(given);
  if (!whole) return null;
  const image = { ...input, data: fitImage(whole, input, fitting) };
  return { image, replacement: replacementImage(image, replacement) };
}

/** @returns null for a map without a ranking */
export function perturbationRanking({ image }: PerturbationGround, map: SaliencyMap): Uint32Array | null {
  return pixelRanking(map, image);
}

/** The image with a share of its pixels removed, or put in. */
export function perturbedImage(
  { image, replacement }: PerturbationGround,
  ranking: Uint32Array,
  kind: PerturbationKind,
  share: number,
): ImageData {
  const make = kind === 'deletion' ? deletionImage : insertionImage;
  return new ImageData(Uint8ClampedArray.from(make(image, replacement, ranking, share)), image.width, image.height);
}
