import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import type { Json } from '../network/artifacts.ts';
import { operationAsLayer } from './keras-operations.ts';
import { OPERATION_CASES } from './testing/operation-cases.ts';
import { ELLIPSIS, MEAN, ofFunction, ofKeras3, ofNode, translated, X, Y } from './testing/operation-json.ts';

const REFUSED: readonly (readonly [what: string, json: JsonObject])[] = [
  ['an integer', ofFunction('cast', ['x', 0, 0, { dtype: 'uint8' }])],
  ['a number over a tensor', ofFunction('math.truediv', ['_CONSTANT_VALUE', -1, 1, { y: ['x', 0, 0] }])],
  ['a division by zero', ofFunction('math.truediv', ['x', 0, 0, { y: 0 }])],
  ['a number for every row', ofFunction('math.multiply', ['x', 0, 0, { y: [[1], [2]] }])],
  ['numbers that are missing', ofFunction('nn.bias_add', ['x', 0, 0, { bias: { class_name: 'TypeSpec', type_spec: 'tf.Tensor' } }])],
  ['channels first', ofFunction('nn.bias_add', ['x', 0, 0, { bias: MEAN, data_format: 'channels_first' }])],
  ['a new axis', ofFunction('__operators__.getitem', ['x', 0, 0, { slice_spec: [ELLIPSIS, null] }], 'SlicingOpLambda')],
  ['a mean over the batch', ofFunction('math.reduce_mean', ['x', 0, 0, { axis: [0, 1] }])],
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
  it.each(OPERATION_CASES)('%s', (_what, json, expected) => {
    expect(translated(json)).toEqual(expected);
  });

  it.each([
    ['a mean over channels', ofFunction('math.reduce_mean', ['x', 0, 0, { axis: -1, keepdims: true }]), 'mean', [-1], true],
    ['a maximum over channels', ofKeras3('Max', [X], { axis: [3], keepdims: true, initial: null }), 'max', [3], true],
    ['a sum over rows and columns', ofKeras3('Sum', [X], { axis: [1, 2], keepdims: false }), 'sum', [1, 2], false],
    ['a minimum over rows', ofFunction('math.reduce_min', ['x', 0, 0, { axis: 1 }]), 'min', [1], false],
  ] as const)('%s is a reduction', (_what, json, name, axes, keepdims) => {
    expect(translated(json)).toEqual(['Reduction', { function: name, axes, keepdims }, ['x,0,0']]);
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

  describe('of Keras 3 in a file that names no modules', () => {
    const nameless = (kind: string, settings: JsonObject, args: readonly Json[]): JsonObject => ({
      class_name: kind,
      name: 'op',
      config: { name: 'op', ...settings },
      inbound_nodes: [{ args, kwargs: {} }],
    });

    it.each([
      ['Gelu', { approximate: false }, 'Activation', { activation: 'gelu' }],
      ['LeakyRelu', { negative_slope: 0.3 }, 'Activation', { activation: { class_name: 'LeakyReLU', config: { alpha: 0.3 } } }],
      ['Mean', { axis: [1, 2], keepdims: true }, 'GlobalAveragePooling2D', { keepdims: true }],
      ['Reshape', { newshape: [-1, 7, 24] }, 'Reshape', { target_shape: [7, 24] }],
      ['Relu6', {}, 'Activation', { activation: 'relu6' }],
      ['Elu', { alpha: 0.3 }, 'Activation', { activation: { class_name: 'ELU', config: { alpha: 0.3 } } }],
      ['Cast', { dtype: 'float32' }, 'Activation', { activation: 'linear' }],
    ] as const)('%s is known by its having no settings of a layer', (kind, settings, layer, expected) => {
      expect(translated(nameless(kind, settings, [X]))).toEqual([layer, expected, ['x,0,0']]);
    });

    it.each(['LeakyReLU', 'ELU', 'Conv2D', 'Add'])('%s is the layer', (kind) => {
      const args = kind === 'Add' ? [[X, Y]] : [X];
      expect(operationAsLayer('network.h5', nameless(kind, {}, args), [])).toBeNull();
      expect(operationAsLayer('network.h5', nameless(kind, { trainable: true, dtype: 'float32' }, args), [])).toBeNull();
    });

    it('are left to the sentence about layers where they cannot be run', () => {
      expect(operationAsLayer('network.h5', nameless('Roll', { shift: 1 }, [X]), [])).toBeNull();
    });
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
