import type { Builder } from '../drawing/builder.ts';
import { Unsuitable } from '../drawing/builder.ts';
import type { Tensor, Weight } from '../network.ts';
import { channelsOf, gridOf, type Move, normalWeight, size } from './move.ts';

/** Mean and variance along one axis (0 is the first after the batch), over all others. */
function statistics({ values: { shape, data } }: Tensor, axis: number): { readonly mean: number[]; readonly variance: number[] } {
  const side = shape[axis] ?? 1;
  const step = size(shape.slice(axis + 1));
  const sums = Array.from({ length: side }, () => ({ count: 0, sum: 0, squares: 0 }));
  for (const [i, value] of data.entries()) {
    const own = sums[Math.floor(i / step) % side];
    if (!own) continue;
    own.count++;
    own.sum += value;
    own.squares += value * value;
  }
  const mean = sums.map(({ count, sum }) => sum / count);
  return { mean, variance: sums.map(({ count, squares }, i) => Math.max(0.05, squares / count - (mean[i] ?? 0) ** 2)) };
}

function means(builder: Builder, name: string, mean: readonly number[]): Weight {
  const noise = builder.draw.normal(mean.length, 0, 0.3);
  return { name, shape: [mean.length], values: noise.map((value, i) => value + (mean[i] ?? 0)) };
}

function variances(builder: Builder, name: string, variance: readonly number[]): Weight {
  const factors = builder.draw.uniform(variance.length, 0.5, 2);
  return { name, shape: [variance.length], values: factors.map((value, i) => value * (variance[i] ?? 1)) };
}

/** A scale that turns some of the channels around. */
function gammaWeight(builder: Builder, shape: readonly number[]): Weight {
  const { draw } = builder;
  const values = draw.uniform(size(shape), 0.5, 1.5).map((value) => (draw.isOneIn(8) ? -value : value));
  return { name: 'gamma', shape, values };
}

function affine(builder: Builder, shape: readonly number[], hasScale: boolean, hasCentre: boolean): Weight[] {
  const { draw } = builder;
  return [...(hasScale ? [gammaWeight(builder, shape)] : []), ...(hasCentre ? [normalWeight(draw, 'beta', shape, 0.3)] : [])];
}

const batchNormalization: Move = (builder, x) => {
  const { draw } = builder;
  const { length: rank } = x.values.shape;
  const axis = draw.isOneIn(6) ? draw.whole(1, rank) : draw.pick([-1, rank]);
  const own = axis === -1 ? rank - 1 : axis - 1;
  const config = {
    axis: draw.isOneIn(4) ? [axis] : axis,
    momentum: 0.99,
    epsilon: draw.pick([0.001, 1e-5, 0.1]),
    center: !draw.isOneIn(5),
    scale: !draw.isOneIn(5),
  };
  const { mean, variance } = statistics(x, own);
  const weights = [
    ...affine(builder, [mean.length], config.scale, config.center),
    means(builder, 'moving_mean', mean),
    variances(builder, 'moving_variance', variance),
  ];
  return builder.apply('BatchNormalization', config, [x], { weights });
};

const layerNormalization: Move = (builder, x) => {
  const { draw } = builder;
  const { shape } = x.values;
  const axes = shape.map((_, i) => i + 1);
  const several = draw.isOneIn(3) && shape.length > 1;
  const chosen = several ? draw.pick([axes, axes.slice(-2)]) : [draw.pick([shape.length, shape.length, draw.whole(1, shape.length)])];
  const own = chosen.map((axis) => shape[axis - 1] ?? 1);
  if (size(own) < 2) throw new Unsuitable('one value is always normalised to nothing');
  const axis = !several && draw.isOneIn(2) && chosen[0] === shape.length ? -1 : chosen;
  const config = { axis, epsilon: draw.pick([0.001, 1e-6]), center: !draw.isOneIn(5), scale: !draw.isOneIn(5) };
  return builder.apply('LayerNormalization', config, [x], { weights: affine(builder, own, config.scale, config.center) });
};

const groupNormalization: Move = (builder, x) => {
  const { draw } = builder;
  const [, , channels] = gridOf(x);
  const groups = draw.pick([-1, ...[1, 2, 3, 4].filter((count) => channels % count === 0)]);
  const config = {
    groups,
    axis: draw.pick([-1, 3]),
    epsilon: draw.pick([0.001, 1e-5]),
    center: !draw.isOneIn(5),
    scale: !draw.isOneIn(5),
  };
  return builder.apply('GroupNormalization', config, [x], { weights: affine(builder, [channels], config.scale, config.center) });
};

const unitNormalization: Move = (builder, x) => {
  const { draw } = builder;
  const axes = x.values.shape.map((_, i) => i + 1);
  const axis = draw.pick<number | number[]>([-1, axes.length, axes.slice(0, draw.whole(1, axes.length))]);
  // Its values are small; what follows expects them to be about one.
  const y = builder.apply('UnitNormalization', { axis }, [x]);
  return builder.isChain ? y : builder.apply('Add', {}, [y, x]);
};

/** By one mean and one variance of all values. */
function normalizationOfAll(builder: Builder, x: Tensor): Tensor {
  const { draw } = builder;
  const [mean, variance] = [draw.normal(1, 0, 0.5), draw.uniform(1, 0.3, 2)];
  if (draw.isOneIn(2)) {
    const config = { axis: null, invert: false, mean: mean[0] ?? 0, variance: variance[0] ?? 1 };
    return builder.apply('Normalization', config, [x]);
  }
  const weights = [
    { name: 'mean', shape: [], values: mean },
    { name: 'variance', shape: [], values: variance },
  ];
  return builder.apply('Normalization', { axis: null, invert: false, mean: null, variance: null }, [x], { weights });
}

const normalization: Move = (builder, x) => {
  const { draw } = builder;
  if (draw.isOneIn(4)) return normalizationOfAll(builder, x);
  const channels = channelsOf(x);
  const { mean, variance } = statistics(x, x.values.shape.length - 1);
  const axis = draw.pick([-1, x.values.shape.length]);
  if (axis !== -1 && axis !== 3) throw new Unsuitable('another axis than those that are read');
  const own = [means(builder, 'mean', mean), variances(builder, 'variance', variance)];
  if (draw.isOneIn(2)) return builder.apply('Normalization', { axis, invert: false, mean: null, variance: null }, [x], { weights: own });
  const [drawnMean = [], drawnVariance = []] = own.map(({ values }) => Array.from(values));
  const constants = draw.isOneIn(3) && channels > 0 ? [drawnMean[0] ?? 0, drawnVariance[0] ?? 1] : [drawnMean, drawnVariance];
  return builder.apply('Normalization', { axis, invert: false, mean: constants[0] ?? 0, variance: constants[1] ?? 1 }, [x]);
};

const rescaling: Move = (builder, x) => {
  const { draw } = builder;
  const each = (least: number, most: number) => Array.from(draw.uniform(channelsOf(x), least, most));
  const [scale, offset] = draw.pick([
    [draw.real(0.3, 1.5), draw.real(-1, 1)],
    [each(0.3, 1.5), each(-1, 1)],
    [-0.7, each(-1, 1)],
    [each(0.3, 1.5), 0],
  ]);
  return builder.apply('Rescaling', { scale: scale ?? 1, offset: offset ?? 0 }, [x]);
};

/** As ONNX graphs have it. */
const localResponse: Move = (builder, x) => {
  const { draw } = builder;
  const settings = { alpha: draw.real(0.01, 1), beta: draw.pick([0.5, 0.75]), bias: draw.real(1, 2) };
  return builder.apply('LocalResponseNormalization', { size: draw.whole(1, 5), ...settings }, [x]);
};

/** Of Keras' ConvNeXt. */
const layerScale: Move = (builder, x) => {
  const channels = channelsOf(x);
  const weights = [{ name: 'gamma', shape: [channels], values: builder.draw.uniform(channels, 0.3, 1.5) }];
  return builder.apply('LayerScale', { init_values: 1e-6, projection_dim: channels }, [x], { weights });
};

export const NORMALISATION_MOVES = {
  BatchNormalization: batchNormalization,
  GroupNormalization: groupNormalization,
  LayerNormalization: layerNormalization,
  LayerScale: layerScale,
  LocalResponseNormalization: localResponse,
  Normalization: normalization,
  Rescaling: rescaling,
  UnitNormalization: unitNormalization,
} as const satisfies Readonly<Record<string, Move>>;
