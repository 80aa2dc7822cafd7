/** Transposed and grouped convolutions. */
import { checkGrid } from '../testing/check-grid.ts';
import { chain, type GridCase, single } from '../testing/grid-case.ts';

const PADDINGS = ['same', 'valid'] as const;

const TRANSPOSED = [
  { kernel_size: [1, 1], strides: [1, 1] },
  { kernel_size: [3, 3], strides: [1, 1] },
  { kernel_size: [3, 3], strides: [2, 2] },
  { kernel_size: [2, 2], strides: [2, 2] },
  { kernel_size: [4, 4], strides: [2, 2] },
  { kernel_size: [4, 3], strides: [2, 1] },
  { kernel_size: [2, 2], strides: [3, 3] },
  { kernel_size: [1, 3], strides: [2, 4] },
  { kernel_size: [5, 2], strides: [3, 2] },
  { kernel_size: [3, 3], strides: [2, 2], output_padding: [1, 1] },
  { kernel_size: [3, 3], strides: [2, 2], output_padding: [0, 1] },
  { kernel_size: [4, 5], strides: [3, 2], output_padding: [2, 1] },
  { kernel_size: [2, 2], strides: [3, 3], output_padding: [0, 2] },
  { kernel_size: [3, 3], strides: [1, 1], output_padding: [0, 0] },
  { kernel_size: [3, 2], strides: [1, 1], dilation_rate: [2, 2] },
  { kernel_size: [3, 3], strides: [1, 1], dilation_rate: [1, 3] },
] as const;

const ON_WEBGPU = new Set([2, 6, 9, 14]);

function transposedCases(): GridCase[] {
  return TRANSPOSED.flatMap((geometry, i) =>
    PADDINGS.map((padding) =>
      single(
        'Conv2DTranspose',
        { filters: 2, ...geometry, padding },
        { input: [4, 3, 3], isOnWebGpu: padding === 'same' && ON_WEBGPU.has(i) },
      ),
    ),
  );
}

const GROUPED = [
  { kernel_size: [1, 1] },
  { kernel_size: [3, 3] },
  { kernel_size: [3, 2], strides: [2, 2] },
  { kernel_size: [2, 2], strides: [3, 3] },
  { kernel_size: [3, 3], dilation_rate: [2, 2] },
  { kernel_size: [2, 2], dilation_rate: [2, 2], strides: [2, 2] },
] as const;

function groupedCases(): GridCase[] {
  return [2, 3, 6].flatMap((groups) =>
    GROUPED.flatMap((geometry, i) =>
      PADDINGS.map((padding) => {
        const settings = { filters: 12, groups, ...geometry, padding };
        return chain(
          `in groups: ${JSON.stringify(settings)}`,
          [
            ['Conv2D', { filters: 6, kernel_size: [1, 1] }],
            ['Conv2D', settings],
          ],
          { isOnWebGpu: padding === 'same' && i === groups - 1 },
        );
      }),
    ),
  );
}

await checkGrid('a transposed convolution', [
  ...transposedCases(),
  single('Conv2DTranspose', { filters: 2, kernel_size: [3, 3], strides: [2, 2], use_bias: false, activation: 'relu' }),
]);
await checkGrid('a grouped convolution', [
  ...groupedCases(),
  single('Conv2D', { filters: 3, groups: 3, kernel_size: [3, 3], padding: 'same', activation: 'relu' }),
  single('Conv2D', { filters: 6, groups: 3, kernel_size: [3, 3], use_bias: false }),
  single('Conv2D', { filters: 4, groups: 1, kernel_size: [3, 3] }),
]);
