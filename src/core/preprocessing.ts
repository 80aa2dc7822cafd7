import type { Fit } from './geometry.ts';

/**
 * How a picture's 8-bit RGB values become the network's input: `(value * scale - mean) / deviation` for each channel, in the order
 * that `channels` names. `mean` and `deviation` are given in that same order.
 */
export interface Preprocessing {
  readonly channels: 'rgb' | 'bgr';
  readonly scale: number;
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
  readonly fit: Fit;
}

/** ImageNet's statistics over RGB / 255, as torchvision and `keras.applications.densenet` use them. */
export const TORCH_PREPROCESSING: Preprocessing = {
  channels: 'rgb',
  scale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
  fit: 'squeeze',
};
