import { describe, expect, it } from 'vitest';
import { asArray, asObject, type JsonObject } from '../json.ts';
import type { Json } from '../network/artifacts.ts';
import { tensorOf } from '../testing/sound-models.ts';
import { operationAsLayer } from './keras-operations.ts';

/** As Keras 2.4 and later write a function of TensorFlow. */
function ofFunction(name: string, call: Json, kind = 'TFOpLambda'): JsonObject {
  return { class_name: kind, name: 'op', config: { name: 'op', function: name }, inbound_nodes: [call] };
}

/** As Keras 3 writes an operation. */
function ofKeras3(kind: string, args: readonly unknown[], config: JsonObject = {}, module = 'keras.src.ops.numpy'): JsonObject {
  return { module, class_name: kind, name: 'op', config: { name: 'op', ...config }, inbound_nodes: [{ args: args as Json[], kwargs: {} }] };
}

/** As Keras of TensorFlow 2.0 to 2.3 writes a node of the graph. */
function ofNode(op: string, takes: Json, constants: JsonObject = {}, attributes: JsonObject = {}): JsonObject {
  const node: Json = { name: 'op', op, input: ['input_1', 'op/y'], attr: { T: { type: 'DT_FLOAT' }, ...attributes } };
  return { class_name: 'TensorFlowOpLayer', name: 'op', config: { name: 'op', node_def: node, constants }, inbound_nodes: [takes] };
}

const X = tensorOf('x') as Json;
const Y = tensorOf('y') as Json;

/** The layer in its place: kind, settings, and what it takes. */
function translated(json: JsonObject): unknown[] {
  const layer = operationAsLayer('network.h5', json, []);
  const { name: _, ...config } = asObject(layer?.config) ?? {};
  const references = asArray(asArray(layer?.inbound_nodes)[0]);
  return [layer?.class_name, config, references.map((reference) => asArray(reference).slice(0, 3).join())];
}

function rescaling(scale: Json, offset: Json): unknown[] {
  return ['Rescaling', { scale, offset }, ['x,0,0']];
}

function activation(name: Json): unknown[] {
  return ['Activation', { activation: name }, ['x,0,0']];
}

function slice(...slices: Json[]): unknown[] {
  return ['Slice', { slices }, ['x,0,0']];
}

const MEAN = [103.939, 116.779, 123.68];
const BACKWARDS: Json = [null, null, -1];
const ALL: Json = [null, null, 1];
const ELLIPSIS: Json = { class_name: '__ellipsis__' };

function pythonSlice(start: Json, stop: Json, step: Json): Json {
  return { class_name: '__slice__', config: { start, stop, step } };
}

const CASES: readonly (readonly [what: string, json: JsonObject, expected: unknown[]])[] = [
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

const REFUSED: readonly (readonly [what: string, json: JsonObject])[] = [
  ['an integer', ofFunction('cast', ['x', 0, 0, { dtype: 'uint8' }])],
  ['a number over a tensor', ofFunction('math.truediv', ['_CONSTANT_VALUE', -1, 1, { y: ['x', 0, 0] }])],
  ['a division by zero', ofFunction('math.truediv', ['x', 0, 0, { y: 0 }])],
  ['a number for every row', ofFunction('math.multiply', ['x', 0, 0, { y: [[1], [2]] }])],
  ['numbers that are missing', ofFunction('nn.bias_add', ['x', 0, 0, { bias: { class_name: 'TypeSpec', type_spec: 'tf.Tensor' } }])],
  ['channels first', ofFunction('nn.bias_add', ['x', 0, 0, { bias: MEAN, data_format: 'channels_first' }])],
  ['a new axis', ofFunction('__operators__.getitem', ['x', 0, 0, { slice_spec: [ELLIPSIS, null] }], 'SlicingOpLambda')],
  ['a mean over channels', ofFunction('math.reduce_mean', ['x', 0, 0, { axis: -1 }])],
  ['a mean over everything', ofKeras3('Mean', [X])],
  ['a softmax over rows', ofFunction('nn.softmax', ['x', 0, 0, { axis: 1 }])],
  ['a setting that nobody knows', ofFunction('nn.relu', ['x', 0, 0, { beyond: 3 }])],
  ['a power of a tensor', ofFunction('math.pow', ['x', 0, 0, { y: ['y', 0, 0] }])],
  ['a reshape that takes the batch apart', ofFunction('reshape', ['x', 0, 0, { shape: [4, 7] }])],
  ['a joint along the batch', ofKeras3('Concatenate', [[X, Y]])],
  ['a function that evaluates', ofFunction('eval', ['x', 0, 0, {}])],
  ['a function named like a property', ofFunction('constructor', ['x', 0, 0, {}])],
  [
    'two calls',
    {
      ...ofFunction('nn.relu', ['x', 0, 0, {}]),
      inbound_nodes: [
        ['x', 0, 0, {}],
        ['y', 0, 0, {}],
      ],
    },
  ],
  ['an unknown node', ofNode('FancyOp', [['x', 0, 0, {}]])],
  ['a node that cannot be read', { ...ofNode('Sub', [['x', 0, 0, {}]]), config: { name: 'op', node_def: 'x' } }],
];

describe('operations among layers', () => {
  it.each(CASES)('%s', (_what, json, expected) => {
    expect(translated(json)).toEqual(expected);
  });

  it.each(REFUSED)('%s is refused, with the file, the layer and the operation', (_what, json) => {
    expect(() => operationAsLayer('network.h5', json, [])).toThrow(/^In network\.h5 the layer op is (the|an) operation .*\.$/);
  });

  it('are told from layers by their module', () => {
    expect(operationAsLayer('network.h5', ofKeras3('Add', [[X, Y]], {}, 'keras.layers'), [])).toBeNull();
    expect(
      operationAsLayer('network.h5', { class_name: 'Conv2D', name: 'conv', config: {}, inbound_nodes: [[['x', 0, 0, {}]]] }, []),
    ).toBeNull();
  });

  it('of TensorFlow 2.0 are protocol buffers', () => {
    // name: "sub", op: "Sub", input: "x", attr { "T": DT_FLOAT }, attr { "keep_dims": true }, as their bytes are.
    const text = '\n\u0003sub\u0012\u0004Mean\u001a\u0001x*\u0007\n\u0001T\u0012\u00020\u0001*\u000f\n\tkeep_dims\u0012\u0002(\u0001';
    const json = { ...ofNode('Mean', [['x', 0, 0, {}]]), config: { name: 'op', node_def: text, constants: { 1: [1, 2] } } };
    expect(translated(json)).toEqual(['GlobalAveragePooling2D', { keepdims: true }, ['x,0,0']]);
  });

  it('that add lost numbers to swapped colours take off the mean colour', () => {
    const swap = {
      ...ofFunction(
        '__operators__.getitem',
        ['x', 0, 0, { slice_spec: [ELLIPSIS, { start: null, stop: null, step: -1 }] }],
        'SlicingOpLambda',
      ),
      name: 'swap',
    };
    const add = ofFunction('nn.bias_add', ['swap', 0, 0, { bias: { class_name: 'TypeSpec', type_spec: 'tf.Tensor' } }]);
    expect(operationAsLayer('network.h5', add, [swap, add])?.config).toEqual({
      name: 'op',
      scale: 1,
      offset: MEAN.map((value) => -value),
      is_assumed: true,
    });
  });
});
