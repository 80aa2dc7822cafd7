import type { Builder } from '../drawing/builder.ts';
import { meanSquare, Unsuitable } from '../drawing/builder.ts';
import type { Tensor, Weight } from '../network.ts';
import { layerActivation } from './activations.ts';
import { channelsOf, gridOf, type Move, normalWeight, padding, pairSetting } from './move.ts';

interface Geometry {
  readonly kernel: [number, number];
  readonly strides: [number, number];
  readonly dilation: [number, number];
  readonly padding: 'valid' | 'same';
}

/** Kernels of one to five, strides that may be above the kernel, or a dilation: Keras takes only one of the two. */
function geometry(builder: Builder, x: Tensor, hasOneStride: boolean): Geometry {
  const { draw } = builder;
  const [rows, columns] = gridOf(x);
  const kernel: [number, number] = draw.isOneIn(3)
    ? [draw.whole(1, 5), draw.whole(1, 5)]
    : draw.pick([
        [1, 1],
        [2, 2],
        [3, 3],
        [3, 3],
      ]);
  const how = draw.whole(0, 5);
  const isDilated = how === 0;
  const isStrided = how === 1 || how === 2;
  const stride = draw.whole(2, 4);
  const strides: [number, number] = isStrided ? [stride, hasOneStride ? stride : draw.whole(1, 4)] : [1, 1];
  const dilation: [number, number] = isDilated ? [draw.whole(1, 3), draw.whole(1, 3)] : [1, 1];
  const chosen = padding(draw);
  const reach = kernel.map((side, i) => (side - 1) * (dilation[i] ?? 1) + 1);
  const fits = (reach[0] ?? 1) <= rows && (reach[1] ?? 1) <= columns;
  return { kernel, strides, dilation, padding: fits ? chosen : 'same' };
}

function settings(builder: Builder, { kernel, strides, dilation, padding: chosen }: Geometry) {
  const { draw } = builder;
  return {
    kernel_size: pairSetting(draw, ...kernel),
    strides: pairSetting(draw, ...strides),
    padding: chosen,
    data_format: 'channels_last',
    dilation_rate: pairSetting(draw, ...dilation),
    activation: layerActivation(builder),
    use_bias: !draw.isOneIn(4),
  };
}

/** So that values which are about as large as those of `x` give results of about one. */
function kernelWeight(builder: Builder, name: string, shape: readonly number[], fanIn: number, x: Tensor): Weight {
  return normalWeight(builder.draw, name, shape, 1 / Math.sqrt(fanIn * Math.max(1e-3, meanSquare(x.values))));
}

function biasWeights(builder: Builder, isUsed: boolean, count: number): Weight[] {
  return isUsed ? [normalWeight(builder.draw, 'bias', [count], 0.3)] : [];
}

/** Of a size that divides what goes in and what comes out. */
function groupsFor(builder: Builder, channels: number, filters: number): number {
  const { draw } = builder;
  const possible = [2, 3, 4].filter((groups) => channels % groups === 0 && filters % groups === 0);
  return possible.length > 0 && draw.isOneIn(3) ? draw.pick(possible) : 1;
}

/** @param filters null: drawn */
export function convolution(builder: Builder, x: Tensor, filters: number | null = null, change: object = {}): Tensor {
  const { draw } = builder;
  const channels = channelsOf(x);
  const count = filters ?? draw.whole(1, 8);
  const how = geometry(builder, x, false);
  const groups = groupsFor(builder, channels, count);
  const config = { filters: count, ...settings(builder, how), groups, ...change };
  const kernel = (change as { kernel_size?: [number, number] }).kernel_size ?? how.kernel;
  const shape = [...kernel, channels / groups, count];
  const fanIn = (kernel[0] * kernel[1] * channels) / groups;
  const weights = [kernelWeight(builder, 'kernel', shape, fanIn, x), ...biasWeights(builder, config.use_bias, count)];
  return builder.apply('Conv2D', config, [x], { weights });
}

/** One that keeps rows and columns. */
export function keepingConvolution(builder: Builder, x: Tensor, filters: number): Tensor {
  const side = builder.draw.pick([1, 2, 3]);
  const change = { kernel_size: [side, side], strides: [1, 1], dilation_rate: [1, 1], padding: 'same' };
  return convolution(builder, x, filters, change);
}

const conv2d: Move = (builder, x) => {
  gridOf(x);
  return convolution(builder, x);
};

export const depthwise: Move = (builder, x) => {
  const { draw } = builder;
  const [, , channels] = gridOf(x);
  const multiplier = draw.pick([1, 1, 2, 3]);
  if (channels * multiplier > 12) throw new Unsuitable('too many channels');
  // TensorFlow takes one stride for both sides.
  const how = geometry(builder, x, true);
  const config = { ...settings(builder, how), depth_multiplier: multiplier };
  const shape = [...how.kernel, channels, multiplier];
  const weights = [
    kernelWeight(builder, 'depthwise_kernel', shape, how.kernel[0] * how.kernel[1], x),
    ...biasWeights(builder, config.use_bias, channels * multiplier),
  ];
  return builder.apply('DepthwiseConv2D', config, [x], { weights });
};

const separable: Move = (builder, x) => {
  const { draw } = builder;
  const [, , channels] = gridOf(x);
  const multiplier = draw.pick([1, 1, 2]);
  const filters = draw.whole(1, 8);
  const how = geometry(builder, x, true);
  const config = { filters, ...settings(builder, how), depth_multiplier: multiplier };
  const weights = [
    kernelWeight(builder, 'depthwise_kernel', [...how.kernel, channels, multiplier], how.kernel[0] * how.kernel[1], x),
    normalWeight(draw, 'pointwise_kernel', [1, 1, channels * multiplier, filters], 1 / Math.sqrt(channels * multiplier)),
    ...biasWeights(builder, config.use_bias, filters),
  ];
  return builder.apply('SeparableConv2D', config, [x], { weights });
};

const transposed: Move = (builder, x) => {
  const { draw } = builder;
  const [, , channels] = gridOf(x);
  const filters = draw.whole(1, 6);
  const kernel: [number, number] = [draw.whole(1, 4), draw.whole(1, 4)];
  const isDilated = draw.isOneIn(5);
  const strides: [number, number] = isDilated ? [1, 1] : [draw.whole(1, 3), draw.whole(1, 3)];
  const dilation: [number, number] = isDilated ? [draw.whole(1, 2), draw.whole(1, 2)] : [1, 1];
  // Keras takes less than the stride.
  const extra = draw.isOneIn(4) ? strides.map((stride) => draw.whole(0, stride - 1)) : null;
  const config = {
    ...settings(builder, { kernel, strides, dilation, padding: padding(draw) }),
    filters,
    output_padding: extra,
  };
  const taps = Math.ceil(kernel[0] / strides[0]) * Math.ceil(kernel[1] / strides[1]);
  const weights = [
    kernelWeight(builder, 'kernel', [...kernel, filters, channels], taps * channels, x),
    ...biasWeights(builder, config.use_bias, filters),
  ];
  return builder.apply('Conv2DTranspose', config, [x], { weights });
};

/** @param units null: drawn */
export function denseLayer(builder: Builder, x: Tensor, units: number | null, change: object = {}): Tensor {
  const { draw } = builder;
  const channels = channelsOf(x);
  const config = { units: units ?? draw.whole(2, 8), activation: layerActivation(builder), use_bias: !draw.isOneIn(4), ...change };
  const weights = [
    kernelWeight(builder, 'kernel', [channels, config.units], channels, x),
    ...biasWeights(builder, config.use_bias, config.units),
  ];
  return builder.apply('Dense', config, [x], { weights });
}

const dense: Move = (builder, x) => denseLayer(builder, x, null);

export const CONVOLUTION_MOVES = {
  Conv2D: conv2d,
  Conv2DTranspose: transposed,
  Dense: dense,
  DepthwiseConv2D: depthwise,
  SeparableConv2D: separable,
} as const satisfies Readonly<Record<string, Move>>;
