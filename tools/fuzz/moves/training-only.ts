/** Layers that only act in training. */
import type { Config } from '../network.ts';
import { gridOf, type Move } from './move.ts';

const leftAlone =
  (kind: string, settings: Config): Move =>
  (builder, x) =>
    builder.apply(kind, settings, [x]);

/** Augmentations take images. */
const augmentation =
  (kind: string, settings: Config): Move =>
  (builder, x) => {
    gridOf(x);
    return builder.apply(kind, settings, [x]);
  };

export const TRAINING_MOVES = {
  ActivityRegularization: leftAlone('ActivityRegularization', { l1: 0.1, l2: 0.1 }),
  AlphaDropout: leftAlone('AlphaDropout', { rate: 0.3 }),
  AugMix: augmentation('AugMix', { value_range: [0, 255] }),
  Dropout: leftAlone('Dropout', { rate: 0.5, seed: null, noise_shape: null }),
  GaussianDropout: leftAlone('GaussianDropout', { rate: 0.3 }),
  GaussianNoise: leftAlone('GaussianNoise', { stddev: 0.3 }),
  Identity: leftAlone('Identity', {}),
  RandAugment: augmentation('RandAugment', { value_range: [0, 255] }),
  RandomBrightness: augmentation('RandomBrightness', { factor: 0.2 }),
  RandomColorDegeneration: augmentation('RandomColorDegeneration', { factor: 0.2 }),
  RandomColorJitter: augmentation('RandomColorJitter', { value_range: [0, 255] }),
  RandomContrast: augmentation('RandomContrast', { factor: 0.2 }),
  RandomErasing: augmentation('RandomErasing', { factor: 1 }),
  RandomFlip: augmentation('RandomFlip', { mode: 'horizontal' }),
  RandomGaussianBlur: augmentation('RandomGaussianBlur', { factor: 1 }),
  RandomGrayscale: augmentation('RandomGrayscale', { factor: 0.5 }),
  RandomHeight: augmentation('RandomHeight', { factor: 0.2 }),
  RandomHue: augmentation('RandomHue', { factor: 0.2 }),
  RandomInvert: augmentation('RandomInvert', { factor: 0.5 }),
  RandomPerspective: augmentation('RandomPerspective', { factor: 0.5 }),
  RandomPosterization: augmentation('RandomPosterization', { factor: 4 }),
  RandomRotation: augmentation('RandomRotation', { factor: 0.2, fill_mode: 'reflect' }),
  RandomSaturation: augmentation('RandomSaturation', { factor: 0.2 }),
  RandomSharpness: augmentation('RandomSharpness', { factor: 0.2 }),
  RandomShear: augmentation('RandomShear', { x_factor: 0.2 }),
  RandomTranslation: augmentation('RandomTranslation', { height_factor: 0.2, width_factor: 0.2 }),
  RandomWidth: augmentation('RandomWidth', { factor: 0.2 }),
  RandomZoom: augmentation('RandomZoom', { height_factor: 0.2 }),
  SpatialDropout2D: augmentation('SpatialDropout2D', { rate: 0.3 }),
  StochasticDepth: leftAlone('StochasticDepth', { drop_path_rate: 0.2 }),
} as const satisfies Readonly<Record<string, Move>>;
