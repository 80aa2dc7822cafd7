import { describe, expect, it } from 'vitest';
import { normalisationId } from '../../core/images/preprocessing.ts';
import type { JsonObject } from '../json.ts';
import type { Json } from '../network/artifacts.ts';
import { guessPreprocessing } from './guess-preprocessing.ts';
import type { WeightOf } from './own-scaling.ts';

function layer(kind: string, name: string, config: JsonObject = {}, ...takes: readonly string[]): JsonObject {
  const calls: Json = takes.length > 0 ? [takes.map((taken): Json => [taken, 0, 0, {}])] : [];
  return { class_name: kind, name, config: { name, ...config }, inbound_nodes: calls };
}

const IMAGE = layer('InputLayer', 'image', { batch_input_shape: [null, 8, 8, 3] });
const CONV = layer('Conv2D', 'conv');

function guessOf(first: readonly JsonObject[], weightOf?: WeightOf) {
  const topology = { class_name: 'Functional', config: { name: 'net', layers: [IMAGE, ...first, CONV] } };
  const guess = guessPreprocessing(topology, undefined, weightOf);
  return { id: normalisationId(guess.preprocessing), because: guess.because };
}

const scaled = (scale: Json, offset: Json) => [layer('Rescaling', 'scale', { scale, offset }, 'image')];

/** As torchvision's GoogLeNet and Inception turn ImageNet's statistics into -1 to 1, channel by channel. */
const TRANSFORM_INPUT = [
  ...[0, 1, 2].flatMap((channel) => [
    layer('Slice', `slice${channel}`, { slices: [[null, null, 1], channel] }, 'image'),
    layer('Rescaling', `scale${channel}`, { scale: 0.45, offset: [-0.03, -0.088, -0.188][channel] ?? 0 }, `slice${channel}`),
  ]),
  layer('Concatenate', 'all', { axis: -1 }, 'scale0', 'scale1', 'scale2'),
];

describe('a network that scales its images itself', () => {
  it.each([
    ['to 0 to 1', scaled(1 / 255, 0), 'none'],
    ['to -1 to 1', scaled(1 / 127.5, -1), 'none'],
    ['less ImageNet’s mean', scaled(1, [-123.68, -116.78, -103.94]), 'none'],
    ['by ImageNet’s mean and std, of 0 to 255', scaled([0.01712, 0.01751, 0.01743], [-2.118, -2.036, -1.804]), 'none'],
    ['by ImageNet’s mean and std, of 0 to 1', scaled([4.367, 4.464, 4.444], [-2.118, -2.036, -1.804]), 'unit'],
    ['from 0 to 1 to -1 to 1', scaled(2, -1), 'unit'],
    ['from 0 to 1 to 0 to 255', scaled(255, 0), 'unit'],
    ['by the std alone, of 0 to 1', scaled([4.367, 4.464, 4.444], 0), 'unit'],
    ['in two steps', [...scaled(1 / 255, 0), layer('Rescaling', 'more', { scale: 4.4, offset: -2 }, 'scale')], 'none'],
    ['from ImageNet’s statistics to -1 to 1', TRANSFORM_INPUT, 'torch'],
  ])('gets the values that it makes usual ones of: %s', (_what, first, id) => {
    expect(guessOf(first)).toEqual({ id, because: 'scales its images itself' });
  });

  it('of one channel, or three, the same', () => {
    const image = layer('InputLayer', 'image', { batch_input_shape: [null, 8, 8, 1] });
    const topology = { class_name: 'Functional', config: { name: 'net', layers: [image, ...scaled(2, -1), CONV] } };
    expect(normalisationId(guessPreprocessing(topology).preprocessing)).toBe('unit');
  });

  it('by statistics that are weights', () => {
    const weights: Readonly<Record<string, readonly number[]>> = { 'n/mean': [0.485, 0.456, 0.406], 'n/variance': [0.052, 0.05, 0.051] };
    expect(guessOf([layer('Normalization', 'n', {}, 'image')], (name) => weights[name] ?? null).id).toBe('unit');
  });
});

describe('a network that begins with a batch normalisation', () => {
  const first = [layer('BatchNormalization', 'bn', {}, 'image')];
  const trainedOn = (mean: readonly number[], std: number): WeightOf => {
    const weights: Readonly<Record<string, readonly number[]>> = { 'bn/moving_mean': mean, 'bn/moving_variance': mean.map(() => std ** 2) };
    return (name) => weights[name] ?? null;
  };

  it.each([
    ['none', [120, 115, 100], 65],
    ['unit', [0.48, 0.45, 0.4], 0.26],
    ['torch', [0.05, 0.02, -0.01], 1.1],
    ['tensorflow', [-0.04, -0.1, -0.2], 0.52],
  ] as const)('gets the values whose variance it holds: %s', (id, mean, std) => {
    expect(guessOf(first, trainedOn(mean, std))).toEqual({
      id,
      because: 'begins with a normalisation whose variance is that of such values',
    });
  });

  it('tells nothing before it was trained, or of values that no image has', () => {
    expect(guessOf(first, trainedOn([0, 0, 0], 1)).because).toBe('is of no known family');
    expect(guessOf(first, trainedOn([4, 4, 4], 9)).because).toBe('is of no known family');
    expect(guessOf(first).because).toBe('is of no known family');
  });
});
