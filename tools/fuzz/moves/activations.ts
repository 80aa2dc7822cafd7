import type { Json } from '../../../src/formats/network/artifacts.ts';
import type { Draw } from '../draw.ts';
import type { Builder } from '../drawing/builder.ts';
import { Unsuitable } from '../drawing/builder.ts';
import type { Config, Tensor } from '../network.ts';
import { channelsOf, type Move, size } from './move.ts';

const OF_BOTH = [
  'elu',
  'exponential',
  'gelu',
  'hard_sigmoid',
  'linear',
  'log_softmax',
  'mish',
  'relu',
  'selu',
  'sigmoid',
  'softmax',
  'softplus',
  'softsign',
  'swish',
  'tanh',
];

const OF_KERAS_3 = ['hard_silu', 'hard_swish', 'leaky_relu', 'relu6', 'silu'];

/** Of files that were converted here. */
const OF_CONVERTED = [
  'absolute',
  'approximateGelu',
  'errorFunction',
  'gelu_new',
  'hardSigmoidOfKeras3',
  'hardSilu',
  'leakyReluOfKeras3',
  'naturalLogarithm',
  'signFunction',
  'square',
  'squareRoot',
];

/** Of such files too, with settings. */
function convertedWithSettings({ draw }: Builder): Json {
  const slope = draw.real(0.05, 0.5);
  return draw.pick<Json>([
    { class_name: 'clipOf', config: { minimum: draw.real(-1, 0), maximum: draw.real(0.5, 2) } },
    { class_name: 'celuOf', config: { alpha: draw.real(0.3, 2) } },
    { class_name: 'eluOf', config: { alpha: draw.real(0.3, 2) } },
    { class_name: 'powerOf', config: { exponent: draw.pick([2, 3]) } },
    { class_name: 'leakyReluOf', config: { slope } },
    { class_name: 'reluOf', config: { slope, threshold: draw.real(0, 0.4), maximum: draw.real(0.5, 2) } },
  ]);
}

/** A layer in the place of an activation's name. */
function layerAsActivation({ draw, dialect }: Builder): Json {
  const slope = draw.real(0.05, 0.5);
  const [kind, settings] = draw.pick<readonly [string, Config]>([
    ['LeakyReLU', dialect === 'keras-3' ? { negative_slope: slope } : { alpha: slope }],
    ['ReLU', { max_value: 6, negative_slope: 0, threshold: 0 }],
    ['ELU', { alpha: draw.real(0.5, 1.5) }],
  ]);
  const config = { name: `${kind.toLowerCase()}_inside`, trainable: true, dtype: 'float32', ...settings };
  return dialect === 'keras-3' ? { module: 'keras.layers', class_name: kind, config, registered_name: null } : { class_name: kind, config };
}

/** Any activation; two times in three the one whose turn it is, so that each comes up. */
export function anyActivation(builder: Builder): Json {
  const { draw, dialect, turn } = builder;
  if (draw.isOneIn(8)) return layerAsActivation(builder);
  if (dialect === 'keras-2' && draw.isOneIn(10)) return convertedWithSettings(builder);
  const names = [...OF_BOTH, ...(dialect === 'keras-3' ? OF_KERAS_3 : OF_CONVERTED)];
  return draw.isOneIn(3) ? draw.pick(names) : (names[turn % names.length] ?? 'linear');
}

/** The activation of a layer with weights: mostly a common one. */
export function layerActivation(builder: Builder): Json {
  const { draw } = builder;
  return draw.isOneIn(3) ? anyActivation(builder) : draw.pick(['linear', 'linear', 'relu']);
}

/** Below zero they are no numbers, and at zero they have no slope: what goes into them is made positive first. */
const OF_POSITIVE = ['naturalLogarithm', 'squareRoot'];

export function suited(builder: Builder, x: Tensor, activation: Json): Tensor {
  const isSafe = !OF_POSITIVE.includes(String(activation)) || Math.min(...x.values.data) > 0.05;
  return isSafe ? x : builder.apply('Activation', { activation: 'softplus' }, [x]);
}

const activation: Move = (builder, x) => {
  const { draw, dialect } = builder;
  // No layer with weights can end in them.
  const name = dialect === 'keras-2' && draw.isOneIn(6) ? draw.pick(OF_POSITIVE) : anyActivation(builder);
  return builder.apply('Activation', { activation: name }, [suited(builder, x, name)]);
};

/** With everything that it can have. */
function generalRelu(draw: Draw): Config {
  return {
    max_value: draw.pick([null, draw.real(0.5, 2)]),
    negative_slope: draw.real(0, 0.5),
    threshold: draw.pick([0, draw.real(0, 0.4)]),
  };
}

const relu: Move = (builder, x) => {
  const { draw } = builder;
  const settings = draw.pick([
    { max_value: null, negative_slope: 0, threshold: 0 },
    { max_value: 6, negative_slope: 0, threshold: 0 },
    { max_value: draw.real(0.5, 2), negative_slope: 0, threshold: 0 },
    { max_value: null, negative_slope: draw.real(0.05, 0.5), threshold: 0 },
    generalRelu(draw),
    {},
  ]);
  return builder.apply('ReLU', settings, [x]);
};

const leakyRelu: Move = (builder, x) => {
  const { draw, dialect } = builder;
  const slope = draw.real(0.05, 0.5);
  const settings = dialect === 'keras-3' ? { negative_slope: slope } : { alpha: slope };
  return builder.apply('LeakyReLU', draw.isOneIn(4) ? {} : settings, [x]);
};

const elu: Move = (builder, x) => builder.apply('ELU', { alpha: builder.draw.pick([1, builder.draw.real(0.3, 2)]) }, [x]);

const thresholdedRelu: Move = (builder, x) => {
  if (builder.dialect !== 'keras-2') throw new Unsuitable('Keras 3 has no ThresholdedReLU');
  return builder.apply('ThresholdedReLU', { theta: builder.draw.real(0.1, 1) }, [x]);
};

const prelu: Move = (builder, x) => {
  const { draw } = builder;
  const { shape } = x.values;
  const axes = shape.map((_, i) => i + 1);
  // Shared by rows and columns, by rows alone, or by nobody.
  const shared = draw.pick([axes.slice(0, -1), axes.slice(0, 1), null]);
  const own = shape.map((side, i) => (shared?.includes(i + 1) && shape.length > 1 ? 1 : side));
  const config = { shared_axes: shape.length > 1 ? shared : null };
  return builder.apply('PReLU', config, [x], { weights: [{ name: 'alpha', shape: own, values: draw.uniform(size(own), -0.2, 0.5) }] });
};

const softmax: Move = (builder, x) => {
  const { draw } = builder;
  const { length: rank } = x.values.shape;
  const axis = draw.pick([-1, rank, draw.whole(1, rank)]);
  if (x.values.shape.at(axis === -1 ? -1 : axis - 1) === 1) throw new Unsuitable('a softmax of one value is always 1');
  const several = x.values.shape.map((_, i) => i + 1).slice(0, draw.whole(1, rank));
  // Its values are small; what follows expects them to be about one.
  const y = builder.apply('Softmax', { axis: draw.pick<Json>([axis, axis, [axis], several]) }, [x]);
  return builder.isChain || channelsOf(x) < 2 ? y : builder.apply('Multiply', {}, [y, x]);
};

export const ACTIVATION_MOVES = {
  Activation: activation,
  ELU: elu,
  LeakyReLU: leakyRelu,
  PReLU: prelu,
  ReLU: relu,
  Softmax: softmax,
  ThresholdedReLU: thresholdedRelu,
} as const satisfies Readonly<Record<string, Move>>;
