/** Operations with windows, and normalisations, in all ways in which converters write them. */
import { type Attributes, COLUMNS, floats, ints, network, type OperationCase, ofValues, one, ROWS, whole32 } from './case-writer.ts';
import { flag, float, text, texts, whole, wholes } from './graph-model-writer.ts';

const windows = (name: string, side: number, step: number, padding: string): Attributes => ({
  [name]: wholes(1, side, side, 1),
  strides: wholes(1, step, step, 1),
  padding: text(padding),
  data_format: text('NHWC'),
});

export const convolving = (step: number, padding: string, rate = 1): Attributes => ({
  strides: wholes(1, step, step, 1),
  dilations: wholes(1, rate, rate, 1),
  padding: text(padding),
  data_format: text('NHWC'),
});

const EXPLICIT = { ...convolving(2, 'EXPLICIT'), explicit_paddings: wholes(0, 0, 1, 2, 0, 1, 0, 0) };

const CONVOLUTIONS: OperationCase[] = [
  one('Conv2D SAME', 'Conv2D', convolving(1, 'SAME'), [floats(3, 3, 3, 4)]),
  one('Conv2D SAME of even windows', 'Conv2D', convolving(1, 'SAME'), [floats(2, 4, 3, 4)]),
  one('Conv2D SAME, strides', 'Conv2D', convolving(2, 'SAME'), [floats(3, 3, 3, 4)]),
  one('Conv2D SAME, longer strides', 'Conv2D', convolving(3, 'SAME'), [floats(5, 4, 3, 2)]),
  one('Conv2D VALID, strides', 'Conv2D', convolving(2, 'VALID'), [floats(3, 2, 3, 4)]),
  one('Conv2D SAME, dilated', 'Conv2D', convolving(1, 'SAME', 2), [floats(3, 3, 3, 4)]),
  one('Conv2D EXPLICIT', 'Conv2D', EXPLICIT, [floats(3, 3, 3, 4)]),
  one('DepthwiseConv2dNative SAME', 'DepthwiseConv2dNative', convolving(1, 'SAME'), [floats(3, 3, 3, 1)]),
  one('DepthwiseConv2dNative SAME, strides and a multiplier', 'DepthwiseConv2dNative', convolving(2, 'SAME'), [floats(3, 3, 3, 2)]),
  one('_FusedConv2D with a bias', '_FusedConv2D', { ...convolving(2, 'SAME'), fused_ops: texts('BiasAdd'), num_args: whole(1) }, [
    floats(3, 3, 3, 4),
    floats(4),
  ]),
  ...['Relu', 'Relu6', 'Elu'].map((end) =>
    one(`_FusedConv2D with ${end}`, '_FusedConv2D', { ...convolving(1, 'VALID'), fused_ops: texts('BiasAdd', end), num_args: whole(1) }, [
      floats(3, 3, 3, 4),
      floats(4),
    ]),
  ),
  one(
    '_FusedConv2D with LeakyRelu',
    '_FusedConv2D',
    { ...convolving(1, 'VALID'), fused_ops: texts('BiasAdd', 'LeakyRelu'), num_args: whole(1), leakyrelu_alpha: float(0.3) },
    [floats(3, 3, 3, 4), floats(4)],
  ),
  one('_FusedConv2D with Prelu', '_FusedConv2D', { ...convolving(1, 'SAME'), fused_ops: texts('BiasAdd', 'Prelu'), num_args: whole(2) }, [
    floats(3, 3, 3, 4),
    floats(4),
    ofValues([4], 0.1, -0.2, 0.3, 0.4),
  ]),
  one(
    'FusedDepthwiseConv2dNative with Relu6',
    'FusedDepthwiseConv2dNative',
    { ...convolving(1, 'SAME'), fused_ops: texts('BiasAdd', 'Relu6'), num_args: whole(1) },
    [floats(3, 3, 3, 1), floats(3)],
  ),
  network(
    'Conv2D and BiasAdd',
    [
      { name: 'c', op: 'Conv2D', input: ['x', 'k'], attr: convolving(1, 'SAME') },
      { name: 'y', op: 'BiasAdd', input: ['c', 'b'] },
    ],
    { k: floats(3, 3, 3, 4), b: floats(4) },
  ),
  network(
    'Conv2D and a sum with one number for each column',
    [
      { name: 'c', op: 'Conv2D', input: ['x', 'k'], attr: convolving(1, 'SAME') },
      { name: 'y', op: 'AddV2', input: ['b', 'c'] },
    ],
    { k: floats(3, 3, 3, 4), b: floats(1, 1, COLUMNS, 1) },
  ),
  network(
    'Conv2D dilated by SpaceToBatchND',
    [
      { name: 's', op: 'SpaceToBatchND', input: ['x', 'block', 'paddings'] },
      { name: 'c', op: 'Conv2D', input: ['s', 'k'], attr: convolving(1, 'VALID') },
      { name: 'b', op: 'BatchToSpaceND', input: ['c', 'block', 'crops'] },
      { name: 'y', op: 'BiasAdd', input: ['b', 'bias'] },
    ],
    {
      block: ints(2, 2),
      paddings: whole32([2, 2], 2, 2, 2, 3),
      crops: whole32([2, 2], 0, 0, 0, 1),
      k: floats(3, 3, 3, 4),
      bias: floats(4),
    },
  ),
  ...(['SAME', 'VALID'] as const).flatMap((padding) =>
    [2, 3].map((taps) =>
      network(
        `Conv2DBackpropInput ${padding} of ${taps} taps`,
        [{ name: 'y', op: 'Conv2DBackpropInput', input: ['size', 'k', 'x'], attr: convolving(2, padding) }],
        {
          size: ints(1, padding === 'SAME' ? 2 * ROWS : 2 * ROWS + taps - 2, padding === 'SAME' ? 2 * COLUMNS : 2 * COLUMNS + taps - 2, 5),
          k: floats(taps, taps, 5, 3),
        },
      ),
    ),
  ),
];

const POOLING: OperationCase[] = [
  one('MaxPool SAME', 'MaxPool', windows('ksize', 3, 2, 'SAME')),
  one('MaxPool VALID', 'MaxPool', windows('ksize', 2, 2, 'VALID')),
  one('AvgPool SAME', 'AvgPool', windows('ksize', 3, 2, 'SAME')),
  one('AvgPool SAME without strides', 'AvgPool', windows('ksize', 2, 1, 'SAME')),
  one('AvgPool VALID', 'AvgPool', windows('ksize', 3, 3, 'VALID')),
  one('Mean of a map', 'Mean', { keep_dims: flag(false) }, [ints(1, 2)]),
  one('Mean of a map, kept', 'Mean', { keep_dims: flag(true) }, [ints(2, 1)]),
  one('Max of a map', 'Max', { keep_dims: flag(false) }, [ints(-3, -2)]),
  one('Mean of channels', 'Mean', { keep_dims: flag(true) }, [ints(-1)]),
  one('Sum of rows', 'Sum', { keep_dims: flag(false) }, [ints(1)]),
  one('Min of a map', 'Min', { keep_dims: flag(true) }, [ints(1, 2)]),
];

const NORMALISATIONS: OperationCase[] = [
  one('LRN', 'LRN', { depth_radius: whole(1), bias: float(1.5), alpha: float(0.3), beta: float(0.75) }),
  ...['FusedBatchNorm', 'FusedBatchNormV2', 'FusedBatchNormV3'].map((op) =>
    one(op, op, { epsilon: float(1e-3), is_training: flag(false), data_format: text('NHWC') }, [
      ofValues([3], 1, 0.5, -2),
      ofValues([3], 0.1, 0.2, 0.3),
      ofValues([3], 0.2, 0.4, 0.1),
      ofValues([3], 0.5, 2, 1),
    ]),
  ),
  network(
    'a batch normalisation taken apart',
    [
      { name: 'v', op: 'AddV2', input: ['variance', 'epsilon'] },
      { name: 'r', op: 'Rsqrt', input: ['v'] },
      { name: 'm', op: 'Mul', input: ['r', 'gamma'] },
      { name: 'mm', op: 'Mul', input: ['mean', 'm'] },
      { name: 's', op: 'Sub', input: ['beta', 'mm'] },
      { name: 'xm', op: 'Mul', input: ['x', 'm'] },
      { name: 'y', op: 'AddV2', input: ['xm', 's'] },
    ],
    {
      variance: ofValues([3], 0.5, 2, 1),
      epsilon: ofValues([], 1e-3),
      gamma: ofValues([3], 1, 0.5, -2),
      mean: ofValues([3], 0.2, 0.4, 0.1),
      beta: ofValues([3], 0.1, 0.2, 0.3),
    },
  ),
  ...[
    [
      { name: 'n', op: 'Neg', input: ['m'] },
      { name: 'nm', op: 'Mul', input: ['n', 'g'] },
      { name: 's', op: 'AddV2', input: ['nm', 'beta'] },
    ],
    [
      { name: 'nm', op: 'Mul', input: ['m', 'g'] },
      { name: 's', op: 'Sub', input: ['beta', 'nm'] },
    ],
  ].map((shift) =>
    network(
      `a layer normalisation taken apart in ${5 + shift.length} nodes`,
      [
        { name: 'm', op: 'Mean', input: ['x', 'last'], attr: { keep_dims: flag(true) } },
        { name: 'stop', op: 'StopGradient', input: ['m'] },
        { name: 'd', op: 'SquaredDifference', input: ['x', 'stop'] },
        { name: 'v', op: 'Mean', input: ['d', 'last'], attr: { keep_dims: flag(true) } },
        { name: 'e', op: 'AddV2', input: ['v', 'epsilon'] },
        { name: 'r', op: 'Rsqrt', input: ['e'] },
        { name: 'g', op: 'Mul', input: ['r', 'gamma'] },
        { name: 'a', op: 'Mul', input: ['x', 'g'] },
        ...shift,
        { name: 'y', op: 'AddV2', input: ['a', 's'] },
      ],
      { last: ints(3), epsilon: ofValues([], 1e-3), gamma: ofValues([3], 1, 0.5, -2), beta: ofValues([3], 0.1, 0.2, 0.3) },
    ),
  ),
  ...['Softmax', 'LogSoftmax'].map((op) =>
    network(`${op} of channels`, [
      { name: 's', op, input: ['x'] },
      { name: 'y', op: 'Relu', input: ['s'] },
    ]),
  ),
];

export const WINDOW_CASES: readonly OperationCase[] = [...CONVOLUTIONS, ...POOLING, ...NORMALISATIONS];
