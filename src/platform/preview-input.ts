/** What the network is given of a picture, to be looked at. */
import type { Size } from '../core/geometry.ts';
import { fitPicture, prepareInput } from '../core/prepare-input.ts';
import type { Preprocessing } from '../core/preprocessing.ts';

export interface InputPreview {
  readonly image: ImageData;
  /** The least and the greatest value of the network's input. */
  readonly range: readonly [number, number];
}

/** Null where the browser has no memory for it. */
export function previewInput(bitmap: ImageBitmap, input: Size, preprocessing: Preprocessing): InputPreview | null {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.drawImage(bitmap, 0, 0);
  const picture = { width, height, data: context.getImageData(0, 0, width, height).data };
  const values = prepareInput(picture, input, preprocessing);
  const range = values.reduce<[number, number]>(
    ([least, greatest], value) => [Math.min(least, value), Math.max(greatest, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const pixels = fitPicture(picture, input, preprocessing);
  return { image: new ImageData(Uint8ClampedArray.from(pixels), input.width, input.height), range };
}
