import type { Fit } from './geometry.ts';

/** What is done to a picture's values. */
export interface Normalisation {
  readonly channels: 'rgb' | 'bgr';
  readonly scale: number;
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

/**
 * How a picture's 8-bit RGB values become the network's input: `(value * scale - mean) / deviation` for each channel, in the order
 * that `channels` names. `mean` and `deviation` are given in that same order.
 */
export interface Preprocessing extends Normalisation {
  readonly fit: Fit;
}

export type NormalisationId = 'torch' | 'caffe' | 'tensorflow' | 'unit' | 'none';

export interface NormalisationInfo extends Normalisation {
  readonly id: NormalisationId;
  readonly title: string;
}

/** The ways in which pictures are commonly prepared. */
export const NORMALISATIONS: readonly NormalisationInfo[] = [
  {
    id: 'torch',
    title: 'Torch: ImageNet’s mean and deviation',
    channels: 'rgb',
    scale: 1 / 255,
    mean: [0.485, 0.456, 0.406],
    deviation: [0.229, 0.224, 0.225],
  },
  {
    id: 'caffe',
    title: 'Caffe: BGR less ImageNet’s mean',
    channels: 'bgr',
    scale: 1,
    mean: [103.939, 116.779, 123.68],
    deviation: [1, 1, 1],
  },
  { id: 'tensorflow', title: 'TensorFlow: −1 to 1', channels: 'rgb', scale: 1 / 127.5, mean: [1, 1, 1], deviation: [1, 1, 1] },
  { id: 'unit', title: '0 to 1', channels: 'rgb', scale: 1 / 255, mean: [0, 0, 0], deviation: [1, 1, 1] },
  { id: 'none', title: 'None: 0 to 255', channels: 'rgb', scale: 1, mean: [0, 0, 0], deviation: [1, 1, 1] },
];

export function normalisationOf(id: NormalisationId): Normalisation {
  const { channels, scale, mean, deviation } = NORMALISATIONS.find((known) => known.id === id) ?? (NORMALISATIONS[0] as NormalisationInfo);
  return { channels, scale, mean, deviation };
}

function isNear(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, i) => Math.abs(value - (b[i] ?? Number.NaN)) <= 1e-6 * Math.max(1, Math.abs(value)));
}

/** Which of the common ways this is; null for one of somebody's own. */
export function normalisationId({ channels, scale, mean, deviation }: Normalisation): NormalisationId | null {
  const same = NORMALISATIONS.find(
    (known) => known.channels === channels && isNear([known.scale, ...known.mean, ...known.deviation], [scale, ...mean, ...deviation]),
  );
  return same?.id ?? null;
}

export function isSamePreprocessing(a: Preprocessing, b: Preprocessing): boolean {
  const numbers = ({ scale, mean, deviation }: Preprocessing) => [scale, ...mean, ...deviation].join();
  return a === b || (a.channels === b.channels && a.fit === b.fit && numbers(a) === numbers(b));
}

/** As torchvision and `keras.applications.densenet` prepare pictures. */
export const TORCH_PREPROCESSING: Preprocessing = { ...normalisationOf('torch'), fit: 'squeeze' };
