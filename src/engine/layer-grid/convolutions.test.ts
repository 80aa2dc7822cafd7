/** Convolutions of every kind, at every stride, padding and dilation that moves their geometry. */
import { checkGrid } from '../testing/check-grid.ts';
import { type GridCase, single } from '../testing/grid-case.ts';
import type { Settings } from '../testing/reference/settings.ts';

const PADDINGS = ['same', 'valid'] as const;

interface Geometry {
  readonly kernel_size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilation_rate?: readonly [number, number];
}

/** Kernels below, at and above their strides, on one side or both. */
const GEOMETRIES: readonly Geometry[] = [
  { kernel_size: [1, 1], strides: [1, 1] },
  { kernel_size: [1, 1], strides: [2, 2] },
  { kernel_size: [1, 1], strides: [2, 3] },
  { kernel_size: [3, 3], strides: [1, 1] },
  { kernel_size: [3, 3], strides: [2, 2] },
  { kernel_size: [2, 3], strides: [1, 2] },
  { kernel_size: [3, 2], strides: [2, 1] },
  { kernel_size: [3, 3], strides: [4, 4] },
  { kernel_size: [2, 2], strides: [3, 3] },
  { kernel_size: [2, 2], strides: [2, 3] },
  { kernel_size: [2, 3], strides: [4, 1] },
  { kernel_size: [1, 2], strides: [2, 2] },
  { kernel_size: [3, 1], strides: [2, 2] },
  { kernel_size: [5, 4], strides: [1, 1] },
  { kernel_size: [7, 6], strides: [1, 1] },
  { kernel_size: [3, 3], strides: [1, 1], dilation_rate: [2, 2] },
  { kernel_size: [2, 3], strides: [1, 1], dilation_rate: [3, 1] },
  { kernel_size: [2, 2], strides: [2, 2], dilation_rate: [2, 2] },
  { kernel_size: [2, 2], strides: [1, 2], dilation_rate: [2, 1] },
];

/** One over, at and one under a multiple of the strides; and smaller than the kernel. */
const INPUTS = [
  [7, 6, 3],
  [8, 9, 3],
  [4, 3, 3],
] as const;

const ON_WEBGPU = new Set([3, 7, 9, 15, 17]);

function casesOf(kind: string, settings: Settings, inputs: readonly (readonly number[])[] = INPUTS): GridCase[] {
  return inputs.flatMap((input, i) =>
    GEOMETRIES.flatMap((geometry, k) =>
      PADDINGS.flatMap((padding) => {
        const window = geometry.kernel_size.map((taps, side) => (taps - 1) * (geometry.dilation_rate?.[side] ?? 1) + 1);
        const fits = window.every((size, side) => size <= (input[side] ?? 0));
        if (padding === 'valid' && !fits) return [];
        return [
          single(kind, { ...settings, ...geometry, padding }, { input, isOnWebGpu: i === 0 && padding === 'same' && ON_WEBGPU.has(k) }),
        ];
      }),
    ),
  );
}

await checkGrid('a convolution', casesOf('Conv2D', { filters: 4 }));
await checkGrid('a depthwise convolution', [
  ...casesOf('DepthwiseConv2D', {}),
  ...casesOf('DepthwiseConv2D', { depth_multiplier: 2 }, INPUTS.slice(0, 1)),
]);
await checkGrid('a separable convolution', [
  ...casesOf('SeparableConv2D', { filters: 4 }, INPUTS.slice(0, 2)),
  ...casesOf('SeparableConv2D', { filters: 2, depth_multiplier: 2 }, INPUTS.slice(0, 1)),
]);
