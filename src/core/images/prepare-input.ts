import { type AxisPlacement, type Placement, placeImage, roundHalfToEven, type Size, shareOf } from './geometry.ts';
import { type ChannelOrder, channelCount, type Normalisation, type Preprocessing } from './preprocessing.ts';
import { type Pixels, resizeAntialiased } from './resize.ts';
import { isOpaque, overWhite, premultiplied, toLuminance, unpremultiplied } from './transparency.ts';

/** What decides which pixels the network gets, before their values are scaled. */
export type Fitting = Omit<Preprocessing, 'std'>;

/**
 * The image with no more in it than the network takes of it: luminance alone, or no transparency. In this order, as Pillow does it: first
 * the channels, then the size.
 */
function withChannels(image: Pixels, order: ChannelOrder): Pixels {
  const count = channelCount(order);
  if (count === 4) return image;
  const flat = overWhite(image);
  return count === 1 ? toLuminance(flat) : flat;
}

/** Paints the bars beside the image in the mean colour, as timm does. */
function paintBars(fitted: Uint8ClampedArray, input: Size, { horizontal, vertical }: Placement, { channels, mean, scale }: Fitting): void {
  const isBar = ({ offset, length }: AxisPlacement, at: number) => at + offset < 0 || at + offset >= length;
  const colour = [...PLACES[channels].entries()].map(([channel, to]) => [to, roundHalfToEven((mean[channel] ?? 0) * (1 / scale))] as const);
  for (let y = 0; y < input.height; y++) {
    for (let x = 0; x < input.width; x++) {
      if (!isBar(vertical, y) && !isBar(horizontal, x)) continue;
      const at = (y * input.width + x) * 4;
      for (const [to, value] of colour) {
        if (channels === 'grey') fitted.fill(value, at, at + 3);
        else fitted[at + to] = value;
      }
    }
  }
}

/**
 * The part of the image that the network is given, at the network's own size, before its values are scaled.
 *
 * @returns RGBA, row-major; red, green and blue are the luminance for a network of one channel, and only one of four sees transparency
 */
export function fitImage(image: Pixels, input: Size, fitting: Fitting): Uint8ClampedArray {
  const { channels, fit, resampling = 'bilinear' } = fitting;
  const source = withChannels(image, channels);
  const placement = placeImage(source, input, fit);
  if (channelCount(channels) < 4) {
    const fitted = resizeAntialiased(source, placement, input, resampling);
    for (let i = 3; i < fitted.length; i += 4) fitted[i] = 255;
    if (shareOf(fit)?.way === 'border') paintBars(fitted, input, placement, fitting);
    return fitted;
  }
  const { horizontal, vertical } = placement;
  const isResized = horizontal.length !== source.width || vertical.length !== source.height;
  if (!isResized || isOpaque(source)) return resizeAntialiased(source, placement, input, resampling);
  // Colours count by how much of them is seen, or what is hidden would bleed into what is not.
  return unpremultiplied(resizeAntialiased(premultiplied(source), placement, input, resampling));
}

/** Where a network's channels lie in RGBA. */
const PLACES: Readonly<Record<ChannelOrder, readonly number[]>> = {
  grey: [0],
  rgb: [0, 1, 2],
  bgr: [2, 1, 0],
  rgba: [0, 1, 2, 3],
  bgra: [2, 1, 0, 3],
};

/**
 * The network's input from pixels of its own size.
 *
 * @param pixels RGBA, row-major
 * @returns `[height, width, channels]`, row-major
 */
export function normaliseInput(pixels: Uint8ClampedArray, { channels, scale, mean, std }: Normalisation): Float32Array {
  const places = PLACES[channels];
  const count = pixels.length / 4;
  const values = new Float32Array(count * places.length);
  for (const [channel, from] of places.entries()) {
    const offset = mean[channel] ?? 0;
    const divisor = std[channel] ?? 1;
    for (let i = 0; i < count; i++) values[i * places.length + channel] = ((pixels[i * 4 + from] ?? 0) * scale - offset) / divisor;
  }
  return values;
}

/**
 * What the network sees of an image.
 *
 * @param input the model's input size
 * @returns `[height, width, channels]`, row-major
 */
export function prepareInput(image: Pixels, input: Size, preprocessing: Preprocessing): Float32Array {
  return normaliseInput(fitImage(image, input, preprocessing), preprocessing);
}
