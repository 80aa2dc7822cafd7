/** Operators of whole numbers, without what those round, and those of ONNX Runtime that do several things at once. */
import { type NodeOf, tensor } from '../../../formats/testing/onnx/onnx-writer.ts';
import type { ImageShape, OnnxCase } from './onnx-case.ts';

const KERNEL = [50, -100, 30, -20, 120, 7];
const SCALES = [0.01, 0.02];
const ZEROS = [1, -3];
const BIAS = [40, -900];
const BYTE = 1 / 128;
const GIVEN = { scale: 0.025, zero: 100 };

const bytes = (name: string, shape: readonly number[], values: readonly number[], type: 2 | 3) =>
  tensor(name, shape, [], { type, raw: type === 3 ? new Uint8Array(Int8Array.from(values).buffer) : Uint8Array.from(values) });

const TENSORS = [
  tensor('xs', [], [BYTE]),
  bytes('xz', [], [0], 2),
  bytes('w', [2, 3, 1, 1], KERNEL, 3),
  tensor('ws', [2], SCALES),
  bytes('wz', [2], ZEROS, 3),
  tensor('b', [2], [], { type: 6, raw: new Uint8Array(Int32Array.from(BIAS).buffer) }),
  tensor('ys', [], [GIVEN.scale]),
  bytes('yz', [], [GIVEN.zero], 2),
  tensor('floats', [2, 3, 1, 1], KERNEL),
];

const cut = (value: number) => Math.min((255 - GIVEN.zero) * GIVEN.scale, Math.max(-GIVEN.zero * GIVEN.scale, value));

/** @param weight of a filter and a channel */
function convolved(x: Float64Array, [channels, rows, columns]: ImageShape, weight: (filter: number, channel: number) => number): number[] {
  const cells = rows * columns;
  return [0, 1].flatMap((filter) =>
    Array.from({ length: cells }, (_, cell) =>
      Array.from({ length: channels }, (__, channel) => weight(filter, channel) * (x[channel * cells + cell] ?? 0)).reduce((a, b) => a + b),
    ),
  );
}

const taken = (filter: number, channel: number) => ((KERNEL[filter * 3 + channel] ?? 0) - (ZEROS[filter] ?? 0)) * (SCALES[filter] ?? 0);
const raw = (filter: number, channel: number) => KERNEL[filter * 3 + channel] ?? 0;

/** What is rounded is cut off, too. */
function quantized(x: Float64Array, shape: ImageShape): number[] {
  const sums = convolved(x, shape, taken);
  const cells = sums.length / 2;
  return sums.map((sum, i) => cut(sum + (BIAS[Math.floor(i / cells)] ?? 0) * BYTE * (SCALES[Math.floor(i / cells)] ?? 0)));
}

const QUANTIZE: NodeOf = { kind: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], outputs: ['q'] };
const CONVOLVE: NodeOf = { kind: 'QLinearConv', inputs: ['q', 'xs', 'xz', 'w', 'ws', 'wz', 'ys', 'yz', 'b'], outputs: ['c'], name: 'conv' };
const floats = (input: string): NodeOf => ({ kind: 'DequantizeLinear', inputs: [input, 'ys', 'yz'], outputs: ['y'] });
const ofRuntime = (kind: string, inputs: readonly string[], outputs: readonly string[], attributes: NodeOf['attributes'] = {}): NodeOf => ({
  kind,
  inputs,
  outputs,
  attributes,
  domain: 'com.microsoft',
});

export function fusedCases(): OnnxCase[] {
  return [
    { name: 'QLinearConv', nodes: [QUANTIZE, CONVOLVE, floats('c')], tensors: TENSORS, expected: quantized },
    {
      name: 'MaxPool of whole numbers',
      nodes: [QUANTIZE, CONVOLVE, { kind: 'MaxPool', inputs: ['c'], outputs: ['p'], attributes: { kernel_shape: [5, 7] } }, floats('p')],
      tensors: TENSORS,
      expected: (x, shape) => {
        const values = quantized(x, shape);
        return [values.slice(0, values.length / 2), values.slice(values.length / 2)].map((own) => Math.max(...own));
      },
    },
    {
      name: 'QLinearAdd and QLinearConcat',
      nodes: [
        QUANTIZE,
        CONVOLVE,
        ofRuntime('QLinearAdd', ['c', 'ys', 'yz', 'c', 'ys', 'yz', 'ys', 'yz'], ['s']),
        ofRuntime('QLinearConcat', ['ys', 'yz', 'c', 'ys', 'yz', 's', 'ys', 'yz'], ['j'], { axis: 1 }),
        floats('j'),
      ],
      tensors: TENSORS,
      expected: (x, shape) => {
        const values = quantized(x, shape);
        return [...values, ...values.map((value) => cut(2 * value))];
      },
    },
    {
      name: 'ConvInteger of what is quantized image by image',
      nodes: [
        { kind: 'DynamicQuantizeLinear', inputs: ['x'], outputs: ['q', 'qs', 'qz'] },
        { kind: 'ConvInteger', inputs: ['q', 'w', 'qz', 'wz'], outputs: ['i'] },
        { kind: 'Cast', inputs: ['i'], outputs: ['f'], attributes: { to: 1 } },
        { kind: 'Mul', inputs: ['qs', 'ys'], outputs: ['scale'] },
        { kind: 'Mul', inputs: ['f', 'scale'], outputs: ['y'] },
      ],
      tensors: TENSORS,
      expected: (x, shape) => convolved(x, shape, (filter, channel) => (raw(filter, channel) - (ZEROS[filter] ?? 0)) * GIVEN.scale),
    },
    {
      name: 'ConvInteger of whole numbers whose zero is another one',
      nodes: [
        { kind: 'ConvInteger', inputs: ['x', 'w', 'yz', 'wz'], outputs: ['i'] },
        { kind: 'Cast', inputs: ['i'], outputs: ['y'], attributes: { to: 1 } },
      ],
      tensors: TENSORS,
      expected: (x, shape) =>
        convolved(
          x.map((value) => value - GIVEN.zero),
          shape,
          (filter, channel) => raw(filter, channel) - (ZEROS[filter] ?? 0),
        ),
    },
    {
      name: 'FusedConv with a leaky ReLU, and what is added before',
      nodes: [
        { kind: 'Conv', inputs: ['x', 'floats'], outputs: ['other'] },
        ofRuntime('FusedConv', ['x', 'floats', '', 'other'], ['y'], { activation: 'LeakyRelu', activation_params: { floats: [0.25] } }),
      ],
      tensors: TENSORS,
      expected: (x, shape) => convolved(x, shape, raw).map((value) => (value > 0 ? 2 * value : 0.5 * value)),
    },
    {
      name: 'QuickGelu',
      nodes: [ofRuntime('QuickGelu', ['x'], ['y'], { alpha: { float: 2.5 } })],
      expected: (x) => x.map((value) => value / (1 + Math.exp(-2.5 * value))),
    },
  ];
}
