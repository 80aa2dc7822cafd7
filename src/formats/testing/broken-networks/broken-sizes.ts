/** Numbers that contradict the weights, or would fill the memory. */

import { layerOf, networkAround, soundNetwork } from '../sound-network.ts';
import { type Fault, middle, setting, weightsOf } from './network-fault.ts';

export const HUGE = 2_000_000_000;

export const BROKEN_SIZES: readonly Fault[] = [
  ['filters that contradict its weights', setting('conv', { filters: 5 })],
  ['a kernel size that contradicts its weights', setting('conv', { kernel_size: [5, 5] })],
  ['units that contradict its weights', setting('scores', { units: 4 })],
  ['two billion units', setting('scores', { units: HUGE })],
  ['two billion filters', setting('conv', { filters: HUGE })],
  ['a kernel of a billion pixels', setting('conv', { kernel_size: [1_000_000, 1_000_000] })],
  ['negative filters', setting('conv', { filters: -4 })],
  ['half a filter', setting('conv', { filters: 4.5 })],
  ['filters that are a text', setting('conv', { filters: 'four' })],
  ['filters that are null', setting('conv', { filters: null })],
  ['endless filters', JSON.stringify(soundNetwork()).replace('"filters":4', '"filters":1e999')],
  ['a kernel size that is a text', setting('conv', { kernel_size: 'large' })],
  ['strides of nothing', setting('conv', { strides: [0, 0] })],
  ['negative strides', setting('conv', { strides: [-1, -1] })],
  ['strides that are a text', setting('conv', { strides: 'long' })],
  ['an odd padding', setting('conv', { padding: 'around' })],
  ['dilation of nothing', setting('conv', { dilation_rate: [0, 0] })],
  [
    'a margin of a billion pixels',
    middle('ZeroPadding2D', {
      padding: [
        [HUGE, HUGE],
        [HUGE, HUGE],
      ],
    }),
  ],
  ['a margin of a hundred thousand pixels', middle('ZeroPadding2D', { padding: 100_000 })],
  ['a margin that is a text', middle('ZeroPadding2D', { padding: 'wide' })],
  [
    'a negative margin',
    middle('ZeroPadding2D', {
      padding: [
        [-8, -8],
        [-8, -8],
      ],
    }),
  ],
  [
    'a cut that leaves nothing',
    middle('Cropping2D', {
      cropping: [
        [6, 6],
        [6, 6],
      ],
    }),
  ],
  [
    'a cut that leaves less than nothing',
    middle('Cropping2D', {
      cropping: [
        [60, 60],
        [60, 60],
      ],
    }),
  ],
  ['an enlargement of a million times', middle('UpSampling2D', { size: [1_000_000, 1_000_000] })],
  ['pooling over nothing', middle('MaxPooling2D', { pool_size: [0, 0] })],
  ['pooling over more than there is', middle('AveragePooling2D', { pool_size: [500, 500], strides: [1, 1] })],
  [
    'a depthwise multiplier of a billion',
    middle('DepthwiseConv2D', { kernel_size: [3, 3], depth_multiplier: 1_000_000_000 }),
    weightsOf('middle', { depthwise_kernel: [3, 3, 4, 1], bias: [4] }),
  ],
  [
    'a slope for each of many values',
    networkAround(layerOf('UpSampling2D', 'larger', { size: [2000, 2000] }, 'norm'), layerOf('PReLU', 'slopes', {}, 'larger')),
    weightsOf('slopes', { alpha: [4] }),
  ],
  [
    'a normalisation of many values',
    networkAround(
      layerOf('UpSampling2D', 'larger', { size: [2000, 2000] }, 'norm'),
      layerOf('LayerNormalization', 'many', { axis: [1, 2, 3] }, 'larger'),
    ),
    weightsOf('many', { gamma: [4], beta: [4] }),
  ],
  [
    'a matrix of many values',
    networkAround(
      layerOf('UpSampling2D', 'larger', { size: [500, 500] }, 'norm'),
      layerOf('Flatten', 'flat', {}, 'larger'),
      layerOf('Dense', 'many', { units: 1_000_000 }, 'flat'),
      layerOf('Reshape', 'grid', { target_shape: [10, 10, 10_000] }, 'many'),
    ),
    weightsOf('many', { kernel: [4, 4], bias: [4] }),
  ],
  ['a shape that does not fit', middle('Reshape', { target_shape: [1_000_000, 1_000_000] })],
  ['a shape that is a text', middle('Reshape', { target_shape: 'square' })],
  ['axes that are not there', middle('Permute', { dims: [7, 8, 9] })],
  [
    'a sum of different shapes',
    networkAround(layerOf('MaxPooling2D', 'smaller', { pool_size: 2 }, 'norm'), layerOf('Add', 'sum', {}, 'norm', 'smaller')),
  ],
  [
    'a joint of different shapes',
    networkAround(
      layerOf('MaxPooling2D', 'smaller', { pool_size: 2 }, 'norm'),
      layerOf('Concatenate', 'joint', { axis: -1 }, 'norm', 'smaller'),
    ),
  ],
  ['a joint along an axis that is not there', networkAround(layerOf('Concatenate', 'joint', { axis: 9 }, 'norm', 'conv'))],
  ['a sum of one', middle('Add')],
  ['constants of other channels', middle('Normalization', { axis: -1, mean: [1, 2], variance: [1, 2] })],
  ['scales of other channels', middle('Rescaling', { scale: [1, 2, 3, 4, 5, 6, 7] })],
];
