/** References for layers and activations that are not Keras' own, or that only resize; see `src/engine/testing/reference` for the others. */
import { erf } from '../../../src/engine/testing/reference/activations.ts';
import { only, type ReferenceLayer, weightOf } from '../../../src/engine/testing/reference/settings.ts';
import { at, broadcastAt, filled } from '../../../src/engine/testing/reference/values.ts';
import type { Json } from '../../../src/formats/network/artifacts.ts';
import type { Config, Values } from '../network.ts';

type Each = (x: number, config: Config) => number;

function numberOf(config: Config, name: string, otherwise: number): number {
  const value = config[name];
  return typeof value === 'number' ? value : otherwise;
}

/** By a hyperbolic tangent. */
function approximateGelu(x: number): number {
  return (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

/** Activations under names that files have which were converted here, some with settings. */
export const ACTIVATIONS_OF_OURS: Readonly<Record<string, Each>> = {
  absolute: Math.abs,
  approximateGelu,
  clipOf: (x, config) =>
    Math.min(numberOf(config, 'maximum', Number.POSITIVE_INFINITY), Math.max(numberOf(config, 'minimum', Number.NEGATIVE_INFINITY), x)),
  celuOf: (x, config) => (x > 0 ? x : numberOf(config, 'alpha', 1) * Math.expm1(x / numberOf(config, 'alpha', 1))),
  eluOf: (x, config) => (x > 0 ? x : numberOf(config, 'alpha', 1) * Math.expm1(x)),
  errorFunction: erf,
  gelu_new: approximateGelu,
  leakyReluOf: (x, config) => (x > 0 ? x : numberOf(config, 'slope', 0) * x),
  reluOf: (x, config) => {
    const threshold = numberOf(config, 'threshold', 0);
    return x >= threshold
      ? Math.min(x, numberOf(config, 'maximum', Number.POSITIVE_INFINITY))
      : numberOf(config, 'slope', 0) * (x - threshold);
  },
  naturalLogarithm: Math.log,
  powerOf: (x, config) => x ** numberOf(config, 'exponent', 1),
  signFunction: Math.sign,
  square: (x) => x * x,
  squareRoot: Math.sqrt,
};

/** Positions along an axis, as Python slices a list; null for one position, whose axis is gone. */
function positions([start, stop, step]: readonly (number | null)[], length: number): number[] {
  const all = Array.from({ length }, (_, i) => i);
  const by = step ?? 1;
  const inOrder = by < 0 ? all.toReversed() : all;
  const placeOf = (bound: number) => (bound < 0 ? bound + length : bound);
  const isInside = (i: number) => {
    const [from, to] = [start ?? null, stop ?? null].map((bound) => (bound === null ? null : placeOf(bound))) as [
      number | null,
      number | null,
    ];
    return by < 0 ? (from === null || i <= from) && (to === null || i > to) : (from === null || i >= from) && (to === null || i < to);
  };
  return inOrder.filter(isInside).filter((_, k) => k % Math.abs(by) === 0);
}

function sliced({ slices }: Config, x: Values): Values {
  const rank = x.shape.length + 1;
  const given = slices as readonly Json[];
  const open = rank - given.filter((slice) => slice !== '...').length;
  const everything = Array.from({ length: open }, (): Json => [null, null, null]);
  const each = given.includes('...') ? given.flatMap((slice) => (slice === '...' ? everything : [slice])) : [...given, ...everything];
  // The first is the batch.
  const taken = each.slice(1).map((slice, axis) => positions(slice as (number | null)[], x.shape[axis] ?? 0));
  return filled(
    taken.map(({ length }) => length),
    (place) =>
      at(
        x,
        place.map((along, axis) => taken[axis]?.[along] ?? 0),
      ),
  );
}

/** Where a target position lies along one side, by pixels' centres. */
function source(i: number, length: number, target: number, isNearest: boolean): { low: number; high: number; share: number } {
  const centre = ((i + 0.5) * length) / target;
  if (isNearest) return { low: Math.min(length - 1, Math.floor(centre)), high: 0, share: 0 };
  const place = centre - 0.5;
  const low = Math.floor(place);
  return { low: Math.max(0, low), high: Math.min(length - 1, low + 1), share: place - low };
}

function resized({ height, width, interpolation }: Config, x: Values): Values {
  const [rows = 0, columns = 0, channels = 0] = x.shape;
  const isNearest = interpolation === 'nearest';
  return filled([Number(height), Number(width), channels], ([row = 0, column = 0, channel = 0]) => {
    const [r, c] = [source(row, rows, Number(height), isNearest), source(column, columns, Number(width), isNearest)];
    const along = (from: number) =>
      at(x, [from, c.low, channel]) * (1 - c.share) + (c.share ? at(x, [from, c.high, channel]) * c.share : 0);
    return along(r.low) * (1 - r.share) + (r.share ? along(r.high) * r.share : 0);
  });
}

/** Of the middle, where the image is large enough. */
function cropped({ height, width }: Config, x: Values): Values {
  const [rows = 0, columns = 0, channels = 0] = x.shape;
  const [above, before] = [Math.trunc((rows - Number(height)) / 2), Math.trunc((columns - Number(width)) / 2)];
  return filled([Number(height), Number(width), channels], ([row = 0, column = 0, channel = 0]) =>
    at(x, [row + above, column + before, channel]),
  );
}

function ofTwo(combine: (a: number, b: number, config: Config) => number): ReferenceLayer {
  return {
    run: (config, [a, b]) => {
      if (!a || !b) throw new Error('it takes two');
      const shape = a.shape.map((side, axis) => Math.max(side, b.shape[axis] ?? 1));
      return filled(shape, (place) => combine(broadcastAt(a, place), broadcastAt(b, place), config));
    },
  };
}

export const LAYERS_OF_OURS: Readonly<Record<string, ReferenceLayer>> = {
  CenterCrop: { run: (config, inputs) => cropped(config, only(inputs)) },
  CustomScaleLayer: ofTwo((x, residual, { scale }) => x + Number(scale) * residual),
  Divide: ofTwo((a, b) => a / b),
  LayerScale: {
    run: (_, inputs, weights) => {
      const [x, gamma] = [only(inputs), weightOf(weights, 'gamma')];
      return filled(x.shape, (place) => at(x, place) * at(gamma, place.slice(-1)));
    },
  },
  Resizing: { run: (config, inputs) => resized(config, only(inputs)) },
  Slice: { run: (config, inputs) => sliced(config, only(inputs)) },
};
