/**
 * Where the model's input lies on the picture.
 *
 * A network sees a fixed rectangle of pixels. Whether the picture was squeezed, letter-boxed or cropped to get there, that rectangle
 * is some axis-aligned frame in the picture's own coordinates. Knowing the frame is all it takes to prepare the input and to lay a
 * map back over the picture, so no other file needs to know how pictures are fitted.
 */

/** Width and height, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle in picture coordinates: pixel (0, 0) covers [0, 1) x [0, 1). May reach beyond the picture. */
export interface Frame extends Size {
  readonly left: number;
  readonly top: number;
}

/**
 * - `squeeze`: the whole picture fills the input, its aspect is not kept;
 * - `letterbox`: the whole picture is inside the input, its aspect is kept, bars fill the rest;
 * - `centre-crop`: the middle of the picture fills the input, its aspect is kept, the rest is cut off.
 */
export type Fit = 'squeeze' | 'letterbox' | 'centre-crop';

/** The part of the picture that becomes the model's input of size `input`, both in pixels. */
export function inputFrame(picture: Size, input: Size, fit: Fit): Frame {
  if (fit === 'squeeze') return { left: 0, top: 0, width: picture.width, height: picture.height };
  const horizontal = picture.width / input.width;
  const vertical = picture.height / input.height;
  const scale = fit === 'letterbox' ? Math.max(horizontal, vertical) : Math.min(horizontal, vertical);
  const width = input.width * scale;
  const height = input.height * scale;
  return { left: (picture.width - width) / 2, top: (picture.height - height) / 2, width, height };
}
