/** Operations that stand among the layers, where a model's author wrote `x / 127.5` or `x[..., ::-1]`. */

import type { Json } from '../../../src/formats/network/artifacts.ts';
import type { Builder } from '../drawing/builder.ts';
import { Unsuitable } from '../drawing/builder.ts';
import type { Config, Tensor } from '../network.ts';
import { suited } from './activations.ts';
import { channelsOf, gridOf, type Move } from './move.ts';

/** What an operation is called, and what it is given beside its tensors. */
interface Written {
  /** TensorFlow's function, as Keras 2 names it. */
  readonly functionName: string;
  readonly named: Config;
  /** The class of Keras 3, where it is, and what comes after the tensors. */
  readonly kind: string;
  readonly module: 'numpy' | 'nn' | 'image' | 'core';
  readonly settings?: Config;
  readonly others?: readonly Json[];
  /** What comes before the tensors, in Keras 3 only. */
  readonly before?: readonly Json[];
}

/** @param equivalent the layer that does the same */
function operation(builder: Builder, inputs: readonly Tensor[], equivalent: { kind: string; config: Config }, written: Written): Tensor {
  if (builder.isChain) throw new Unsuitable('an operation is no layer of a chain');
  const { functionName, named, kind, module, settings = {}, others = [], before = [] } = written;
  if (builder.dialect === 'keras-3') {
    const call = (tensors: readonly Json[]): Json => ({ args: [...before, ...tensors, ...others], kwargs: {} });
    return builder.apply(kind, settings, inputs, { operation: { equivalent, module: `keras.src.ops.${module}`, call } });
  }
  const call = ([x, y]: readonly Json[]): Json => [...(x as readonly Json[]), { ...(y !== undefined && { y }), ...named, name: null }];
  const wrapper = functionName === '__operators__.getitem' ? 'SlicingOpLambda' : 'TFOpLambda';
  return builder.apply(wrapper, { function: functionName }, inputs, { operation: { equivalent, module: '', call } });
}

/** `x + 3` and its like; in Keras 2 with a number for each channel too. */
export const withNumbers: Move = (builder, x) => {
  const { draw, dialect } = builder;
  const number = () => draw.real(0.5, 2) * draw.pick([1, -1]);
  const isList = dialect === 'keras-2' && draw.isOneIn(3);
  const numbers = isList ? Array.from({ length: channelsOf(x) }, number) : [number()];
  const isFlipped = dialect === 'keras-3' && draw.isOneIn(3);
  const each = (change: (value: number) => number) => numbers.map(change);
  const [functionName, kind, scale, offset] = draw.pick<readonly [string, string, readonly number[], readonly number[]]>([
    [draw.pick(['math.add', '__operators__.add']), 'Add', [1], numbers],
    ['math.subtract', 'Subtract', [isFlipped ? -1 : 1], isFlipped ? numbers : each((value) => -value)],
    ['math.multiply', 'Multiply', numbers, [0]],
    ...(isFlipped ? [] : [[draw.pick(['math.truediv', 'math.divide']), 'TrueDivide', each((value) => 1 / value), [0]] as const]),
  ]);
  const given: Json = isList ? numbers : (numbers[0] ?? 0);
  const written = { functionName, named: { y: given }, kind, module: 'numpy' as const };
  const equivalent = { kind: 'Rescaling', config: { scale, offset } };
  return operation(builder, [x], equivalent, { ...written, ...(isFlipped ? { before: [given] } : { others: [given] }) });
};

/** `x + y` and its like. */
export const withTensor: Move = (builder, x) => {
  const { draw } = builder;
  const other = builder.apply('Activation', { activation: draw.pick(['softplus', 'sigmoid', 'tanh']) }, [x]);
  const [kind, functionName] = draw.pick([
    ['Add', '__operators__.add'],
    ['Subtract', 'math.subtract'],
    ['Multiply', 'math.multiply'],
    ['Divide', 'math.divide'],
  ] as const);
  return operation(builder, [x, other], { kind, config: {} }, { functionName, named: {}, kind, module: 'numpy' });
};

const FUNCTIONS = [
  ['nn.relu', 'Relu', 'nn', 'relu'],
  ['nn.relu6', 'Relu6', 'nn', 'relu6'],
  ['math.sigmoid', 'Sigmoid', 'nn', 'sigmoid'],
  ['nn.silu', 'Silu', 'nn', 'silu'],
  ['math.tanh', 'Tanh', 'numpy', 'tanh'],
  ['math.softplus', 'Softplus', 'nn', 'softplus'],
  ['math.abs', 'Absolute', 'numpy', 'absolute'],
  ['math.square', 'Square', 'numpy', 'square'],
  ['math.sqrt', 'Sqrt', 'numpy', 'squareRoot'],
  ['math.exp', 'Exp', 'numpy', 'exponential'],
  ['math.log', 'Log', 'numpy', 'naturalLogarithm'],
] as const;

export const ofOneTensor: Move = (builder, x) => {
  const [functionName, kind, module, activation] = builder.draw.pick(FUNCTIONS);
  return operation(
    builder,
    [suited(builder, x, activation)],
    { kind: 'Activation', config: { activation } },
    { functionName, named: {}, kind, module },
  );
};

export const clipped: Move = (builder, x) => {
  const { draw } = builder;
  const [minimum, maximum] = [draw.real(-1, 0.2), draw.real(0.5, 2)];
  const activation = { class_name: 'clipOf', config: { minimum, maximum } };
  const named = { clip_value_min: minimum, clip_value_max: maximum };
  const written = {
    functionName: 'clip_by_value',
    named,
    kind: 'Clip',
    module: 'numpy' as const,
    settings: { x_min: minimum, x_max: maximum },
  };
  return operation(builder, [x], { kind: 'Activation', config: { activation } }, written);
};

/** Channels turned round, or some of the rows. */
export const sliced: Move = (builder, x) => {
  const { draw, dialect } = builder;
  const [rows] = gridOf(x);
  const [start, step] = [draw.whole(0, Math.min(2, rows - 1)), draw.whole(1, 2)];
  const slices: readonly Json[] = draw.pick<readonly Json[]>([
    ['...', [null, null, -1]],
    [
      [null, null, 1],
      [start, null, step],
    ],
  ]);
  const written = slices.map((slice): Json => {
    if (!Array.isArray(slice)) return dialect === 'keras-3' ? { class_name: '__ellipsis__', config: {} } : { class_name: '__ellipsis__' };
    const [from = null, to = null, by = null] = slice;
    const settings = { start: from, stop: to, step: by === 1 ? null : by };
    return dialect === 'keras-3' ? { class_name: '__slice__', config: settings } : settings;
  });
  const equivalent = { kind: 'Slice', config: { slices } };
  const named = { slice_spec: written };
  return operation(builder, [x], equivalent, {
    functionName: '__operators__.getitem',
    named,
    kind: 'GetItem',
    module: 'numpy',
    others: [written],
  });
};

export const resized: Move = (builder, x) => {
  const { draw } = builder;
  gridOf(x);
  const size = [draw.whole(3, 12), draw.whole(3, 12)] as const;
  const interpolation = draw.pick(['bilinear', 'nearest']);
  const equivalent = { kind: 'Resizing', config: { height: size[0], width: size[1], interpolation } };
  const named = { size, method: interpolation, antialias: false, preserve_aspect_ratio: false };
  const settings = { size, interpolation, antialias: false, data_format: 'channels_last' };
  return operation(builder, [x], equivalent, { functionName: 'image.resize', named, kind: 'Resize', module: 'image', settings });
};
