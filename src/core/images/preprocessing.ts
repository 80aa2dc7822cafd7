import type { Fit } from './geometry.ts';
import type { Resampling } from './resize.ts';

/** Which values of a pixel a network gets, in this order. `grey` is luminance. */
export type ChannelOrder = 'grey' | 'rgb' | 'bgr' | 'rgba' | 'bgra';

/** How many channels networks take of an image. */
export const CHANNEL_COUNTS = [1, 3, 4] as const;
export type ChannelCount = (typeof CHANNEL_COUNTS)[number];

/** The usual order first. */
const ORDERS: Readonly<Record<ChannelCount, readonly ChannelOrder[]>> = { 1: ['grey'], 3: ['rgb', 'bgr'], 4: ['rgba', 'bgra'] };

export function channelOrders(count: ChannelCount): readonly ChannelOrder[] {
  return ORDERS[count];
}

export function channelCount(order: ChannelOrder): ChannelCount {
  if (order === 'grey') return 1;
  return order === 'rgb' || order === 'bgr' ? 3 : 4;
}

/** An order from something that may be anything. */
export function asChannelOrder(value: unknown): ChannelOrder | null {
  return (
    Object.values(ORDERS)
      .flat()
      .find((order) => order === value) ?? null
  );
}

/** What is done to an image's values. */
export interface Normalisation {
  readonly channels: ChannelOrder;
  readonly scale: number;
  /** `[channels]` */
  readonly mean: readonly number[];
  /** `[channels]` */
  readonly std: readonly number[];
}

/**
 * How an image's 8-bit values become the network's input: `(value * scale - mean) / std` for each channel, in the order
 * that `channels` names. `mean` and `std` are given in that same order.
 */
export interface Preprocessing extends Normalisation {
  readonly fit: Fit;
  /** Left out: bilinear. */
  readonly resampling?: Resampling;
}

export type NormalisationId = 'torch' | 'caffe' | 'tensorflow' | 'unit' | 'none';

export interface NormalisationInfo extends Normalisation {
  readonly id: NormalisationId;
  readonly title: string;
}

/** The ways in which images are commonly prepared. */
export const NORMALISATIONS: readonly NormalisationInfo[] = [
  {
    id: 'torch',
    title: 'Torch: ImageNet’s mean and std',
    channels: 'rgb',
    scale: 1 / 255,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  },
  {
    id: 'caffe',
    title: 'Caffe: BGR less ImageNet’s mean',
    channels: 'bgr',
    scale: 1,
    mean: [103.939, 116.779, 123.68],
    std: [1, 1, 1],
  },
  { id: 'tensorflow', title: 'TensorFlow: −1 to 1', channels: 'rgb', scale: 1 / 127.5, mean: [1, 1, 1], std: [1, 1, 1] },
  { id: 'unit', title: '0 to 1', channels: 'rgb', scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] },
  { id: 'none', title: 'None: 0 to 255', channels: 'rgb', scale: 1, mean: [0, 0, 0], std: [1, 1, 1] },
];

/** Those with one mean for all channels, for another number of channels. */
function withChannels(known: NormalisationInfo, count: ChannelCount): NormalisationInfo | null {
  if (count === 3) return known;
  const [order] = channelOrders(count);
  const [mean = 0, ...otherMeans] = known.mean;
  const [std = 1] = known.std;
  if (!order || otherMeans.some((other) => other !== mean)) return null;
  return { ...known, channels: order, mean: new Array(count).fill(mean), std: new Array(count).fill(std) };
}

/** The ways that make sense for so many channels: ImageNet's statistics are of three. */
export function normalisationsFor(count: ChannelCount): readonly NormalisationInfo[] {
  return NORMALISATIONS.flatMap((known) => withChannels(known, count) ?? []);
}

/** For a number of channels that the way is not for: values from 0 to 1. */
export function normalisationOf(id: NormalisationId, count: ChannelCount = 3): Normalisation {
  const known = normalisationsFor(count);
  const found = known.find((candidate) => candidate.id === id) ?? known.find((candidate) => candidate.id === 'unit');
  const { channels, scale, mean, std } = found ?? (NORMALISATIONS[0] as NormalisationInfo);
  return { channels, scale, mean, std };
}

function isNear(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => Math.abs(value - (b[i] ?? Number.NaN)) <= 1e-6 * Math.max(1, Math.abs(value)));
}

/** Which of the common ways this is; null for one of somebody's own. */
export function normalisationId({ channels, scale, mean, std }: Normalisation): NormalisationId | null {
  const same = normalisationsFor(channelCount(channels)).find(
    (known) => known.channels === channels && isNear([known.scale, ...known.mean, ...known.std], [scale, ...mean, ...std]),
  );
  return same?.id ?? null;
}

export function isSamePreprocessing(a: Preprocessing, b: Preprocessing): boolean {
  const numbers = ({ scale, mean, std }: Preprocessing) => [scale, ...mean, ...std].join();
  const resampling = ({ resampling: own = 'bilinear' }: Preprocessing) => own;
  return a === b || (a.channels === b.channels && a.fit === b.fit && resampling(a) === resampling(b) && numbers(a) === numbers(b));
}

/** As torchvision and `keras.applications.densenet` prepare images. */
export const TORCH_PREPROCESSING: Preprocessing = { ...normalisationOf('torch'), fit: 'stretched' };
