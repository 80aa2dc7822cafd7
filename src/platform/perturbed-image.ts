/** The pictures that a map is measured by, to be looked at. */

import type { Size } from '../core/images/geometry.ts';
import { type Fitting, fitPicture } from '../core/images/prepare-input.ts';
import type { Pixels } from '../core/images/resize.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import { deletionPicture, insertionPicture } from '../metrics/deletion-insertion.ts';
import { pixelRanking } from '../metrics/ranking.ts';
import { type ReplacementKind, replacementPicture } from '../metrics/replacement.ts';
import { picturePixels } from './picture-pixels.ts';

export type PerturbationKind = 'deletion' | 'insertion';

/** A picture as the network gets it, and what its pixels become when they are removed. */
export interface PerturbationGround {
  readonly picture: Pixels;
  readonly replacement: Uint8ClampedArray;
}

/** Null where the browser has no memory for it. */
export function perturbationGround(
  given: ImageBitmap | Pixels,
  input: Size,
  fitting: Fitting,
  replacement: ReplacementKind,
): PerturbationGround | null {
  const whole = picturePixels(given);
  if (!whole) return null;
  const picture = { ...input, data: fitPicture(whole, input, fitting) };
  return { picture, replacement: replacementPicture(picture, replacement) };
}

/** @returns null for a map without a ranking */
export function perturbationRanking({ picture }: PerturbationGround, map: SaliencyMap): Uint32Array | null {
  return pixelRanking(map, picture);
}

/** The picture with a share of its pixels removed, or put in. */
export function perturbedImage(
  { picture, replacement }: PerturbationGround,
  ranking: Uint32Array,
  kind: PerturbationKind,
  share: number,
): ImageData {
  const make = kind === 'deletion' ? deletionPicture : insertionPicture;
  return new ImageData(Uint8ClampedArray.from(make(picture, replacement, ranking, share)), picture.width, picture.height);
}
