import { type Fit, inputFrame, type Size } from './geometry.ts';
import type { Normalisation, Preprocessing } from './preprocessing.ts';
import { type Pixels, resizeAntialiased } from './resize.ts';

/** Lays the picture over white, as it is shown on the page. The same pixels when nothing is transparent. */
function withoutTransparency(picture: Pixels): Pixels {
  const { data } = picture;
  let isOpaque = true;
  for (let i = 3; i < data.length && isOpaque; i += 4) isOpaque = data[i] === 255;
  if (isOpaque) return picture;
  const flat = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i += 4) {
    const share = (data[i + 3] ?? 255) / 255;
    for (let channel = 0; channel < 3; channel++) flat[i + channel] = (data[i + channel] ?? 0) * share + 255 * (1 - share);
    flat[i + 3] = 255;
  }
  return { ...picture, data: flat };
}

/** The part of the picture that the network is given, at the network's own size, before its values are scaled: RGBA, row-major. */
export function fitPicture(picture: Pixels, input: Size, fit: Fit): Uint8ClampedArray {
  return resizeAntialiased(withoutTransparency(picture), inputFrame(picture, input, fit), input);
}

/**
 * The network's input from pixels of its own size.
 *
 * @param pixels RGBA, row-major
 * @returns `[height, width, 3]`, row-major
 */
export function normaliseInput(pixels: Uint8ClampedArray, { channels, scale, mean, deviation }: Normalisation): Float32Array {
  const count = pixels.length / 4;
  const values = new Float32Array(count * 3);
  const order = channels === 'rgb' ? [0, 1, 2] : [2, 1, 0];
  for (const [channel, from] of order.entries()) {
    const offset = mean[channel] ?? 0;
    const divisor = deviation[channel] ?? 1;
    for (let i = 0; i < count; i++) values[i * 3 + channel] = ((pixels[i * 4 + from] ?? 0) * scale - offset) / divisor;
  }
  return values;
}

/**
 * What the network sees of a picture.
 *
 * @param input the model's input size
 * @returns `[height, width, 3]`, row-major
 */
export function prepareInput(picture: Pixels, input: Size, preprocessing: Preprocessing): Float32Array {
  return normaliseInput(fitPicture(picture, input, preprocessing.fit), preprocessing);
}
