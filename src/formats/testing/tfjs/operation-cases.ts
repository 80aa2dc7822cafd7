/** Operations of TensorFlow one by one, in all ways in which converters write them. */
import { type Attributes, COLUMNS, floats, int, ints, network, type OperationCase, ofValues, one, ROWS, whole32 } from './case-writer.ts';
import { flag, float, text, texts, type WeightOf, whole, wholes } from './graph-model-writer.ts';
import { convolving, WINDOW_CASES } from './window-cases.ts';

/** Functions of a tensor with negative values too: the image lies from 0 to 1. */
function ofCentred(name: string, op: string, attr: Attributes = {}, weights: readonly WeightOf[] = []): OperationCase {
  const named = Object.fromEntries(weights.map((weight, i) => [`w${i}`, weight]));
  const nodes = [
    { name: 'c', op: 'Sub', input: ['x', 'half'] },
    { name: 'y', op, input: ['c', ...Object.keys(named)], attr },
  ];
  return network(name, nodes, { half: ofValues([], 0.5), ...named });
}

const ELEMENTWISE: OperationCase[] = [
  ...['Abs', 'Elu', 'Exp', 'Expm1', 'Log1p', 'Neg', 'Relu', 'Relu6', 'Selu', 'Sign', 'Softplus', 'Square', 'Tanh'].map((op) =>
    ofCentred(op, op),
  ),
  ofCentred('LeakyRelu', 'LeakyRelu', { alpha: float(0.3) }),
  ofCentred('Prelu of channels', 'Prelu', {}, [ofValues([1, 1, 3], 0.1, -0.2, 0.3)]),
  ofCentred('Prelu of all values', 'Prelu', {}, [floats(ROWS, COLUMNS, 3)]),
  ofCentred('ClipByValue', 'ClipByValue', {}, [ofValues([], -0.2), ofValues([], 0.3)]),
  ofCentred('Maximum', 'Maximum', {}, [ofValues([], 0.1)]),
  ofCentred('Minimum', 'Minimum', {}, [ofValues([], 0.1)]),
  ofCentred('Mul by channels', 'Mul', {}, [ofValues([3], 2, -1, 0.5)]),
  ofCentred('Mul by rows', 'Mul', {}, [floats(ROWS, 1, 1)]),
  ofCentred('RealDiv', 'RealDiv', {}, [ofValues([3], 2, -1, 0.5)]),
  ofCentred('Sub', 'Sub', {}, [ofValues([1, 1, 1, 3], 2, -1, 0.5)]),
  ofCentred('SquaredDifference', 'SquaredDifference', {}, [ofValues([], 0.25)]),
  ofCentred('Pow', 'Pow', {}, [ofValues([], 2)]),
  one('Sqrt', 'Sqrt'),
  ofCentred('Pow of three', 'Pow', {}, [ofValues([], 3)]),
  network(
    'Rsqrt and Reciprocal',
    [
      { name: 'a', op: 'AddV2', input: ['x', 'one'] },
      { name: 'r', op: 'Rsqrt', input: ['a'] },
      { name: 'i', op: 'Reciprocal', input: ['a'] },
      { name: 'y', op: 'Sub', input: ['r', 'i'] },
    ],
    { one: ofValues([], 1) },
  ),
  network('Sigmoid', [
    { name: 's', op: 'Sigmoid', input: ['x'] },
    { name: 'y', op: 'Neg', input: ['s'] },
  ]),
  network('a swish', [
    { name: 's', op: 'Sigmoid', input: ['x'] },
    { name: 'm', op: 'Mul', input: ['x', 's'] },
    { name: 'y', op: 'IdentityN', input: ['m', 'x'] },
  ]),
  network(
    'a GELU taken apart',
    [
      { name: 'c', op: 'Sub', input: ['x', 'half'] },
      { name: 'd', op: 'RealDiv', input: ['c', 'root'] },
      { name: 'e', op: 'Erf', input: ['d'] },
      { name: 'a', op: 'AddV2', input: ['e', 'one'] },
      { name: 'h', op: 'Mul', input: ['half', 'c'] },
      { name: 'y', op: 'Mul', input: ['h', 'a'] },
    ],
    { half: ofValues([], 0.5), root: ofValues([], Math.SQRT2), one: ofValues([], 1) },
  ),
  network(
    'a hard swish',
    [
      { name: 'a', op: 'AddV2', input: ['x', 'three'] },
      { name: 'r', op: 'Relu6', input: ['a'] },
      { name: 's', op: 'Mul', input: ['r', 'sixth'] },
      { name: 'y', op: 'Mul', input: ['x', 's'] },
    ],
    { three: ofValues([], 3), sixth: ofValues([], 1 / 6) },
  ),
  network(
    'a PReLU taken apart',
    [
      { name: 'c', op: 'Sub', input: ['x', 'half'] },
      { name: 'p', op: 'Relu', input: ['c'] },
      { name: 'n', op: 'Neg', input: ['c'] },
      { name: 'r', op: 'Relu', input: ['n'] },
      { name: 'm', op: 'Mul', input: ['slope', 'r'] },
      { name: 'y', op: 'AddV2', input: ['p', 'm'] },
    ],
    { half: ofValues([], 0.5), slope: ofValues([1, 1, 3], -0.1, 0.2, -0.3) },
  ),
  network(
    'sums and products of tensors',
    [
      { name: 'a', op: 'AddN', input: ['x', 'x', 'x'] },
      { name: 'm', op: 'Mean', input: ['x', 'axes'], attr: { keep_dims: flag(true) } },
      { name: 'g', op: 'Mul', input: ['a', 'm'] },
      { name: 'y', op: 'Sub', input: ['g', 'x'] },
    ],
    { axes: ints(1, 2) },
  ),
  network(
    'MatMul with its matrix the other way round',
    [
      { name: 'p', op: 'Mean', input: ['x', 'axes'], attr: { keep_dims: flag(false) } },
      {
        name: 'y',
        op: '_FusedMatMul',
        input: ['p', 'k', 'b'],
        attr: { transpose_b: flag(true), fused_ops: texts('BiasAdd', 'Relu'), num_args: whole(1) },
      },
    ],
    { axes: ints(1, 2), k: floats(5, 3), b: floats(5) },
  ),
];

const MASKS = (masks: Readonly<Record<string, number>>): Attributes =>
  Object.fromEntries(Object.entries(masks).map(([name, value]) => [`${name}_mask`, whole(value)]));

const SHAPES: OperationCase[] = [
  one('Transpose', 'Transpose', {}, [ints(0, 2, 1, 3)]),
  one('Pad', 'Pad', {}, [whole32([4, 2], 0, 0, 1, 2, 0, 3, 0, 0)]),
  one('Pad of channels', 'Pad', {}, [whole32([4, 2], 0, 0, 0, 0, 0, 0, 1, 2)]),
  one('PadV2', 'PadV2', {}, [whole32([4, 2], 0, 0, 1, 2, 0, 3, 0, 0), ofValues([], 0.7)]),
  one('MirrorPad', 'MirrorPad', { mode: text('REFLECT') }, [whole32([4, 2], 0, 0, 1, 2, 3, 1, 0, 0)]),
  one('Slice', 'Slice', {}, [ints(0, 1, 2, 0), ints(-1, 4, -1, 2)]),
  one('ReverseV2 of channels', 'ReverseV2', {}, [ints(3)]),
  one('ReverseV2 of rows and columns', 'ReverseV2', {}, [ints(1, -2)]),
  one('StridedSlice', 'StridedSlice', MASKS({ begin: 9, end: 9 }), [ints(0, 1, -1, 0), ints(0, -1, 1, 0), ints(1, 2, -2, 1)]),
  one('StridedSlice of one channel', 'StridedSlice', MASKS({ ellipsis: 1, shrink_axis: 2 }), [ints(0, -1), ints(0, 0), ints(1, 1)]),
  one('StridedSlice with a new side', 'StridedSlice', MASKS({ begin: 5, end: 5, new_axis: 2 }), [
    ints(0, 0, 1),
    ints(0, 0, 4),
    ints(1, 1, 1),
  ]),
  network(
    'ConcatV2 of what SplitV gives',
    [
      { name: 's', op: 'SplitV', input: ['x', 'sizes', 'axis'], attr: { num_split: whole(2) } },
      { name: 'y', op: 'ConcatV2', input: ['s:1', 's', 'axis'], attr: { N: whole(2) } },
    ],
    { sizes: ints(1, 2), axis: int(-1) },
  ),
  network('Pack of what Unpack gives', [
    { name: 'u', op: 'Unpack', input: ['x'], attr: { axis: whole(3), num: whole(3) } },
    { name: 'y', op: 'Pack', input: ['u:2', 'u', 'u:1'], attr: { axis: whole(3), N: whole(3) } },
  ]),
  network(
    'channels shuffled',
    [
      { name: 'c', op: 'Conv2D', input: ['x', 'k'], attr: convolving(1, 'SAME') },
      { name: 'r', op: 'Reshape', input: ['c', 'apart'] },
      { name: 't', op: 'Transpose', input: ['r', 'perm'] },
      { name: 'y', op: 'Reshape', input: ['t', 'together'] },
    ],
    { k: floats(1, 1, 3, 6), apart: ints(-1, ROWS, COLUMNS, 2, 3), perm: ints(0, 1, 2, 4, 3), together: ints(-1, ROWS, COLUMNS, 6) },
  ),
  network(
    'Squeeze and ExpandDims',
    [
      { name: 'm', op: 'Mean', input: ['x', 'axes'], attr: { keep_dims: flag(true) } },
      { name: 's', op: 'Squeeze', input: ['m'], attr: { squeeze_dims: wholes(1, 2) } },
      { name: 'e', op: 'ExpandDims', input: ['s', 'one'] },
      { name: 'f', op: 'ExpandDims', input: ['e', 'one'] },
      { name: 'y', op: 'Mul', input: ['x', 'f'] },
    ],
    { axes: ints(1, 2), one: int(1) },
  ),
  network(
    'a shape that is computed',
    [
      { name: 'shape', op: 'Shape', input: ['x'] },
      { name: 'batch', op: 'StridedSlice', input: ['shape', 'zero', 'first', 'first'], attr: MASKS({ shrink_axis: 1 }) },
      { name: 'cells', op: 'StridedSlice', input: ['shape', 'first', 'third', 'first'] },
      { name: 'count', op: 'Prod', input: ['cells', 'along'] },
      { name: 'sides', op: 'Pack', input: ['batch', 'count', 'three'], attr: { N: whole(3) } },
      { name: 'y', op: 'Reshape', input: ['x', 'sides'] },
    ],
    { zero: ints(0), first: ints(1), third: ints(3), along: ints(0), three: int(3) },
  ),
];

const RESIZING: OperationCase[] = ['ResizeBilinear', 'ResizeNearestNeighbor'].flatMap((op) => [
  ...[
    [16, 14],
    [11, 5],
  ].flatMap((size) =>
    [{}, { align_corners: flag(true) }, { half_pixel_centers: flag(true) }].map((attr) =>
      one(`${op} to ${size.join(' × ')} ${Object.keys(attr).join()}`.trim(), op, attr, [ints(...size)]),
    ),
  ),
  network(
    `${op} to twice the size that comes`,
    [
      { name: 's', op: 'Shape', input: ['x'] },
      { name: 'c', op: 'StridedSlice', input: ['s', 'one', 'three', 'step'] },
      { name: 'm', op: 'Mul', input: ['c', 'two'] },
      { name: 'y', op, input: ['x', 'm'], attr: { half_pixel_centers: flag(true) } },
    ],
    { one: ints(1), three: ints(3), step: ints(1), two: ints(2, 2) },
  ),
]);

const BLOCKS: OperationCase[] = [
  network(
    'DepthToSpace',
    [
      { name: 'c', op: 'Conv2D', input: ['x', 'k'], attr: convolving(1, 'SAME') },
      { name: 'y', op: 'DepthToSpace', input: ['c'], attr: { block_size: whole(2), data_format: text('NHWC') } },
    ],
    { k: floats(1, 1, 3, 12) },
  ),
];

export const CASES: readonly OperationCase[] = [...WINDOW_CASES, ...ELEMENTWISE, ...SHAPES, ...RESIZING, ...BLOCKS];
