/**
 * Antialiased resizing, bit for bit as Pillow's `Image.resize(size, BILINEAR, box)` does it: the models that people bring were trained on
 * images shrunk this way, and a resize without antialiasing changes what a network sees.
 *
 * A filter, widened by the reduction factor when shrinking; rows and columns one after the other, columns first, with 8-bit values in
 * between; weights normalised where the filter reaches over the border, then rounded to integers of 22 bits after the point, as Pillow's
 * `Resample.c` does.
 */
import type { AxisPlacement, Placement, Size } from './geometry.ts';

/** 8-bit RGBA, row-major. */
export interface Pixels extends Size {
  readonly data: Uint8ClampedArray;
}

export const RESAMPLINGS = ['bilinear', 'bicubic'] as const;
export type Resampling = (typeof RESAMPLINGS)[number];

interface Filter {
  /** Where it ends, in pixels on either side. */
  readonly support: number;
  at(x: number): number;
}

function bicubicAt(x: number): number {
  const a = -0.5;
  const distance = Math.abs(x);
  if (distance < 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * a : 0;
}

const FILTERS: Readonly<Record<Resampling, Filter>> = {
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, at: bicubicAt },
};

/** Eight bits are for the value, two for what a filter overshoots. */
const PRECISION_BITS = 32 - 8 - 2;
const ONE = 1 << PRECISION_BITS;
const HALF = 1 << (PRECISION_BITS - 1);

/** For each target position: where its source samples start, and their weights. */
interface FilterTaps {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `[positions, width]`, in units of `1 / ONE`. */
  readonly weights: Int32Array;
  readonly width: number;
}

/**
 * @param sourceLength pixels along this axis
 * @param targetLength pixels of the input along this axis; those on bars get no samples
 */
function filterTaps(sourceLength: number, placement: AxisPlacement, targetLength: number, filter: Filter): FilterTaps {
  const { length, offset } = placement;
  // Pillow keeps the box in single precision.
  const from = Math.fround(placement.from);
  const scale = Math.fround(Math.fround(placement.to) - from) / length;
  const widening = Math.max(scale, 1);
  const support = filter.support * widening;
  const width = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(targetLength);
  const counts = new Int32Array(targetLength);
  const weights = new Int32Array(targetLength * width);
  const exact = new Float64Array(width);
  for (let target = 0; target < targetLength; target++) {
    const position = target + offset;
    if (position < 0 || position >= length) continue;
    const centre = from + (position + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(sourceLength, Math.trunc(centre + support + 0.5)) - start;
    let sum = 0;
    for (let tap = 0; tap < count; tap++) {
      const weight = filter.at((tap + start - centre + 0.5) * (1 / widening));
      exact[tap] = weight;
      sum += weight;
    }
    starts[target] = start;
    counts[target] = count;
    for (let tap = 0; tap < count; tap++) {
      const weight = ((exact[tap] ?? 0) / sum) * ONE;
      weights[target * width + tap] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5);
    }
  }
  return { starts, counts, weights, width };
}

/**
 * The image as it is placed on a target. Bars are transparent black.
 *
 * @returns RGBA, row-major; all four channels are filtered alike
 */
export function resizeAntialiased(source: Pixels, placement: Placement, target: Size, resampling: Resampling): Uint8ClampedArray {
  const filter = FILTERS[resampling];
  const columns = filterTaps(source.width, placement.horizontal, target.width, filter);
  const rows = filterTaps(source.height, placement.vertical, target.height, filter);
  const across = filtered(source.data, columns, { lines: source.height, lineStep: source.width, step: 1 });
  return filtered(across, rows, { lines: target.width, lineStep: 1, step: target.width });
}

/** Where pixels lie that are filtered along one axis: the same for source and target, but for the distance of lines across. */
interface Lines {
  readonly lines: number;
  /** From one line to the next in the source, in pixels. */
  readonly lineStep: number;
  /** From one pixel of a line to the next. */
  readonly step: number;
}

/** Filters each line: `[lines, length]` to `[lines, positions]`, or the same with both axes swapped. */
function filtered(
  data: Uint8ClampedArray,
  { starts, counts, weights, width }: FilterTaps,
  { lines, lineStep, step }: Lines,
): Uint8ClampedArray {
  const positions = starts.length;
  const targetLineStep = step === 1 ? positions : lineStep;
  const result = new Uint8ClampedArray(lines * positions * 4);
  for (let line = 0; line < lines; line++) {
    for (let position = 0; position < positions; position++) {
      const count = counts[position] ?? 0;
      if (count === 0) continue;
      let from = (line * lineStep + (starts[position] ?? 0) * step) * 4;
      let r = HALF;
      let g = HALF;
      let b = HALF;
      let a = HALF;
      for (let tap = 0; tap < count; tap++, from += step * 4) {
        const weight = weights[position * width + tap] ?? 0;
        r += weight * (data[from] ?? 0);
        g += weight * (data[from + 1] ?? 0);
        b += weight * (data[from + 2] ?? 0);
        a += weight * (data[from + 3] ?? 0);
      }
      const at = (line * targetLineStep + position * step) * 4;
      result[at] = r >> PRECISION_BITS;
      result[at + 1] = g >> PRECISION_BITS;
      result[at + 2] = b >> PRECISION_BITS;
      result[at + 3] = a >> PRECISION_BITS;
    }
  }
  return result;
}
