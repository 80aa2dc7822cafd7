/** What the network is given of an image, to be looked at. */
import type { Size } from '../core/images/geometry.ts';
import { fitImage, normaliseInput } from '../core/images/prepare-input.ts';
import type { Preprocessing } from '../core/images/preprocessing.ts';
import type { Pixels } from '../core/images/resize.ts';
import { imagePixels } from './image-pixels.ts';

export interface InputPreview {
  readonly image: ImageData;
  /** The least and the greatest value of the network's input. */
  readonly range: readonly [number, number];
}

/** Null where the browser has no memory for it. */
export function previewInput(given: ImageBitmap | Pixels, input: Size, preprocessing: Preprocessing): InputPreview | null {
  const image = imagePixels(given);
  if (!image) return null;
  const pixels = fitImage(image, input, preprocessing);
  const values = normaliseInput(pixels, preprocessing);
  const range = values.reduce<[number, number]>(
    ([least, greatest], value) => [Math.min(least, value), Math.max(greatest, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  return { image: new ImageData(Uint8ClampedArray.from(pixels), input.width, input.height), range };
}
