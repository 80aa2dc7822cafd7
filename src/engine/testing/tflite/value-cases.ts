/** Operators that compute with single values, and with those of all channels. */
import type { TableOf } from '../../../formats/testing/tflite/flatbuffer-writer.ts';
import * as reference from '../reference/tflite-operators.ts';
import { at, filled, type Values } from '../reference/values.ts';
import { floats, IMAGE, numbers, single, type TfliteCase, wholes } from './tflite-case.ts';

/** Functions of single values: of what the image gives less a half, so that both signs are there. */
function functions(): TfliteCase[] {
  const of = (kind: string, compute: (value: number) => number, options?: TableOf): TfliteCase => ({
    name: `${kind} of both signs`,
    image: IMAGE,
    tensors: { half: { shape: [], values: [0.5] }, z: { shape: IMAGE } },
    operators: [
      { kind: 'SUB', inputs: ['image', 'half'], outputs: ['z'] },
      { kind, inputs: ['z'], outputs: ['y'], ...(options && { options }) },
    ],
    expected: (x) => reference.mapped(x, (value) => compute(value - 0.5)),
  });
  const gelu = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
  return [
    of('RELU', (x) => Math.max(0, x)),
    of('RELU_N1_TO_1', (x) => Math.min(1, Math.max(-1, x))),
    of('LEAKY_RELU', (x) => (x < 0 ? 0.25 * x : x), { 0: { float: 0.25 } }),
    of('ELU', (x) => (x < 0 ? Math.exp(x) - 1 : x)),
    of('HARD_SWISH', (x) => (x * Math.min(6, Math.max(0, x + 3))) / 6),
    of('TANH', Math.tanh),
    of('GELU', gelu, { 0: { int8: 1 } }),
    of('NEG', (x) => -x),
    of('ABS', Math.abs),
    of('EXP', Math.exp),
    of('SQUARE', (x) => x * x),
    of('SIGN', Math.sign),
  ];
}

/** A gate, as converters write it out; at the end a sigmoid would be taken off. */
function gated(): TfliteCase {
  return {
    name: 'LOGISTIC as a gate',
    image: IMAGE,
    tensors: { s: { shape: IMAGE } },
    operators: [
      { kind: 'LOGISTIC', inputs: ['image'], outputs: ['s'] },
      { kind: 'MUL', inputs: ['s', 'image'], outputs: ['y'] },
    ],
    expected: (x) => reference.mapped(x, (value) => value / (1 + Math.exp(-value))),
  };
}

/** SELU, which converters write out: one function above zero, and another one below. */
function chosen(): TfliteCase {
  const [alpha, gamma] = [1.6732632423543772, 1.0507009873554805];
  const number = (value: number) => ({ shape: [], values: [value] });
  const own = ['z', 'above', 'e', 'm', 'below'].map((name) => [name, { shape: IMAGE }] as const);
  const constants = { half: number(0.5), zero: number(0), one: number(1), gamma: number(gamma), product: number(alpha * gamma) };
  return {
    name: 'SELECT of the two parts of SELU',
    image: IMAGE,
    tensors: { ...Object.fromEntries(own), ...constants, is: { shape: IMAGE, type: 'bool' } },
    operators: [
      { kind: 'SUB', inputs: ['image', 'half'], outputs: ['z'] },
      { kind: 'GREATER', inputs: ['z', 'zero'], outputs: ['is'] },
      { kind: 'MUL', inputs: ['z', 'gamma'], outputs: ['above'] },
      { kind: 'EXP', inputs: ['z'], outputs: ['e'] },
      { kind: 'SUB', inputs: ['e', 'one'], outputs: ['m'] },
      { kind: 'MUL', inputs: ['m', 'product'], outputs: ['below'] },
      { kind: 'SELECT', inputs: ['is', 'above', 'below'], outputs: ['y'] },
    ],
    expected: (x) => reference.mapped(x, (value) => (value > 0.5 ? gamma * (value - 0.5) : gamma * alpha * (Math.exp(value - 0.5) - 1))),
  };
}

function arithmetic(): TfliteCase[] {
  const perChannel = numbers([3], 5);
  const of = (kind: string, compute: (x: number, y: number) => number, options?: TableOf) =>
    single(
      'and a number for each channel',
      kind,
      (x) => reference.mapped(x, (value, place) => compute(value, at(perChannel, [place[3] ?? 0]))),
      {
        tensors: { c: floats(perChannel) },
        ...(options && { options }),
      },
    );
  return [
    of('ADD', (x, y) => x + y),
    of('ADD', (x, y) => Math.max(0, x + y), { 0: { int8: 1 } }),
    of('SUB', (x, y) => Math.min(6, Math.max(0, x - y)), { 0: { int8: 3 } }),
    of('MUL', (x, y) => Math.tanh(x * y), { 0: { int8: 4 } }),
    of('DIV', (x, y) => Math.min(1, Math.max(-1, x / y)), { 0: { int8: 2 } }),
  ].map((one, i) => ({ ...one, name: `${one.name} (${i})` }));
}

function channelwise(): TfliteCase[] {
  const slopes = numbers([1, 1, 3], 4);
  const around = (x: Values, [, r = 0, c = 0, k = 0]: readonly number[]) =>
    [-1, 0, 1].reduce((total, by) => total + (k + by >= 0 && k + by < 3 ? at(x, [0, r, c, k + by]) ** 2 : 0), 0);
  const exponents = (x: Values, beta: number, [, r = 0, c = 0]: readonly number[]) =>
    [0, 1, 2].reduce((total, k) => total + Math.exp(beta * at(x, [0, r, c, k])), 0);
  return [
    single(
      'of neighbouring channels',
      'LOCAL_RESPONSE_NORMALIZATION',
      (x) => reference.mapped(x, (value, place) => value / (2 + 0.5 * around(x, place)) ** 0.75),
      {
        options: { 0: { int32: 1 }, 1: { float: 2 }, 2: { float: 0.5 }, 3: { float: 0.75 } },
      },
    ),
    single(
      'of scores that are scaled',
      'SOFTMAX',
      (x) => reference.mapped(x, (value, place) => Math.exp(3 * value) / exponents(x, 3, place)),
      {
        options: { 0: { float: 3 } },
      },
    ),
    {
      name: 'PRELU of slopes for each channel',
      image: IMAGE,
      tensors: { half: { shape: [], values: [0.5] }, z: { shape: IMAGE }, slopes: floats(slopes) },
      operators: [
        { kind: 'SUB', inputs: ['image', 'half'], outputs: ['z'] },
        { kind: 'PRELU', inputs: ['z', 'slopes'], outputs: ['y'] },
      ],
      expected: (x) =>
        reference.mapped(x, (value, place) => (value < 0.5 ? (value - 0.5) * at(slopes, [0, 0, place[3] ?? 0]) : value - 0.5)),
    },
  ];
}

function dense(): TfliteCase[] {
  const [matrix, bias] = [numbers([5, 126]), numbers([5], 3)];
  const [keeping, rows] = [numbers([4, 3]), [1, 42, 3]];
  return [
    single(
      'of an image',
      'FULLY_CONNECTED',
      (x) => filled([1, 5], ([, unit = 0]) => x.data.reduce((total, value, i) => total + value * at(matrix, [unit, i]), at(bias, [unit]))),
      {
        tensors: { w: floats(matrix), b: floats(bias) },
      },
    ),
    {
      name: 'FULLY_CONNECTED that keeps its sides',
      image: IMAGE,
      tensors: { rows: wholes([3], ...rows), r: { shape: rows }, w: floats(keeping) },
      operators: [
        { kind: 'RESHAPE', inputs: ['image', 'rows'], outputs: ['r'] },
        { kind: 'FULLY_CONNECTED', inputs: ['r', 'w', ''], outputs: ['y'], options: { 2: { int8: 1 } } },
      ],
      expected: ({ data }) =>
        filled([1, 42, 4], ([, row = 0, unit = 0]) =>
          [0, 1, 2].reduce((total, k) => total + (data[row * 3 + k] ?? 0) * at(keeping, [unit, k]), 0),
        ),
    },
  ];
}

/** Of whole numbers throughout, whose least one stands for zero. */
function whole(): TfliteCase {
  const scales = [0.02, 0.01, 0.03, 0.005];
  const drawn = numbers([4, 3, 3, 3]);
  const weights = reference.mapped(drawn, (value) => Math.round(value * 127));
  const biases = [40, -900, 300, 2000];
  const kernel = reference.mapped(weights, (value, [filter = 0]) => value * (scales[filter] ?? 0));
  const bias = biases.map((value, filter) => (value * (scales[filter] ?? 0)) / 255);
  const quantized = (zero: number, scale: number) => ({ scales: [scale], zeros: [zero] });
  const window = { strides: [1, 1], padding: 'SAME' } as const;
  return {
    name: 'CONV_2D of whole numbers',
    image: IMAGE,
    tensors: {
      w: { shape: weights.shape, type: 'int8', values: weights.data, quantization: { scales, side: 0 } },
      b: { shape: [4], type: 'int32', values: biases, quantization: { scales: scales.map((scale) => scale / 255), side: 0 } },
      q: { shape: IMAGE, type: 'int8', quantization: quantized(-128, 1 / 255) },
      c: { shape: [1, 7, 6, 4], type: 'int8', quantization: quantized(-128, 0.1) },
    },
    operators: [
      { kind: 'QUANTIZE', inputs: ['image'], outputs: ['q'] },
      { kind: 'CONV_2D', inputs: ['q', 'w', 'b'], outputs: ['c'], options: { 1: { int32: 1 }, 2: { int32: 1 } } },
      { kind: 'DEQUANTIZE', inputs: ['c'], outputs: ['y'] },
    ],
    expected: (x) => reference.mapped(reference.convolution(x, kernel, bias, window), (value) => Math.max(0, value)),
  };
}

function reductions(): TfliteCase[] {
  const lengthAt = (x: Values, [, r = 0, c = 0]: readonly number[]) => Math.hypot(...[0, 1, 2].map((k) => at(x, [0, r, c, k])));
  return [
    single('of channels', 'L2_NORMALIZATION', (x) => reference.mapped(x, (value, place) => value / lengthAt(x, place))),
    single(
      'of channels',
      'REDUCE_MAX',
      (x) => filled([1, 7, 6, 1], ([, r = 0, c = 0]) => Math.max(...[0, 1, 2].map((k) => at(x, [0, r, c, k])))),
      {
        tensors: { side: wholes([1], -1) },
        options: { 0: { int8: 1 } },
      },
    ),
    single('and a number', 'MAXIMUM', (x) => reference.mapped(x, (value) => Math.max(0.5, value)), {
      tensors: { half: { shape: [], values: [0.5] } },
    }),
    single('of channels', 'TILE', (x) => reference.picked(x, [1, 7, 6, 6], ([, r = 0, c = 0, k = 0]) => [0, r, c, k % 3]), {
      tensors: { times: wholes([4], 1, 1, 1, 2) },
    }),
    single('of itself', 'ADD_N', (x) => reference.mapped(x, (value) => 3 * value), { inputs: ['image', 'image', 'image'] }),
  ];
}

export function valueCases(): TfliteCase[] {
  return [...functions(), gated(), chosen(), ...arithmetic(), ...channelwise(), ...dense(), whole(), ...reductions()];
}
