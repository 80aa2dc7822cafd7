/** Keras' activations, from their definitions. */
import type { Json } from '../../../formats/network/artifacts.ts';
import { only, type ReferenceLayer, type Settings, weightOf } from './settings.ts';
import { axisIn, broadcastAt, filled, placesIn, type Values } from './values.ts';

/** Abramowitz and Stegun 7.1.5 near zero, and the continued fraction 7.1.14 of its complement further out: to the last digits of a double. */
export function erf(x: number): number {
  const distance = Math.abs(x);
  if (distance < 3) {
    let [term, sum] = [distance, distance];
    for (let n = 1; Math.abs(term) > 1e-18 * sum; n++) {
      term *= (-distance * distance) / n;
      sum += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
  }
  let fraction = distance;
  for (let n = 60; n > 0; n--) fraction = distance + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-distance * distance) / Math.sqrt(Math.PI) / fraction);
}

const SELU = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };

const sigmoid = (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const hardSigmoidOfKeras3 = (x: number) => Math.min(6, Math.max(0, x + 3)) / 6;
const leaky = (x: number, slope: number) => (x > 0 ? x : slope * x);
const elu = (x: number, alpha: number) => (x > 0 ? x : alpha * Math.expm1(x));

const BY_VALUE: Readonly<Record<string, (x: number) => number>> = {
  elu: (x) => elu(x, 1),
  exponential: Math.exp,
  gelu: (x) => (x * (1 + erf(x / Math.SQRT2))) / 2,
  hard_sigmoid: (x) => Math.min(1, Math.max(0, 0.2 * x + 0.5)),
  hardSigmoidOfKeras3,
  hard_silu: (x) => x * hardSigmoidOfKeras3(x),
  hard_swish: (x) => x * hardSigmoidOfKeras3(x),
  leaky_relu: (x) => leaky(x, 0.2),
  linear: (x) => x,
  mish: (x) => x * Math.tanh(softplus(x)),
  relu: (x) => Math.max(0, x),
  relu6: (x) => Math.min(6, Math.max(0, x)),
  selu: (x) => SELU.scale * elu(x, SELU.alpha),
  sigmoid,
  silu: (x) => x * sigmoid(x),
  softplus,
  softsign: (x) => x / (1 + Math.abs(x)),
  swish: (x) => x * sigmoid(x),
  tanh: Math.tanh,
};

export const ACTIVATION_NAMES: readonly string[] = [...Object.keys(BY_VALUE), 'softmax', 'log_softmax'];

function mapped({ shape, data }: Values, each: (x: number) => number): Values {
  return { shape, data: data.map(each) };
}

/** `log_softmax` over several axes at once; the axes as the array has them. */
function logSoftmax(x: Values, axes: readonly number[]): Values {
  const group = (place: readonly number[]) => place.filter((_, axis) => !axes.includes(axis)).join();
  const members = new Map<string, number[]>();
  let i = 0;
  for (const place of placesIn(x.shape)) {
    const key = group(place);
    members.set(key, [...(members.get(key) ?? []), x.data[i++] ?? Number.NaN]);
  }
  const totals = new Map<string, number>();
  for (const [key, values] of members) {
    const most = Math.max(...values);
    totals.set(key, most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0)));
  }
  i = 0;
  return filled(x.shape, (place) => (x.data[i++] ?? Number.NaN) - (totals.get(group(place)) ?? Number.NaN));
}

/** The activation that a layer's settings name; none of them is linear. */
export function activate(x: Values, name: Json | undefined): Values {
  const last = [x.shape.length - 1];
  if (name === undefined || name === null) return x;
  if (name === 'softmax') return mapped(logSoftmax(x, last), Math.exp);
  if (name === 'log_softmax') return logSoftmax(x, last);
  // The class of a layer, by its name alone: with the settings it has by itself.
  if (name !== 'Activation' && Object.hasOwn(ACTIVATION_LAYERS, String(name)))
    return ACTIVATION_LAYERS[String(name)]?.run({}, [x], new Map()) ?? x;
  const each = BY_VALUE[String(name)];
  if (!each) throw new Error(`the reference knows no activation ${JSON.stringify(name)}`);
  return mapped(x, each);
}

function numberOf(settings: Settings, name: string, otherwise: number): number {
  const value = settings[name];
  return typeof value === 'number' ? value : otherwise;
}

export const ACTIVATION_LAYERS: Readonly<Record<string, ReferenceLayer>> = {
  Activation: { run: ({ activation }, inputs) => activate(only(inputs), activation) },
  ELU: { run: (settings, inputs) => mapped(only(inputs), (x) => elu(x, numberOf(settings, 'alpha', 1))) },
  LeakyReLU: {
    run: (settings, inputs) =>
      mapped(only(inputs), (x) => leaky(x, numberOf(settings, 'alpha', numberOf(settings, 'negative_slope', 0.3)))),
  },
  PReLU: {
    weights: ({ shared_axes: shared }, input) => ({
      alpha: input.map((side, axis) => (Array.isArray(shared) && shared.includes(axis + 1) ? 1 : side)),
    }),
    run: (_settings, inputs, weights) => {
      const [x, alpha] = [only(inputs), weightOf(weights, 'alpha')];
      let i = 0;
      return filled(x.shape, (place) => leaky(x.data[i++] ?? Number.NaN, broadcastAt(alpha, place)));
    },
  },
  ReLU: {
    run: (settings, inputs) => {
      const threshold = numberOf(settings, 'threshold', 0);
      const slope = numberOf(settings, 'negative_slope', 0);
      const most = numberOf(settings, 'max_value', Number.POSITIVE_INFINITY);
      return mapped(only(inputs), (x) => (x >= threshold ? Math.min(x, most) : slope * (x - threshold)));
    },
  },
  Softmax: {
    run: ({ axis }, inputs) => {
      const x = only(inputs);
      const axes = (Array.isArray(axis) ? axis : [axis ?? -1]).map((one) => axisIn(x.shape, Number(one)));
      return mapped(logSoftmax(x, axes), Math.exp);
    },
  },
  ThresholdedReLU: { run: (settings, inputs) => mapped(only(inputs), (x) => (x > numberOf(settings, 'theta', 1) ? x : 0)) },
};
