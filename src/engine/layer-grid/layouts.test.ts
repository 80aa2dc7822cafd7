/** Layers that move values, cut them off, repeat or enlarge them. */
import { checkGrid } from '../testing/check-grid.ts';
import { chain, single } from '../testing/grid-case.ts';

const MARGINS = [
  2,
  [1, 2],
  [
    [1, 0],
    [0, 2],
  ],
  [
    [0, 2],
    [1, 1],
  ],
  [
    [0, 0],
    [0, 0],
  ],
] as const;

const ORDERS = [
  [2, 1, 3],
  [3, 1, 2],
  [1, 3, 2],
  [3, 2, 1],
  [2, 3, 1],
  [1, 2, 3],
] as const;

await checkGrid('a layout', [
  single('Flatten', {}, { isOnWebGpu: true }),
  ...[[126], [6, 7, 3], [3, 42], [2, 3, 7, 3], [-1], [6, -1, 3], [-1, 21]].map((target) => single('Reshape', { target_shape: target })),
  ...ORDERS.map((dims, i) => single('Permute', { dims }, { isOnWebGpu: i === 1 })),
  chain('Permute of rows of values', [
    ['Reshape', { target_shape: [6, 21] }],
    ['Permute', { dims: [2, 1] }],
  ]),
  chain('Permute of four axes', [
    ['Reshape', { target_shape: [2, 3, 7, 3] }],
    ['Permute', { dims: [3, 1, 4, 2] }],
  ]),
  ...[1, 2, 3].map((groups) =>
    chain(
      `InterleavedGroups, groups ${groups}`,
      [
        ['Conv2D', { filters: 6, kernel_size: 1 }],
        ['InterleavedGroups', { groups }],
      ],
      { isOnWebGpu: groups === 2 },
    ),
  ),
  ...MARGINS.map((padding, i) => single('ZeroPadding2D', { padding }, { isOnWebGpu: i === 2 })),
  ...(['constant', 'edge', 'reflect'] as const).flatMap((mode) => [
    single(
      'Padding',
      {
        padding: [
          [1, 2],
          [3, 0],
          [0, 0],
        ],
        mode,
        value: 0.5,
      },
      { isOnWebGpu: true },
    ),
    single('Padding', {
      padding: [
        [0, 0],
        [1, 1],
        [2, 1],
      ],
      mode,
      value: 0,
    }),
  ]),
  ...MARGINS.map((cropping, i) => single('Cropping2D', { cropping }, { isOnWebGpu: i === 2 })),
  ...[
    [2, 2],
    [3, 1],
    [1, 2],
    [2, 3],
  ].flatMap((size, i) =>
    ['nearest', 'bilinear'].map((interpolation) => single('UpSampling2D', { size, interpolation }, { isOnWebGpu: i === 3 })),
  ),
  single('UpSampling2D', { size: [2, 2] }),
  single('UpSampling2D', { size: 3 }),
  single('UpSampling2D', { size: [2, 2], interpolation: 'bilinear' }, { input: [1, 1, 3] }),
  single('UpSampling2D', { size: [5, 4], interpolation: 'bilinear' }, { input: [2, 3, 3] }),
]);
