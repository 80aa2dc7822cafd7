/** Pooling at every size, stride and padding that moves its windows. */
import { checkGrid } from '../testing/check-grid.ts';
import { chain, type GridCase, single } from '../testing/grid-case.ts';

const WINDOWS = [
  { pool_size: [2, 2] },
  { pool_size: [3, 3], strides: [1, 1] },
  { pool_size: [3, 3], strides: [2, 2] },
  { pool_size: [2, 3], strides: [3, 2] },
  { pool_size: [2, 2], strides: [3, 3] },
  { pool_size: [1, 1], strides: [2, 2] },
  { pool_size: [1, 2], strides: [2, 4] },
  { pool_size: [5, 4], strides: [2, 3] },
  { pool_size: [3, 2] },
] as const;

const INPUTS = [
  [7, 6, 3],
  [8, 9, 3],
  [5, 4, 3],
] as const;

const ON_WEBGPU = new Set([1, 4, 7]);

function casesOf(kind: string): GridCase[] {
  return INPUTS.flatMap((input, i) =>
    WINDOWS.flatMap((window, k) =>
      ['same', 'valid'].map((padding) =>
        single(kind, { ...window, padding }, { input, isOnWebGpu: i === 0 && padding === 'same' && ON_WEBGPU.has(k) }),
      ),
    ),
  );
}

/** Maxima where all values are negative, and where a border of zeros would win. */
const BELOW_ZERO = [
  ['Activation', { activation: 'exponential' }],
  ['Rescaling', { scale: -1, offset: -0.5 }],
] as const;

/** As PyTorch and ONNX pad. */
const PADDED = [
  {
    pool_size: [3, 3],
    strides: [2, 2],
    padding: [
      [1, 1],
      [1, 1],
    ],
  },
  {
    pool_size: [3, 3],
    strides: [2, 2],
    padding: [
      [0, 0],
      [0, 0],
    ],
    ceil_mode: true,
  },
  {
    pool_size: [2, 2],
    strides: [2, 2],
    padding: [
      [0, 0],
      [0, 0],
    ],
    ceil_mode: true,
  },
  {
    pool_size: [3, 2],
    strides: [2, 3],
    padding: [
      [1, 0],
      [0, 1],
    ],
    ceil_mode: true,
  },
  {
    pool_size: [2, 2],
    strides: [3, 3],
    padding: [
      [1, 1],
      [1, 1],
    ],
    ceil_mode: true,
  },
  {
    pool_size: [3, 3],
    strides: [1, 1],
    padding: [
      [1, 1],
      [1, 1],
    ],
  },
  {
    pool_size: [5, 4],
    strides: [3, 2],
    padding: [
      [2, 1],
      [1, 2],
    ],
  },
] as const;

function paddedCases(): GridCase[] {
  return PADDED.flatMap((window, k) =>
    INPUTS.flatMap((input, i) => [
      single('PaddedMaxPooling2D', window, { input, isOnWebGpu: i === 0 && k < 4 }),
      single('PaddedAveragePooling2D', window, { input, isOnWebGpu: i === 0 && k === 3 }),
      single('PaddedAveragePooling2D', { ...window, count_include_pad: false }, { input }),
    ]),
  );
}

await checkGrid('pooling', [
  ...paddedCases(),
  chain('PaddedMaxPooling2D of values below zero', [...BELOW_ZERO, ['PaddedMaxPooling2D', PADDED[0]]], { isOnWebGpu: true }),
  ...[
    [3, 2],
    [1, 1],
    [7, 6],
    [2, 5],
    [9, 8],
  ].map((size, i) => single('AdaptiveAveragePooling2D', { output_size: size }, { isOnWebGpu: i === 0 })),
  single('AdaptiveAveragePooling2D', { output_size: 2 }, { input: [8, 4, 3] }),
  ...casesOf('AveragePooling2D'),
  ...casesOf('MaxPooling2D'),
  ...['same', 'valid'].map((padding) =>
    chain(
      `MaxPooling2D of values below zero, ${padding}`,
      [...BELOW_ZERO, ['MaxPooling2D', { pool_size: [3, 3], strides: [2, 2], padding }]],
      {
        isOnWebGpu: true,
      },
    ),
  ),
  ...[[3], [1, 2], [2], [1], [2, 3], [1, 2, 3]].flatMap((axes, i) =>
    ['max', 'mean', 'min', 'sum'].map((name, k) =>
      single('Reduction', { function: name, axes, keepdims: (i + k) % 2 === 0 || axes.length > 2 }, { isOnWebGpu: i === k }),
    ),
  ),
  ...['GlobalAveragePooling2D', 'GlobalMaxPooling2D'].flatMap((kind) => [
    single(kind, {}, { isOnWebGpu: true }),
    single(kind, { keepdims: true }),
    single(kind, { keep_dims: true }, { input: [1, 5, 3] }),
    chain(`${kind} of values below zero`, [...BELOW_ZERO, [kind, {}]]),
  ]),
]);
