/** Keras' normalisations, and its fully connected layer, from their definitions. */
import { numbersIn } from '../../../formats/layers/layer-rule.ts';
import { withBias } from './convolutions.ts';
import { only, type ReferenceLayer, type Settings, unlessOff, type Weights, weightOf } from './settings.ts';
import { at, axisIn, filled, placesIn, type Shape, type Values, zeros } from './values.ts';

function axesOf({ axis }: Settings, shape: Shape): number[] {
  const axes = numbersIn(axis);
  return (axes.length ? axes : [-1]).map((one) => axisIn(shape, one));
}

function epsilonOf({ epsilon }: Settings, otherwise = 1e-3): number {
  return typeof epsilon === 'number' ? epsilon : otherwise;
}

/** The weight's value for a place, which it has for these axes alone; `otherwise` where the layer has no such weight. */
function weightAt(weights: Weights, name: string, place: readonly number[], axes: readonly number[], otherwise: number): number {
  const weight = weights.get(name);
  if (!weight) return otherwise;
  return at(
    weight,
    axes.map((axis) => place[axis] ?? 0),
  );
}

interface Statistics {
  readonly mean: number;
  readonly variance: number;
  readonly squares: number;
}

/** Of all values whose places are alike in `key`. */
function statisticsBy(x: Values, key: (place: readonly number[]) => string): (place: readonly number[]) => Statistics {
  const members = new Map<string, number[]>();
  let i = 0;
  for (const place of placesIn(x.shape)) {
    const found = members.get(key(place));
    const value = x.data[i++] ?? Number.NaN;
    if (found) found.push(value);
    else members.set(key(place), [value]);
  }
  const known = new Map<string, Statistics>();
  for (const [group, values] of members) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    known.set(group, { mean, variance, squares: values.reduce((sum, value) => sum + value ** 2, 0) });
  }
  return (place) => known.get(key(place)) ?? { mean: Number.NaN, variance: Number.NaN, squares: Number.NaN };
}

/** Normalised by the statistics of each group of places, then scaled and shifted by weights along some axes. */
function normalized(x: Values, settings: Settings, weights: Weights, axes: readonly number[], key: (place: readonly number[]) => string) {
  const statistics = statisticsBy(x, key);
  let i = 0;
  return filled(x.shape, (place) => {
    const { mean, variance } = statistics(place);
    const value = ((x.data[i++] ?? Number.NaN) - mean) / Math.sqrt(variance + epsilonOf(settings));
    return value * weightAt(weights, 'gamma', place, axes, 1) + weightAt(weights, 'beta', place, axes, 0);
  });
}

function scaleAndCenter(settings: Settings, shape: Shape): Record<string, Shape> {
  return { ...unlessOff(settings, 'scale', 'gamma', shape), ...unlessOff(settings, 'center', 'beta', shape) };
}

const sidesAlong = (settings: Settings, input: Shape): Shape => axesOf(settings, input).map((axis) => input[axis] ?? 0);

/** Without those along the axes. */
const besides = (axes: readonly number[]) => (place: readonly number[]) => place.filter((_, axis) => !axes.includes(axis)).join();

export const NORMALIZATION_LAYERS: Readonly<Record<string, ReferenceLayer>> = {
  BatchNormalization: {
    weights: (settings, input) => {
      const shape = sidesAlong(settings, input);
      return { ...scaleAndCenter(settings, shape), moving_mean: shape, moving_variance: shape };
    },
    run: (settings, inputs, weights) => {
      const x = only(inputs);
      const axes = axesOf(settings, x.shape);
      let i = 0;
      return filled(x.shape, (place) => {
        const own = (name: string, otherwise: number) => weightAt(weights, name, place, axes, otherwise);
        const value = (x.data[i++] ?? Number.NaN) - own('moving_mean', Number.NaN);
        return (value / Math.sqrt(own('moving_variance', Number.NaN) + epsilonOf(settings))) * own('gamma', 1) + own('beta', 0);
      });
    },
  },
  Dense: {
    weights: (settings, input) => ({
      kernel: [input.at(-1) ?? 0, Number(settings.units)],
      ...unlessOff(settings, 'use_bias', 'bias', [Number(settings.units)]),
    }),
    run: (settings, inputs, weights) => {
      const [x, kernel] = [only(inputs), weightOf(weights, 'kernel')];
      const [width = 0, units = 0] = kernel.shape;
      const out = zeros([...x.shape.slice(0, -1), units]);
      for (const i of out.data.keys()) {
        const [cell, unit] = [Math.floor(i / units), i % units];
        for (let k = 0; k < width; k++)
          out.data[i] = (out.data[i] ?? 0) + (x.data[cell * width + k] ?? Number.NaN) * (kernel.data[k * units + unit] ?? Number.NaN);
      }
      return withBias(settings, out, weights);
    },
  },
  GroupNormalization: {
    weights: (settings, input) => scaleAndCenter(settings, sidesAlong(settings, input)),
    run: (settings, inputs, weights) => {
      const x = only(inputs);
      const [axis = 0] = axesOf(settings, x.shape);
      const channels = x.shape[axis] ?? 1;
      const groups = Number(settings.groups ?? 32);
      const width = groups < 0 ? 1 : channels / groups;
      return normalized(x, settings, weights, [axis], (place) => `${Math.floor((place[axis] ?? 0) / width)}`);
    },
  },
  LayerNormalization: {
    weights: (settings, input) => scaleAndCenter(settings, sidesAlong(settings, input)),
    run: (settings, inputs, weights) => {
      const x = only(inputs);
      const axes = axesOf(settings, x.shape);
      return normalized(x, settings, weights, axes, besides(axes));
    },
  },
  LocalResponseNormalization: {
    run: ({ size, alpha, beta, bias }, inputs) => {
      const x = only(inputs);
      const [before, after] = [Math.floor((Number(size) - 1) / 2), Math.ceil((Number(size) - 1) / 2)];
      return filled(x.shape, (place) => {
        const channel = place.at(-1) ?? 0;
        let squares = 0;
        for (let by = Math.max(0, channel - before); by <= Math.min((x.shape.at(-1) ?? 1) - 1, channel + after); by++)
          squares += at(x, place.with(-1, by)) ** 2;
        return at(x, place) / (Number(bias) + (Number(alpha) / Number(size)) * squares) ** Number(beta);
      });
    },
  },
  Normalization: {
    weights: (settings, input): Record<string, Shape> => {
      const shape = sidesAlong(settings, input);
      return settings.mean === undefined || settings.mean === null ? { mean: shape, variance: shape } : {};
    },
    run: (settings, inputs, weights) => {
      const x = only(inputs);
      const statistic = (name: 'mean' | 'variance') => weights.get(name)?.data ?? numbersIn(settings[name]);
      const [mean, variance] = [statistic('mean'), statistic('variance')];
      const of = (values: ArrayLike<number>, i: number) => values[i % values.length] ?? Number.NaN;
      return { shape: x.shape, data: x.data.map((value, i) => (value - of(mean, i)) / Math.max(1e-7, Math.sqrt(of(variance, i)))) };
    },
  },
  Rescaling: {
    run: ({ scale, offset }, inputs) => {
      const { shape, data } = only(inputs);
      const of = (values: readonly number[], i: number, otherwise: number) => values[i % values.length] ?? otherwise;
      return { shape, data: data.map((value, i) => value * of(numbersIn(scale), i, 1) + of(numbersIn(offset), i, 0)) };
    },
  },
  UnitNormalization: {
    run: (settings, inputs) => {
      const x = only(inputs);
      const statistics = statisticsBy(x, besides(axesOf(settings, x.shape)));
      let i = 0;
      return filled(x.shape, (place) => (x.data[i++] ?? Number.NaN) / Math.sqrt(statistics(place).squares));
    },
  },
};
