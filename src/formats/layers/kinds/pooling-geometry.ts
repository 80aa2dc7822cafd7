/** Where the windows of a pooling lie that is padded as PyTorch and ONNX do it. */
import { asPair } from './built-layer.ts';

/** One side of a padded pooling. */
export interface PooledSide {
  readonly out: number;
  readonly window: number;
  readonly stride: number;
  readonly before: number;
  /** What is added at the end so that the last window is whole: beyond what the layer pads where it rounds up, and nothing where it does not reach the end. */
  readonly after: number;
  /** What the layer itself pads at the end. */
  readonly ownAfter: number;
}

/** The cells added on both ends of a side, of a setting such as `[[top, bottom], [left, right]]`. */
function ends(setting: unknown, side: 0 | 1): [number, number] {
  const each: unknown = Array.isArray(setting) ? setting[side] : setting;
  return Array.isArray(each) ? [Number(each[0]), Number(each[1])] : [Number(each ?? 0), Number(each ?? 0)];
}

/**
 * @param config the layer's settings, as tf.js names them
 * @param side 0: rows, 1: columns
 */
export function pooledSide(config: Readonly<Record<string, unknown>>, length: number, side: 0 | 1): PooledSide {
  const [window, stride] = [asPair(config.poolSize)[side], asPair(config.strides)[side]];
  const [before, ownAfter] = ends(config.padding, side);
  const room = length + before + ownAfter - window;
  let out = (config.ceilMode === true ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
  // Rounded up, the last window must still begin at a value, or in what was padded before it.
  if (config.ceilMode === true && (out - 1) * stride >= length + before) out--;
  const after = Math.max(0, (out - 1) * stride + window - length - before);
  return { out, window, stride, before, after, ownAfter };
}

/** How many cells each window divides by. @param countsPadding whether those count that the layer itself pads */
export function cellCounts({ out, window, stride, before, ownAfter }: PooledSide, length: number, countsPadding: boolean): number[] {
  const [first, end] = countsPadding ? [-before, length + ownAfter] : [0, length];
  return Array.from({ length: out }, (_, i) => Math.min(end, i * stride - before + window) - Math.max(first, i * stride - before));
}

/** The cells from the first on, up to but without the last, that an adaptive pooling takes together for each of its results. */
export function adaptiveWindows(length: number, out: number): (readonly [from: number, to: number])[] {
  return Array.from({ length: out }, (_, i) => [Math.floor((i * length) / out), Math.ceil(((i + 1) * length) / out)] as const);
}
