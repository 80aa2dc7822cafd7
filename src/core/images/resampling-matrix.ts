/**
 * Resizing along one axis as TensorFlow's `tf.image.resize` does it, as a matrix: `[target, source]`, to be multiplied with the values.
 *
 * For layers that resize inside of a network. How images are fitted before they get there is another matter (`resize.ts`).
 */

/** A kernel, as a function of the distance in source positions. */
interface Kernel {
  /** Where it ends on either side. */
  readonly radius: number;
  at(distance: number): number;
}

function lanczos(radius: number): Kernel {
  const at = (x: number) => {
    if (x > radius) return 0;
    if (x <= 1e-3) return 1;
    return (radius * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / radius)) / (Math.PI * x) ** 2;
  };
  return { radius, at };
}

/** Keys, *Cubic convolution interpolation for digital image processing* (1981). */
function keysCubic(x: number): number {
  if (x >= 2) return 0;
  return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1;
}

/** Mitchell & Netravali, *Reconstruction filters in computer graphics* (1988). */
function mitchellCubic(x: number): number {
  if (x >= 2) return 0;
  return x >= 1 ? (((-7 / 18) * x + 2) * x - 10 / 3) * x + 16 / 9 : ((7 / 6) * x - 2) * x * x + 8 / 9;
}

/** Those that are widened when shrinking with antialiasing. */
const KERNELS = {
  bilinear: { radius: 1, at: (x) => Math.max(0, 1 - x) },
  bicubic: { radius: 2, at: keysCubic },
  gaussian: { radius: 1.5, at: (x) => (x >= 1.5 ? 0 : Math.exp(-2 * x * x)) },
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
  mitchellcubic: { radius: 2, at: mitchellCubic },
} as const satisfies Readonly<Record<string, Kernel>>;

export const INTERPOLATIONS = ['bilinear', 'nearest', 'bicubic', 'area', 'lanczos3', 'lanczos5', 'gaussian', 'mitchellcubic'] as const;
type Interpolation = (typeof INTERPOLATIONS)[number];

/** Which source position a target position is at: by pixels' centres, by their first edges, or so that the corners fall on each other. */
export const ALIGNMENTS = ['half-pixel', 'edges', 'corners'] as const;
type Alignment = (typeof ALIGNMENTS)[number];

export interface Resampling {
  readonly interpolation: Interpolation;
  readonly isAntialiased: boolean;
  readonly alignment: Alignment;
}

/** The weights of one row: by source position, those that are not zero. */
type Taps = readonly (readonly [position: number, weight: number])[];

const { fround } = Math;

/** In single precision, as TensorFlow has it: which of two pixels is the nearest depends on it. */
function scaleOf(source: number, target: number, alignment: Alignment): number {
  return alignment === 'corners' && target > 1 ? fround((source - 1) / (target - 1)) : fround(source / target);
}

function placeOf(i: number, scale: number, alignment: Alignment): number {
  return alignment === 'half-pixel' ? fround(fround(i + 0.5) * scale) : fround(i * scale);
}

function nearest(i: number, source: number, scale: number, alignment: Alignment): Taps {
  const place = placeOf(i, scale, alignment);
  return [[Math.min(source - 1, alignment === 'corners' ? Math.floor(place + 0.5) : Math.floor(place)), 1]];
}

function linear(i: number, source: number, scale: number, alignment: Alignment): Taps {
  const place = placeOf(i, scale, alignment) - (alignment === 'half-pixel' ? 0.5 : 0);
  const share = place - Math.floor(place);
  return [
    [Math.max(0, Math.floor(place)), 1 - share],
    [Math.min(source - 1, Math.ceil(place)), share],
  ];
}

/** The share of each source pixel under a target pixel. */
function area(i: number, source: number, scale: number): Taps {
  const [from, to] = [i * scale, (i + 1) * scale];
  const first = Math.floor(from);
  return Array.from({ length: Math.ceil(to) - first }, (_, k) => {
    const covered = Math.min(to, first + k + 1) - Math.max(from, first + k);
    return [Math.min(source - 1, first + k), covered / scale] as const;
  });
}

/** Positions within a pixel, on which TensorFlow rounds for its bicubic interpolation. */
const CUBIC_STEPS = 1024;

/** Without antialiasing: four pixels, those over the border left out. */
function cubic(i: number, source: number, scale: number): Taps {
  const place = placeOf(i, scale, 'half-pixel') - 0.5;
  const first = Math.floor(place) - 1;
  const share = Math.round((place - Math.floor(place)) * CUBIC_STEPS) / CUBIC_STEPS;
  return normalised(
    Array.from({ length: 4 }, (_, k) => [first + k, keysCubic(Math.abs(k - 1 - share))] as const),
    source,
  );
}

function normalised(taps: Taps, source: number): Taps {
  const inside = taps.filter(([position]) => position >= 0 && position < source);
  const sum = inside.reduce((total, [, weight]) => total + weight, 0);
  return inside.map(([position, weight]) => [position, weight / sum]);
}

function smooth(i: number, source: number, scale: number, kernel: Kernel, isAntialiased: boolean): Taps {
  const place = (i + 0.5) * scale;
  const widening = isAntialiased ? Math.max(scale, 1) : 1;
  const first = Math.max(0, Math.ceil(place - kernel.radius * widening - 0.5));
  const last = Math.min(source - 1, Math.floor(place + kernel.radius * widening - 0.5));
  const length = Math.max(0, last - first + 1);
  const taps = Array.from({ length }, (_, k) => [first + k, kernel.at(Math.abs(first + k + 0.5 - place) / widening)] as const);
  return normalised(taps, source);
}

function tapsOf(i: number, source: number, scale: number, { interpolation, isAntialiased, alignment }: Resampling): Taps {
  switch (interpolation) {
    case 'nearest':
      return nearest(i, source, scale, alignment);
    case 'area':
      return area(i, source, scale);
    case 'bilinear':
      return isAntialiased ? smooth(i, source, scale, KERNELS.bilinear, true) : linear(i, source, scale, alignment);
    case 'bicubic':
      return isAntialiased ? smooth(i, source, scale, KERNELS.bicubic, true) : cubic(i, source, scale);
    default:
      return smooth(i, source, scale, KERNELS[interpolation], isAntialiased);
  }
}

/** Where the source lies within what is resized: a part of it was cropped away, or its surroundings were added. */
export interface Window {
  readonly from: number;
  readonly length: number;
}

/**
 * @param source how many values there are
 * @param target how many there are to be
 * @param window what is resized; positions outside of the source have no weight
 * @returns `[target, source]`
 */
export function resamplingMatrix(source: number, target: number, window: Window, resampling: Resampling): Float32Array {
  const matrix = new Float32Array(target * source);
  const scale = scaleOf(window.length, target, resampling.alignment);
  for (let i = 0; i < target; i++) {
    for (const [position, weight] of tapsOf(i, window.length, scale, resampling)) {
      const at = window.from + position;
      if (at >= 0 && at < source) matrix[i * source + at] = (matrix[i * source + at] ?? 0) + weight;
    }
  }
  return matrix;
}
