import { expect, it } from 'vitest';
import { prepareInput } from './prepare-input.ts';
import { type Preprocessing, TORCH_PREPROCESSING } from './preprocessing.ts';

const PIXEL = { width: 1, height: 1, data: new Uint8ClampedArray([255, 128, 0, 255]) };
const SIZE = { width: 1, height: 1 };

it('scales, shifts and divides each channel by ImageNet’s statistics', () => {
  const [r, g, b] = prepareInput(PIXEL, SIZE, TORCH_PREPROCESSING);
  expect(r).toBeCloseTo((1 - 0.485) / 0.229, 5);
  expect(g).toBeCloseTo((128 / 255 - 0.456) / 0.224, 5);
  expect(b).toBeCloseTo((0 - 0.406) / 0.225, 5);
});

it('gives Caffe’s models blue first, with means in that order', () => {
  const caffe: Preprocessing = { channels: 'bgr', scale: 1, mean: [103.939, 116.779, 123.68], std: [1, 1, 1], fit: 'stretched' };
  const [b, g, r] = prepareInput(PIXEL, SIZE, caffe);
  expect(b).toBeCloseTo(0 - 103.939, 3);
  expect(g).toBeCloseTo(128 - 116.779, 3);
  expect(r).toBeCloseTo(255 - 123.68, 3);
});

it('lays what is transparent over white', () => {
  const plain: Preprocessing = { channels: 'rgb', scale: 1, mean: [0, 0, 0], std: [1, 1, 1], fit: 'stretched' };
  const clear = { width: 1, height: 1, data: new Uint8ClampedArray([10, 20, 30, 0]) };
  expect([...prepareInput(clear, SIZE, plain)]).toEqual([255, 255, 255]);
  const half = { width: 1, height: 1, data: new Uint8ClampedArray([0, 100, 200, 51]) };
  expect([...prepareInput(half, SIZE, plain)]).toEqual([204, 224, 244]);
});
