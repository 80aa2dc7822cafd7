/**
 * Where the model's input lies on the image.
 *
 * A network sees a fixed rectangle of pixels. Whether the image was stretched, letter-boxed or cropped to get there, that rectangle
 * is some axis-aligned frame in the image's own coordinates. Knowing how each axis is placed is all it takes to prepare the input and to lay
 * a map back over the image, so no other file needs to know how images are fitted.
 */

/** Width and height, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle in image coordinates: pixel (0, 0) covers [0, 1) x [0, 1). May reach beyond the image. */
export interface Frame extends Size {
  readonly left: number;
  readonly top: number;
}

/**
 * - `stretched`: the whole image fills the input, its aspect is not kept;
 * - `letterbox`: the whole image is inside the input, its aspect is kept, bars fill the rest, as Pillow's `ImageOps.pad` does it;
 * - `centre-crop`: the middle of the image fills the input, its aspect is kept, the rest is cut off, as Pillow's `ImageOps.fit` does it;
 * - `short-side-256`: the shorter side is resized to so many pixels, then a middle part of the input's size is cut out, as torchvision's
 *   `Resize(256)` and `CenterCrop(224)` do it;
 * - `stretched-0.9`, `border-0.9`, `cover-0.9`: what the input will be is so much of each side of what the image is resized to: stretched, inside
 *   of it (bars have the mean colour), or covering it; as timm's `crop_mode` says it (`squash`, `border`, and `center` for an input that is no
 *   square);
 * - `short-side-256-floor`, `stretched-0.9-floor`: where half a pixel would be cut off or added on either side, the crop begins before it, as
 *   in transformers' `center_crop`; torchvision rounds to the even number.
 */
export type Fit = 'stretched' | 'letterbox' | 'centre-crop' | CropFit | `${CropFit}${typeof FLOOR}`;

type CropFit = `short-side-${number}` | ShareFit;
const FLOOR = '-floor';

const SHARE_WAYS = ['stretched', 'border', 'cover'] as const;
type ShareWay = (typeof SHARE_WAYS)[number];
type ShareFit = `${ShareWay}-${number}`;

/** The share of the resized short side that is left by the crop, as ImageNet's networks are mostly evaluated: 224 of 256. */
const USUAL_CROP_SHARE = 0.875;

/** More than any network is given; the image is never held at this size as a whole. */
export const MAX_SHORT_SIDE = 8192;

/** Less would leave next to nothing of an image. */
export const MIN_SHARE = 0.05;

export function shortSideFit(pixels: number): CropFit {
  return `short-side-${pixels}`;
}

/** The same fit, with a crop that begins as transformers' do. */
export function flooredFit(fit: CropFit): Fit {
  return `${fit}${FLOOR}`;
}

export function isFloored(fit: Fit): boolean {
  return fit.endsWith(FLOOR);
}

/** The fit that goes with the usual share, for an input of this size. */
export function usualShortSideFit({ width, height }: Size): Fit {
  return shortSideFit(Math.round(Math.min(width, height) / USUAL_CROP_SHARE));
}

/** What the shorter side is resized to; null for other fits. */
export function shortSideOf(fit: Fit): number | null {
  const [, pixels] = /^short-side-(\d+)(?:-floor)?$/.exec(fit) ?? [];
  return pixels === undefined ? null : Number(pixels);
}

/** What timm resizes the shorter side to before it crops a square; the share is its `crop_pct`. */
export function shortSideOfShare(side: number, share: number): number {
  return Math.floor(side / share);
}

export function shareFit(way: ShareWay, share: number): CropFit {
  return `${way}-${share}`;
}

/** How the image is resized, and which share of each side is left by the crop; null for other fits. */
export function shareOf(fit: Fit): { readonly way: ShareWay; readonly share: number } | null {
  const [, name, digits] = /^([a-z]+)-(0\.\d{1,6}|1)(?:-floor)?$/.exec(fit) ?? [];
  const way = SHARE_WAYS.find((known) => known === name);
  return way && Number(digits) >= MIN_SHARE ? { way, share: Number(digits) } : null;
}

/** A fit from text that may be anything; manifests and browsers hold the name that stretching had in former versions. */
export function asFit(value: unknown): Fit | null {
  if (value === 'squeeze') return 'stretched';
  if (value === 'stretched' || value === 'letterbox' || value === 'centre-crop') return value;
  if (typeof value !== 'string') return null;
  const cropped = asCropFit(value as Fit);
  return cropped && isFloored(value as Fit) ? flooredFit(cropped) : cropped;
}

function asCropFit(value: Fit): CropFit | null {
  const shared = shareOf(value);
  if (shared) return shareFit(shared.way, shared.share);
  const pixels = shortSideOf(value);
  return pixels !== null && pixels >= 1 && pixels <= MAX_SHORT_SIDE ? shortSideFit(pixels) : null;
}

/** How one axis of the image becomes one axis of the input. */
export interface AxisPlacement {
  /** The part of the image that is resized, in its pixels. */
  readonly from: number;
  readonly to: number;
  /** What that part is resized to, in whole pixels. */
  readonly length: number;
  /** Where the input begins on what was resized, in whole pixels; negative where a bar comes first. */
  readonly offset: number;
}

export interface Placement {
  readonly horizontal: AxisPlacement;
  readonly vertical: AxisPlacement;
}

/** Rounds halves to the even number, as Python does. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function wholeAxis(image: number, length: number, offset: number): AxisPlacement {
  return { from: 0, to: image, length, offset };
}

/** The middle part of the input's shape is resized, from and to fractions of pixels. */
function centreCrop(image: Size, input: Size): Placement {
  const aspect = input.width / input.height;
  const own = image.width / image.height;
  const width = own > aspect ? aspect * image.height : image.width;
  const height = own < aspect ? image.width / aspect : image.height;
  const left = (image.width - width) * 0.5;
  const top = (image.height - height) * 0.5;
  return {
    horizontal: { from: left, to: left + width, length: input.width, offset: 0 },
    vertical: { from: top, to: top + height, length: input.height, offset: 0 },
  };
}

/** The whole image is resized to whole pixels, then pasted into the middle. */
function letterbox(image: Size, input: Size): Placement {
  const aspect = input.width / input.height;
  const own = image.width / image.height;
  const width = own < aspect ? Math.max(1, roundHalfToEven(own * input.height)) : input.width;
  const height = own > aspect ? Math.max(1, roundHalfToEven((image.height / image.width) * input.width)) : input.height;
  const bar = (room: number) => (room === 0 ? 0 : -roundHalfToEven(room * 0.5));
  return {
    horizontal: wholeAxis(image.width, width, bar(input.width - width)),
    vertical: wholeAxis(image.height, height, bar(input.height - height)),
  };
}

/** Where the crop begins on a side of this length; one that is too short gets bars. */
type CropOffset = (length: number, crop: number) => number;

/** Of two bars the smaller one comes first. */
function torchOffset(length: number, crop: number): number {
  return length >= crop ? roundHalfToEven((length - crop) / 2) : -Math.floor((crop - length) / 2);
}

/** Of two bars the larger one comes first. */
function flooredOffset(length: number, crop: number): number {
  return Math.floor((length - crop) / 2);
}

/** The whole image is resized until its shorter side has so many pixels; the longer one is rounded down. */
function shortSide(image: Size, input: Size, pixels: number, cropOffset: CropOffset): Placement {
  const isWide = image.width > image.height;
  const longer = Math.trunc((pixels * Math.max(image.width, image.height)) / Math.min(image.width, image.height));
  const width = isWide ? longer : pixels;
  const height = isWide ? pixels : longer;
  return {
    horizontal: wholeAxis(image.width, width, cropOffset(width, input.width)),
    vertical: wholeAxis(image.height, height, cropOffset(height, input.height)),
  };
}

/** The whole image is resized to what the input is that share of: stretched to it, or by its own aspect, inside of it or covering it. */
function shareOfResized(
  image: Size,
  input: Size,
  { way, share }: { readonly way: ShareWay; readonly share: number },
  cropOffset: CropOffset,
): Placement {
  const target = { width: Math.floor(input.width / share), height: Math.floor(input.height / share) };
  const ratios = [image.width / target.width, image.height / target.height];
  const ratio = way === 'border' ? Math.max(...ratios) : Math.min(...ratios);
  const lengthOf = (own: number) => Math.max(1, roundHalfToEven(own / ratio));
  const { width, height } = way === 'stretched' ? target : { width: lengthOf(image.width), height: lengthOf(image.height) };
  return {
    horizontal: wholeAxis(image.width, width, cropOffset(width, input.width)),
    vertical: wholeAxis(image.height, height, cropOffset(height, input.height)),
  };
}

/** How the image becomes the model's input of size `input`, both in pixels. */
export function placeImage(image: Size, input: Size, fit: Fit): Placement {
  if (fit === 'letterbox') return letterbox(image, input);
  if (fit === 'centre-crop') return centreCrop(image, input);
  const cropOffset = isFloored(fit) ? flooredOffset : torchOffset;
  const pixels = shortSideOf(fit);
  if (pixels !== null) return shortSide(image, input, pixels, cropOffset);
  const shared = shareOf(fit);
  if (shared) return shareOfResized(image, input, shared, cropOffset);
  return { horizontal: wholeAxis(image.width, input.width, 0), vertical: wholeAxis(image.height, input.height, 0) };
}

/** The part of the image that becomes the model's input: where a map of it belongs. */
export function inputFrame(image: Size, input: Size, fit: Fit): Frame {
  const { horizontal, vertical } = placeImage(image, input, fit);
  const across = (horizontal.to - horizontal.from) / horizontal.length;
  const down = (vertical.to - vertical.from) / vertical.length;
  return {
    left: horizontal.from + horizontal.offset * across,
    top: vertical.from + vertical.offset * down,
    width: input.width * across,
    height: input.height * down,
  };
}
