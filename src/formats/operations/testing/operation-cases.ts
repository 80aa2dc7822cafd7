/** Operations, and the layers that stand in for them. */
import type { JsonObject } from '../../json.ts';
import {
  ALL,
  activation,
  BACKWARDS,
  ELLIPSIS,
  MEAN,
  ofFunction,
  ofKeras3,
  ofNode,
  pythonSlice,
  rescaling,
  slice,
  X,
  Y,
} from './operation-json.ts';

export const OPERATION_CASES: readonly (readonly [what: string, json: JsonObject, expected: unknown[]])[] = [
  ['x / 127.5', ofFunction('math.truediv', ['x', 0, 0, { y: 127.5, name: null }]), rescaling(1 / 127.5, 0)],
  ['x - 1', ofFunction('math.subtract', ['x', 0, 0, { y: 1, name: null }]), rescaling(1, -1)],
  ['2 - x', ofFunction('math.subtract', ['_CONSTANT_VALUE', -1, 2, { y: ['x', 0, 0], name: null }]), rescaling(-1, 2)],
  ['x + mean', ofFunction('__operators__.add', ['x', 0, 0, { y: MEAN, name: null }]), rescaling(1, MEAN)],
  ['x + [[[mean]]]', ofFunction('__operators__.add', ['x', 0, 0, { y: [[[MEAN]]], name: null }]), rescaling(1, MEAN)],
  [
    'x * std, in a list that somebody made by hand',
    ofFunction('math.multiply', [['x', 0, 0, { y: [[[[2, 3, 4]]]] }]]),
    rescaling([2, 3, 4], 0),
  ],
  ['tf.nn.bias_add', ofFunction('nn.bias_add', ['x', 0, 0, { bias: MEAN, data_format: 'channels_last' }]), rescaling(1, MEAN)],
  ['-x', ofFunction('math.negative', ['x', 0, 0, {}]), rescaling(-1, 0)],
  ['x + y', ofFunction('__operators__.add', ['x', 0, 0, { y: ['y', 1, 0], name: null }]), ['Add', {}, ['x,0,0', 'y,1,0']]],
  ['x - y', ofFunction('math.subtract', ['x', 0, 0, { y: ['y', 0, 0] }]), ['Subtract', {}, ['x,0,0', 'y,0,0']]],
  [
    'tf.add_n',
    ofFunction('math.add_n', [
      ['x', 0, 0, {}],
      ['y', 0, 0, {}],
    ]),
    ['Add', {}, ['x,0,0', 'y,0,0']],
  ],
  ['tf.cast', ofFunction('cast', ['x', 0, 0, { dtype: 'float32', name: null }]), activation('linear')],
  ['tf.nn.relu', ofFunction('nn.relu', ['x', 0, 0, { name: null }]), activation('relu')],
  ['tf.nn.softmax', ofFunction('nn.softmax', ['x', 0, 0, { axis: -1 }]), activation('softmax')],
  [
    'tf.nn.leaky_relu',
    ofFunction('nn.leaky_relu', ['x', 0, 0, { alpha: 0.1 }]),
    activation({ class_name: 'LeakyReLU', config: { alpha: 0.1 } }),
  ],
  [
    'tf.clip_by_value',
    ofFunction('clip_by_value', ['x', 0, 0, { clip_value_min: 0, clip_value_max: 6 }]),
    activation({ class_name: 'clipOf', config: { minimum: 0, maximum: 6 } }),
  ],
  ['tf.maximum', ofFunction('math.maximum', ['x', 0, 0, { y: 0 }]), activation({ class_name: 'clipOf', config: { minimum: 0 } })],
  ['tf.math.log', ofFunction('math.log', ['x', 0, 0, {}]), activation('naturalLogarithm')],
  ['tf.sign', ofFunction('sign', ['x', 0, 0, {}]), activation('signFunction')],
  ['tf.pow', ofFunction('math.pow', ['x', 0, 0, { y: 2 }]), activation('square')],
  [
    'x[..., ::-1]',
    ofFunction('__operators__.getitem', ['x', 0, 0, { slice_spec: [ELLIPSIS, { start: null, stop: null, step: -1 }] }], 'SlicingOpLambda'),
    slice('...', BACKWARDS),
  ],
  [
    'x[:, 1:, 2:-1, 0]',
    ofFunction(
      '__operators__.getitem',
      [
        'x',
        0,
        0,
        {
          slice_spec: [
            { start: null, stop: null, step: null },
            { start: 1, stop: null, step: null },
            { start: 2, stop: -1, step: null },
            0,
          ],
        },
      ],
      'SlicingOpLambda',
    ),
    slice(ALL, [1, null, 1], [2, -1, 1], 0),
  ],
  [
    'tf.image.resize',
    ofFunction('image.resize', ['x', 0, 0, { size: [224, 200], method: 'bicubic', antialias: true, preserve_aspect_ratio: false }]),
    [
      'Resizing',
      {
        height: 224,
        width: 200,
        interpolation: 'bicubic',
        alignment: 'half-pixel',
        antialias: true,
        fill_value: 0,
        crop_to_aspect_ratio: false,
        pad_to_aspect_ratio: false,
      },
      ['x,0,0'],
    ],
  ],
  [
    'tf.reduce_mean',
    ofFunction('math.reduce_mean', ['x', 0, 0, { axis: [1, 2] }]),
    ['GlobalAveragePooling2D', { keepdims: false }, ['x,0,0']],
  ],
  [
    'tf.reduce_max, backwards',
    ofFunction('math.reduce_max', ['x', 0, 0, { axis: [-3, -2], keepdims: true }]),
    ['GlobalMaxPooling2D', { keepdims: true }, ['x,0,0']],
  ],
  [
    'tf.concat',
    ofFunction('concat', [
      ['x', 0, 0, { axis: -1 }],
      ['y', 0, 0, { axis: -1 }],
    ]),
    ['Concatenate', { axis: -1 }, ['x,0,0', 'y,0,0']],
  ],
  [
    'tf.image.grayscale_to_rgb',
    ofFunction('image.grayscale_to_rgb', ['x', 0, 0, {}]),
    ['Concatenate', { axis: -1 }, ['x,0,0', 'x,0,0', 'x,0,0']],
  ],
  ['tf.reshape', ofFunction('reshape', ['x', 0, 0, { shape: [-1, 7, 7, 3] }]), ['Reshape', { target_shape: [7, 7, 3] }, ['x,0,0']]],
  ['tf.transpose', ofFunction('transpose', ['x', 0, 0, { perm: [0, 2, 1, 3] }]), ['Permute', { dims: [2, 1, 3] }, ['x,0,0']]],
  ['tf.reverse', ofFunction('reverse', ['x', 0, 0, { axis: [-1] }]), slice('...', BACKWARDS)],
  [
    'tf.pad',
    ofFunction('pad', [
      'x',
      0,
      0,
      {
        paddings: [
          [0, 0],
          [1, 2],
          [3, 4],
          [0, 0],
        ],
      },
    ]),
    [
      'ZeroPadding2D',
      {
        padding: [
          [1, 2],
          [3, 4],
        ],
      },
      ['x,0,0'],
    ],
  ],
  ['Keras 3: x / 127.5', ofKeras3('TrueDivide', [X, 127.5]), rescaling(1 / 127.5, 0)],
  ['Keras 3: 1 - x', ofKeras3('Subtract', [1, X]), rescaling(-1, 1)],
  ['Keras 3: x + mean', ofKeras3('Add', [X, MEAN]), rescaling(1, MEAN)],
  ['Keras 3: x * y', ofKeras3('Multiply', [X, Y]), ['Multiply', {}, ['x,0,0', 'y,0,0']]],
  [
    'Keras 3: x[..., ::-1]',
    ofKeras3('GetItem', [X, [{ class_name: '__ellipsis__', config: {} }, pythonSlice(null, null, -1)]]),
    slice('...', BACKWARDS),
  ],
  ['Keras 3: ops.cast', ofKeras3('Cast', [X], { dtype: 'float32' }, 'keras.src.ops.core'), activation('linear')],
  [
    'Keras 3: ops.mean',
    ofKeras3('Mean', [X], { axis: [1, 2], keepdims: false }),
    ['GlobalAveragePooling2D', { keepdims: false }, ['x,0,0']],
  ],
  ['Keras 3: ops.concatenate', ofKeras3('Concatenate', [[X, Y]], { axis: -1 }), ['Concatenate', { axis: -1 }, ['x,0,0', 'y,0,0']]],
  ['Keras 3: ops.gelu', ofKeras3('Gelu', [X], {}, 'keras.src.ops.nn'), activation('gelu_new')],
  ['TF 2.0: x - 127.5', ofNode('Sub', [['x', 0, 0, {}]], { 1: 127.5 }), rescaling(1, -127.5)],
  ['TF 2.0: 255 - x', ofNode('Sub', [['x', 0, 0, {}]], { 0: 255 }), rescaling(-1, 255)],
  [
    'TF 2.0: x + y',
    ofNode('AddV2', [
      ['x', 0, 0, {}],
      ['y', 0, 0, {}],
    ]),
    ['Add', {}, ['x,0,0', 'y,0,0']],
  ],
  [
    'TF 2.0: x[..., ::-1]',
    ofNode(
      'StridedSlice',
      [['x', 0, 0, {}]],
      { 1: [0, 0], 2: [0, 0], 3: [1, -1] },
      {
        begin_mask: { i: '2' },
        end_mask: { i: '2' },
        ellipsis_mask: { i: '1' },
        shrink_axis_mask: { i: '0' },
        new_axis_mask: { i: '0' },
      },
    ),
    slice('...', BACKWARDS),
  ],
  [
    'TF 2.0: tf.cast',
    ofNode('Cast', [['x', 0, 0, {}]], {}, { DstT: { type: 'DT_FLOAT' }, SrcT: { type: 'DT_UINT8' }, Truncate: { b: false } }),
    activation('linear'),
  ],
  [
    'TF 2.0: tf.reduce_mean',
    ofNode('Mean', [['x', 0, 0, {}]], { 1: [1, 2] }, { keep_dims: { b: true } }),
    ['GlobalAveragePooling2D', { keepdims: true }, ['x,0,0']],
  ],
  [
    'TF 2.0: tf.concat',
    ofNode(
      'ConcatV2',
      [
        ['x', 0, 0, {}],
        ['y', 0, 0, {}],
      ],
      { 2: 3 },
      { N: { i: '2' } },
    ),
    ['Concatenate', { axis: 3 }, ['x,0,0', 'y,0,0']],
  ],
];
