/** ONNX files that are damaged, claim what is not there, or hold what cannot be run. */
import { type AttributeOf, type NodeOf, ONNX_TYPES, tensor, valueInfo } from '../onnx/onnx-writer.ts';
import { NODES, numbers, soundOnnx, TENSORS, withNode } from '../onnx/sound-onnx.ts';
import { message } from '../tensorflow-bytes.ts';
import { alone, type BrokenCase, changed, cutAt, noise } from './broken-case.ts';

const FILE = 'network.onnx';

function of(what: string, bytes: Uint8Array<ArrayBuffer>): BrokenCase {
  return alone(`an ONNX graph ${what}`, FILE, bytes);
}

function damaged(): BrokenCase[] {
  const sound = soundOnnx();
  return [
    ...[1, 2, 9, 0.1, 0.3, 0.5, 0.8, sound.length - 1].map((at) => of(`cut short at ${at}`, cutAt(sound, at))),
    of('that is noise', noise(2000, 21)),
    of('that is zeros', new Uint8Array(500)),
    of('without a graph', message([1, 8], [8, message([2, 13])])),
    of('whose graph is a text', message([1, 8], [7, 'not a graph at all, but words'], [8, message([2, 13])])),
    of(
      'whose length is a lie',
      changed(sound, (copy) => copy.fill(0xff, 8, 16)),
    ),
    of('without nodes', soundOnnx({ nodes: [] })),
    of('without anything', soundOnnx({ nodes: [], tensors: [], inputs: [], outputs: [] })),
  ];
}

/** The first tensor is the kernel. */
function withKernel(what: string, kernel: Uint8Array): BrokenCase {
  return of(`whose kernel ${what}`, soundOnnx({ tensors: [kernel, ...TENSORS.slice(1)] }));
}

function lyingTensors(): BrokenCase[] {
  const values = numbers([4, 3, 3, 3]);
  return [
    withKernel('claims terabytes', tensor('w', [2 ** 40, 3, 3, 3], values)),
    withKernel('claims more than it holds', tensor('w', [5, 3, 3, 3], values)),
    withKernel('claims less than it holds', tensor('w', [3, 3, 3, 3], values)),
    withKernel('counts down', tensor('w', [-4, 3, 3, 3], values)),
    withKernel('is of texts', tensor('w', [4, 3, 3, 3], values, { type: ONNX_TYPES.text })),
    withKernel('is of no kind', tensor('w', [4, 3, 3, 3], values, { type: 77 })),
    withKernel('is empty', tensor('w', [4, 3, 3, 3], [])),
    withKernel('has half of a number', tensor('w', [4, 3, 3, 3], values, { raw: new Uint8Array(431) })),
    withKernel('has three sides', tensor('w', [4, 3, 9], values)),
    withKernel('takes other channels', tensor('w', [4, 9, 3, 1], values)),
    withKernel('is called otherwise', tensor('x', [4, 3, 3, 3], values)),
    withKernel('holds packed numbers that end early', tensor('w', [4, 3, 3, 3], values, { fields: [[4, new Uint8Array(7)]] })),
    of('of sparse weights', soundOnnx({ fields: [[15, message([1, 'x'])]] })),
  ];
}

function inserted(node: NodeOf, given: readonly Uint8Array[] = []): Uint8Array<ArrayBuffer> {
  const [conv, relu, ...others] = NODES;
  if (!conv || !relu) throw new Error('the sound graph has lost its nodes');
  return soundOnnx({ nodes: [conv, node, { ...relu, inputs: ['between'] }, ...others], tensors: [...TENSORS, ...given] });
}

/** With a node between convolution and ReLU. */
function between(
  what: string,
  kind: string,
  attributes: Readonly<Record<string, AttributeOf>> = {},
  more: Partial<NodeOf> = {},
): BrokenCase {
  return of(what, inserted({ kind, name: '/between', inputs: ['c'], outputs: ['between'], attributes, ...more }));
}

function operations(): BrokenCase[] {
  return [
    between('of an operation that is not known', 'Einsum'),
    between('of an operation of somebody’s own', 'Relu', {}, { domain: 'com.example' }),
    between('of a recurrent network', 'LSTM'),
    between('with a loop', 'Loop'),
    between('that sorts', 'TopK'),
    between('of a convolution without weights', 'Conv'),
    between('of a convolution with computed weights', 'Conv', {}, { inputs: ['c', 'c'] }),
    between('of attention', 'MatMul', {}, { inputs: ['c', 'c'] }),
    between('that mixes images of a batch', 'Transpose', { perm: [1, 0, 2, 3] }),
    between('that lays out images of a batch', 'Flatten', { axis: 0 }),
    between('that splits unevenly', 'Split', { axis: 1, split: [1, 1] }),
    between('that pads a terabyte', 'MaxPool', { kernel_shape: [1, 1], pads: [1e6, 1e6, 1e6, 1e6] }),
    between('that pools without windows', 'MaxPool'),
    between('that pools windows larger than its map', 'AveragePool', { kernel_shape: [99, 99] }),
    between('that pools dilated windows', 'MaxPool', { kernel_shape: [2, 2], dilations: [2, 2] }),
    between('that pools in steps of nothing', 'MaxPool', { kernel_shape: [2, 2], strides: [0, 0] }),
    between('that takes a softmax over the batch', 'Softmax', { axis: 0 }),
    between('whose blocks do not come out even', 'DepthToSpace', { blocksize: 3 }),
    between('that makes whole numbers', 'Cast', { to: ONNX_TYPES.int64 }),
    between('that takes a side away that is there', 'Squeeze', { axes: [1] }),
    between('that normalises by each batch', 'BatchNormalization', { training_mode: 1 }, { inputs: ['c', 'b', 'b', 'b', 'b'] }),
    between(
      'that normalises by each batch, as older files say it',
      'BatchNormalization',
      {},
      {
        inputs: ['c', 'b', 'b', 'b', 'b'],
        outputs: ['between', 'mean', 'var', 'saved_mean', 'saved_var'],
      },
    ),
    between('that normalises by other numbers', 'BatchNormalization', {}, { inputs: ['c', 'd', 'd', 'd', 'd'] }),
    between('that adds a tensor that does not fit', 'Add', {}, { inputs: ['c', 'v'] }),
    between('that divides by a tensor of weights', 'Div', {}, { inputs: ['b', 'c'] }),
    between('that waits for itself', 'Relu', {}, { inputs: ['between'] }),
    between('that takes what nothing gives', 'Relu', {}, { inputs: ['nowhere'] }),
    between('that takes nothing', 'Relu', {}, { inputs: [] }),
    of('of a convolution in odd groups', withNode(0, { attributes: { group: 2 } })),
    of('of a convolution padded in no known way', withNode(0, { attributes: { auto_pad: 'SOMEHOW' } })),
    of('of a convolution that pads less than nothing', withNode(0, { attributes: { pads: [-1, -1, -1, -1] } })),
    of('of a convolution in steps of nothing', withNode(0, { attributes: { strides: [0, 0] } })),
    of('of a convolution dilated by a million', withNode(0, { attributes: { dilations: [1e6, 1e6] } })),
    of('of a product that lies the other way round', withNode(4, { attributes: { transA: 1, transB: 1 } })),
    of('of a product of other features', withNode(4, { attributes: {} })),
    of('of three convolutions in a row of weights alone', withNode(0, { inputs: ['w', 'w', 'b'] })),
  ];
}

/** Of operations that are run in some ways, and not in others. */
function settings(): BrokenCase[] {
  const pads = (...ends: number[]) => ({ pads: ends });
  const whole = (name: string, shape: readonly number[], values: readonly number[]) =>
    tensor(name, shape, values, { type: ONNX_TYPES.int64 });
  /** With a tensor `t` beside the graph's own. */
  const taking = (what: string, kind: string, given: Uint8Array, attributes: Readonly<Record<string, AttributeOf>> = {}) => {
    const node: NodeOf = { kind, name: '/between', inputs: ['c', 't'], outputs: ['between'], attributes };
    return of(what, inserted(node, [given]));
  };
  return [
    between('that pads in no known way', 'Pad', { mode: 'somehow', ...pads(0, 0, 1, 1, 0, 0, 1, 1) }),
    between('that pads around', 'Pad', { mode: 'wrap', ...pads(0, 0, 1, 1, 0, 0, 1, 1) }),
    between('that reflects more than there is', 'Pad', { mode: 'reflect', ...pads(0, 0, 9, 0, 0, 0, 0, 0) }),
    between('that pads a batch', 'Pad', pads(1, 0, 0, 0, 0, 0, 0, 0)),
    between('that pads a terabyte around images', 'Pad', pads(0, 0, 1e6, 1e6, 0, 0, 1e6, 1e6)),
    between('that pads a million channels', 'Pad', { mode: 'edge', ...pads(0, 1e6, 0, 0, 0, 1e6, 0, 0) }),
    between('that cuts off all there is', 'Pad', pads(0, 0, -4, 0, 0, 0, -4, 0)),
    between('that pads by too few numbers of nothing', 'Pad', { mode: 'edge', ...pads(0, 0, -9, 1) }),
    between('that normalises by no channels', 'LRN'),
    between('that normalises by less than no channels', 'LRN', { size: -3 }),
    between('that takes the mean of a batch', 'ReduceMean', { axes: [0] }),
    between('that takes the mean of everything', 'ReduceMean', { axes: [1, 2, 3], keepdims: 0 }),
    between('that takes the mean of no side', 'ReduceMean'),
    between('that adds up a batch', 'ReduceSum', { axes: [0, 2, 3] }),
    between('that takes the least along a side that is not there', 'ReduceMin', { axes: [7] }),
    between('of a transposed convolution without weights', 'ConvTranspose'),
    between('of a transposed convolution in odd groups', 'ConvTranspose', { group: 3 }, { inputs: ['c', 'w'] }),
    between('of a transposed convolution in no groups', 'ConvTranspose', { group: 0 }, { inputs: ['c', 'w'] }),
    between('of a transposed convolution that is cut to nothing', 'ConvTranspose', pads(99, 99, 99, 99), { inputs: ['c', 'w'] }),
    between('of a threshold below zero', 'ThresholdedRelu', { alpha: { float: -1 } }),
    between('of a CELU of nothing', 'Celu', { alpha: { float: 0 } }),
    between('that rounds what it computes', 'QuantizeLinear', {}, { inputs: ['c', 'b'] }),
    between('that undoes a rounding that is not there', 'DequantizeLinear', {}, { inputs: ['c', 'b'] }),
    between('that multiplies whole numbers', 'QLinearConv', {}, { inputs: ['c', 'b', 'b', 'w', 'b', 'b', 'b', 'b'] }),
    between('that rounds as it goes', 'DynamicQuantizeLinear'),
    between('of attention as one operation', 'Attention', {}, { domain: 'com.microsoft' }),
    between('that chooses by the image', 'If'),
    taking('raised to powers of several numbers', 'Pow', tensor('t', [4, 1, 1], [1, 2, 3, 4])),
    taking('repeated to a terabyte', 'Expand', whole('t', [4], [1, 4, 2 ** 20, 2 ** 20])),
    taking('repeated to what does not fit', 'Expand', whole('t', [4], [1, 3, 8, 8])),
    taking('repeated to several images', 'Expand', whole('t', [4], [7, 4, 8, 8])),
    taking('repeated to a fifth side', 'Expand', whole('t', [5], [2, 1, 4, 8, 8])),
    taking('laid out as less than there is', 'Reshape', whole('t', [2], [1, 7])),
    taking('laid out with two sides left open', 'Reshape', whole('t', [3], [1, -1, -1])),
    taking('resized to a terabyte', 'Upsample', tensor('t', [4], [1, 1, 1e6, 1e6])),
    taking('with slopes that do not fit', 'PRelu', tensor('t', [3], [1, 2, 3])),
    taking('of a line that is none', 'Conv', tensor('t', [4, 4, 3], numbers([4, 4, 3]))),
  ];
}

function ends(): BrokenCase[] {
  const input = (...shape: (number | string)[]) => soundOnnx({ inputs: [valueInfo('image', shape)] });
  return [
    of('of an opset before those that are read', soundOnnx({ opset: 6 })),
    of('of an opset to come', soundOnnx({ opset: 99 })),
    of('of two inputs', soundOnnx({ inputs: [valueInfo('image', ['n', 3, 8, 8]), valueInfo('mask', ['n', 1, 8, 8])] })),
    of('without inputs', soundOnnx({ inputs: [] })),
    of('of tables', input('n', 3)),
    of('of videos', input('n', 3, 4, 8, 8)),
    of('of satellites', input('n', 12, 8, 8)),
    of('of images larger than any', input('n', 3, 1e6, 1e6)),
    of('whose output is not there', soundOnnx({ outputs: ['nowhere'] })),
    of('whose output is a weight', soundOnnx({ outputs: ['b'] })),
    of('without outputs', soundOnnx({ outputs: [] })),
  ];
}

function external(): BrokenCase[] {
  const entry = (key: string, value: string) => [13, message([1, key], [2, value])] as const;
  const kernel = (location: string, offset = '0', length = '432') =>
    tensor('w', [4, 3, 3, 3], [], { fields: [[14, 1], entry('location', location), entry('offset', offset), entry('length', length)] });
  const files = (bytes: Uint8Array<ArrayBuffer>, data: number) => [
    { name: FILE, bytes },
    { name: 'network.onnx.data', bytes: noise(data, 3) },
  ];
  const graph = (tensorBytes: Uint8Array) => soundOnnx({ tensors: [tensorBytes, ...TENSORS.slice(1)] });
  return [
    of('whose weights lie in a file that is not there', graph(kernel('network.onnx.data'))),
    {
      what: 'an ONNX graph whose weights lie beyond their file',
      files: files(graph(kernel('network.onnx.data', '400')), 432),
      names: FILE,
    },
    { what: 'an ONNX graph whose weights lie before their file', files: files(graph(kernel('network.onnx.data', '-8')), 432), names: FILE },
    { what: 'an ONNX graph whose weights lie nowhere', files: files(graph(kernel('network.onnx.data', 'x')), 432), names: FILE },
    { what: 'an ONNX graph whose weights are too short', files: files(graph(kernel('network.onnx.data', '0', '4')), 432), names: FILE },
    { what: 'weights of an ONNX graph alone', files: files(soundOnnx(), 400).slice(1), names: 'network.onnx.data' },
  ];
}

export function brokenOnnx(): BrokenCase[] {
  return [...damaged(), ...lyingTensors(), ...operations(), ...settings(), ...ends(), ...external()];
}
