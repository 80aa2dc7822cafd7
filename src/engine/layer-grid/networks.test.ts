/** Ways in which layers meet: joined, broadcast, used again, and inside of models. */
import type { Json } from '../../formats/network/artifacts.ts';
import { checkGrid } from '../testing/check-grid.ts';
import { chain, functional, INPUT, layer, network } from '../testing/grid-case.ts';

const MERGES = ['Add', 'Average', 'Maximum', 'Minimum', 'Multiply', 'Subtract'];

const convolution = (name: string, from: string, filters = 3): Json =>
  layer('Conv2D', name, { filters, kernel_size: [3, 3], padding: 'same' }, from);

/** A model used as a layer, which knows what goes in. */
function nested(name: string, from: string): Json {
  const { class_name: kind, config } = functional(
    name,
    [convolution('inner', 'image', 4), layer('Add', 'sum', {}, ['inner', 'inner'])],
    'sum',
    INPUT,
  );
  return { class_name: kind, name, config, inbound_nodes: [[[from, 0, 0, {}]]] };
}

/** One value for each channel, to scale them by. */
const excitation = (from: string): Json[] => [
  layer('GlobalAveragePooling2D', 'squeezed', {}, from),
  layer('Reshape', 'cell', { target_shape: [1, 1, 3] }, 'squeezed'),
  layer('Conv2D', 'gate', { filters: 3, kernel_size: [1, 1], activation: 'sigmoid' }, 'cell'),
];

await checkGrid('a network', [
  ...MERGES.flatMap((kind) => [
    network(`${kind} of two`, [convolution('a', 'image'), convolution('b', 'image'), layer(kind, 'out', {}, ['a', 'b'])], {
      isOnWebGpu: kind === 'Maximum',
    }),
    network(
      `${kind} of a map and one value per channel`,
      [convolution('a', 'image'), ...excitation('a'), layer(kind, 'out', {}, ['a', 'gate'])],
      {
        isOnWebGpu: kind === 'Maximum' || kind === 'Multiply',
      },
    ),
    network(`${kind} of one value per channel and a map`, [
      convolution('a', 'image'),
      ...excitation('a'),
      layer(kind, 'out', {}, ['gate', 'a']),
    ]),
    network(`${kind} of a map and one channel`, [
      convolution('a', 'image'),
      convolution('b', 'image', 1),
      layer(kind, 'out', {}, ['a', 'b']),
    ]),
  ]),
  ...MERGES.slice(0, 5).map((kind) =>
    network(`${kind} of three`, [convolution('a', 'image'), convolution('b', 'image'), layer(kind, 'out', {}, ['a', 'image', 'b'])]),
  ),
  network('Add of a layer to itself', [convolution('a', 'image'), layer('Add', 'out', {}, ['a', 'a'])]),
  network('Multiply of a layer by itself', [convolution('a', 'image'), layer('Multiply', 'out', {}, ['a', 'a'])]),
  ...[-1, 3].map((axis) =>
    network(
      `Concatenate of channels, axis ${axis}`,
      [convolution('a', 'image', 2), convolution('b', 'image', 5), layer('Concatenate', 'out', { axis }, ['a', 'image', 'b'])],
      {
        isOnWebGpu: axis === 3,
      },
    ),
  ),
  network('Concatenate of rows', [
    layer(
      'Cropping2D',
      'a',
      {
        cropping: [
          [2, 1],
          [0, 0],
        ],
      },
      'image',
    ),
    layer('Concatenate', 'out', { axis: 1 }, ['a', 'image']),
  ]),
  network(
    'Concatenate of columns',
    [
      layer(
        'Cropping2D',
        'a',
        {
          cropping: [
            [0, 0],
            [1, 2],
          ],
        },
        'image',
      ),
      layer('Concatenate', 'out', { axis: -2 }, ['image', 'a']),
    ],
    {
      isOnWebGpu: true,
    },
  ),
  network('Concatenate of vectors', [
    layer('Flatten', 'a', {}, 'image'),
    layer('GlobalMaxPooling2D', 'b', {}, 'image'),
    layer('Concatenate', 'out', { axis: 1 }, ['b', 'a']),
  ]),
  network('a layer used three times', [
    layer(
      'Conv2D',
      'shared',
      { filters: 3, kernel_size: [3, 3], padding: 'same', activation: 'tanh' },
      ['image'],
      ['shared#0'],
      ['shared#1'],
    ),
    layer('Concatenate', 'out', { axis: -1 }, ['shared#0', 'shared#2']),
  ]),
  network('a normalisation used at two places', [
    convolution('a', 'image'),
    layer('BatchNormalization', 'shared', {}, ['image'], ['a']),
    layer('Add', 'out', {}, ['shared#0', 'shared#1']),
  ]),
  network('a model inside the model', [
    convolution('before', 'image'),
    nested('block', 'before'),
    layer('Conv2D', 'out', { filters: 2, kernel_size: [2, 2], strides: [2, 2] }, 'block#1'),
  ]),
  network('a dense block with a transition', [
    convolution('a', 'image', 4),
    layer('BatchNormalization', 'norm', {}, 'a'),
    layer('Activation', 'relu', { activation: 'relu' }, 'norm'),
    convolution('b', 'relu', 2),
    layer('Concatenate', 'joined', { axis: -1 }, ['a', 'b']),
    layer('Conv2D', 'squeezed', { filters: 3, kernel_size: [1, 1], use_bias: false }, 'joined'),
    layer('AveragePooling2D', 'out', { pool_size: [2, 2] }, 'squeezed'),
  ]),
  chain('an inverted residual', [
    ['Conv2D', { filters: 6, kernel_size: [1, 1], activation: 'relu6' }],
    [
      'ZeroPadding2D',
      {
        padding: [
          [0, 1],
          [0, 1],
        ],
      },
    ],
    ['DepthwiseConv2D', { kernel_size: [3, 3], strides: [2, 2], padding: 'valid' }],
    ['BatchNormalization'],
    ['Activation', { activation: 'hard_silu' }],
    ['Conv2D', { filters: 2, kernel_size: [1, 1] }],
  ]),
  chain('an encoder and decoder', [
    ['Conv2D', { filters: 4, kernel_size: [3, 3], strides: [2, 2], padding: 'same', activation: 'elu' }],
    ['MaxPooling2D', { pool_size: [2, 2], padding: 'same' }],
    ['Conv2DTranspose', { filters: 3, kernel_size: [3, 3], strides: [2, 2], padding: 'same' }],
    ['UpSampling2D', { size: [2, 2] }],
    ['Softmax', { axis: -1 }],
  ]),
  chain('channels shuffled as ShuffleNet does', [
    ['Conv2D', { filters: 6, kernel_size: [1, 1] }],
    ['Reshape', { target_shape: [7, 6, 2, 3] }],
    ['Permute', { dims: [1, 2, 4, 3] }],
    ['Reshape', { target_shape: [7, 6, 6] }],
    ['DepthwiseConv2D', { kernel_size: [3, 3] }],
  ]),
  chain('layers that act in training only', [
    ['Dropout', { rate: 0.5 }],
    ['SpatialDropout2D', { rate: 0.5 }],
    ['GaussianNoise', { stddev: 1 }],
    ['Conv2D', { filters: 2, kernel_size: [2, 2] }],
  ]),
]);
