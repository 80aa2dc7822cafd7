/** How long convolutions' results are. */
import { asPair } from './built-layer.ts';

/** The taps of a dilated filter, with the gaps between them. */
export function windowOf(taps: number, rate: number): number {
  return (taps - 1) * rate + 1;
}

/** One side of a transposed convolution. */
export interface TransposedSide {
  /** All that the taps reach. */
  readonly whole: number;
  /** What of it is the result: so many cells after the first so many. Beyond what the taps reach it is zero. */
  readonly out: number;
  readonly before: number;
}

/** As Keras and TensorFlow have it. @param outputPadding null: the length follows from the stride */
function transposedSide(
  length: number,
  window: number,
  stride: number,
  padding: 'same' | 'valid',
  outputPadding: number | null,
): TransposedSide {
  const whole = (length - 1) * stride + window;
  if (padding === 'valid')
    return { whole, out: outputPadding === null ? Math.max(whole, length * stride) : whole + outputPadding, before: 0 };
  const out = outputPadding === null ? length * stride : whole - 2 * Math.floor(window / 2) + outputPadding;
  return { whole, out, before: Math.floor(Math.max(0, whole - out) / 2) };
}

/**
 * @param config the layer's settings, as tf.js names them
 * @param side 0: rows, 1: columns
 */
export function transposedSideOf(config: Readonly<Record<string, unknown>>, length: number, side: 0 | 1): TransposedSide {
  const { kernelSize, strides, dilationRate, padding, outputPadding } = config;
  const window = windowOf(asPair(kernelSize)[side], asPair(dilationRate)[side]);
  const extra = outputPadding === null || outputPadding === undefined ? null : asPair(outputPadding)[side];
  return transposedSide(length, window, asPair(strides)[side], padding === 'same' ? 'same' : 'valid', extra);
}
