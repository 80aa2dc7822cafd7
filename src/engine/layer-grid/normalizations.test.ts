/** Normalisations along every axis, and the fully connected layer at every rank. */
import { checkGrid } from '../testing/check-grid.ts';
import { chain, single } from '../testing/grid-case.ts';

const WITH_OR_WITHOUT = [{}, { scale: false }, { center: false }, { scale: false, center: false }] as const;

await checkGrid('a normalisation', [
  ...[-1, 3, 2, 1, -2, [3]].flatMap((axis) =>
    WITH_OR_WITHOUT.map((settings) => single('BatchNormalization', { axis, epsilon: 0.01, ...settings }, { isOnWebGpu: axis === 1 })),
  ),
  single('BatchNormalization'),
  chain('BatchNormalization of a vector', [['GlobalAveragePooling2D'], ['BatchNormalization', { axis: -1 }]]),
  chain('BatchNormalization of rows of values', [
    ['Reshape', { target_shape: [6, 21] }],
    ['BatchNormalization', { axis: 1 }],
  ]),
  ...[-1, 3, [3], 1, 2, [1, 2], [2, 3], [1, 2, 3], [-2, -1]].flatMap((axis) =>
    WITH_OR_WITHOUT.map((settings) =>
      single('LayerNormalization', { axis, epsilon: 0.001, ...settings }, { isOnWebGpu: Array.isArray(axis) && axis[0] === 2 }),
    ),
  ),
  single('LayerNormalization'),
  chain('LayerNormalization of a vector', [['Flatten'], ['LayerNormalization', { axis: -1 }]]),
  chain('LayerNormalization of large values', [
    ['Rescaling', { scale: 255, offset: 100 }],
    ['LayerNormalization', { axis: -1 }],
  ]),
  ...[-1, 1, 2, 3].map((groups) =>
    chain(
      `GroupNormalization in ${groups} groups`,
      [
        ['Conv2D', { filters: 6, kernel_size: [1, 1] }],
        ['GroupNormalization', { groups, epsilon: 0.001 }],
      ],
      { isOnWebGpu: groups === 2 },
    ),
  ),
  ...WITH_OR_WITHOUT.map((settings) => single('GroupNormalization', { groups: 3, axis: -1, ...settings })),
  ...[-1, [-1], 1, [1, 2], [1, 2, 3]].map((axis) => single('UnitNormalization', { axis })),
  ...[1, 2, 3, 4, 5].map((size) =>
    chain(
      `LocalResponseNormalization of ${size} channels`,
      [
        ['Conv2D', { filters: 6, kernel_size: [1, 1] }],
        ['LocalResponseNormalization', { size, alpha: 0.8, beta: 0.75, bias: 2 }],
      ],
      { isOnWebGpu: size === 2 },
    ),
  ),
  single('Normalization', { axis: [-1] }),
  single('Normalization', { axis: -1, mean: [0.3, 0.1, -0.2], variance: [0.4, 2, 1e-20] }),
  single('Rescaling', { scale: 0.5, offset: -1 }),
  single('Rescaling', { scale: [0.5, 2, -1], offset: [0, 1, -1] }),
  single('Rescaling', { scale: 2, offset: [0, 1, -1] }),
]);

await checkGrid('a fully connected layer', [
  chain('of a vector', [['Flatten'], ['Dense', { units: 4 }]], { isOnWebGpu: true }),
  chain('of a vector, without bias', [['GlobalAveragePooling2D'], ['Dense', { units: 4, use_bias: false }]]),
  chain('of one unit', [['GlobalAveragePooling2D'], ['Dense', { units: 1 }]]),
  chain('of every cell', [['Dense', { units: 4, activation: 'relu' }]], { isOnWebGpu: true }),
  chain('of rows of values', [
    ['Reshape', { target_shape: [6, 21] }],
    ['Dense', { units: 4, activation: 'tanh' }],
  ]),
  chain('after another', [['Flatten'], ['Dense', { units: 5, activation: 'elu' }], ['Dropout', { rate: 0.5 }], ['Dense', { units: 3 }]]),
]);
