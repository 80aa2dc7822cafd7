/** Kinds of layers, and settings, that are not run here. */

import { layerOf, networkAround, tensorOf } from '../sound-network.ts';
import { type Change, call, type Fault, middle, setting, weightsOf } from './network-fault.ts';

function functionOperation(name: string): Change {
  return ({ config }, find) => {
    config.layers.splice(3, 0, {
      ...layerOf('TFOpLambda', 'operation', { function: name }),
      inbound_nodes: [['norm', 0, 0, { y: 2 }]],
    });
    find('pool').inbound_nodes = call(tensorOf('operation'));
  };
}

export const UNSUPPORTED_LAYERS: readonly Fault[] = [
  [
    'a Lambda with code',
    middle('Lambda', { function: { class_name: '__lambda__', config: { code: '4wEAAAAA', defaults: null, closure: null } } }),
  ],
  ['a Lambda of old', middle('Lambda', { function: ['4wEAAAAA', null, null], function_type: 'lambda' })],
  ['an operation that is no layer', functionOperation('nn.relu')],
  ['an operation that evaluates', functionOperation('eval')],
  ['an operation named like a property', functionOperation('constructor')],
  [
    'a layer of somebody’s own',
    networkAround({ ...layerOf('Sharpen', 'middle', {}, 'norm'), module: 'my_layers', registered_name: 'Custom>Sharpen' }),
  ],
  ['an unknown layer', middle('FlashAttention')],
  ['a wrapper', middle('TimeDistributed', { layer: layerOf('Dense', 'inner', { units: 2 }) })],
  ['a wrapper with code', middle('Wrapper', { layer: middle('Lambda') })],
  ['attention', middle('MultiHeadAttention', { num_heads: 2, key_dim: 2 })],
  ['a convolution in more groups than it has filters', setting('conv', { groups: 8 })],
  ['a convolution in half a group', setting('conv', { groups: 0.5 })],
  ['a convolution in groups that do not divide what it takes', setting('conv', { groups: 2 })],
  ['a convolution of sequences', middle('Conv1D', { filters: 2, kernel_size: [3] })],
  ['a convolution of volumes', middle('Conv3D', { filters: 2, kernel_size: [3, 3, 3] })],
  ['a dot product', middle('Dot', { axes: 1 })],
  ['channels first', setting('conv', { data_format: 'channels_first' })],
  ['an odd data format', setting('pool', { data_format: 'channels_middle' })],
  ['an activation of somebody’s own', setting('conv', { activation: 'my_activation' })],
  ['an activation that is code', setting('conv', { activation: { class_name: '__lambda__', config: { code: '4wEAAAAA' } } })],
  ['an activation named like a property', setting('conv', { activation: '__proto__' })],
  ['an activation named like a method', setting('conv', { activation: 'toString' })],
  ['an activation with weights', setting('conv', { activation: { class_name: 'PReLU', config: { shared_axes: [1, 2] } } })],
  ['an activation with weights, by its name alone', setting('conv', { activation: 'PReLU' })],
  ['an activation that is a layer without any', setting('conv', { activation: 'Activation' })],
  ['an activation with settings of somebody’s own', setting('conv', { activation: { class_name: 'Custom>bend', config: { by: 0.3 } } })],
  ['an activation that is a number', setting('conv', { activation: 3 })],
  ['a ReLU with a threshold below zero', middle('ReLU', { threshold: -1 })],
  ['enlargement by somebody’s own interpolation', middle('UpSampling2D', { size: [2, 2], interpolation: 'sharpest' })],
  ['a normalisation in groups of another axis', middle('GroupNormalization', { groups: 2, axis: 1 })],
  [
    'a normalisation in groups that do not divide what it takes',
    middle('GroupNormalization', { groups: 3 }),
    weightsOf('middle', { gamma: [4], beta: [4] }),
  ],
  [
    'a normalisation over rows and columns',
    middle('BatchNormalization', { axis: [1, 2] }),
    weightsOf('middle', { gamma: [4], beta: [4], moving_mean: [4], moving_variance: [4] }),
  ],
  ['a normalisation that never saw data', middle('Normalization', { axis: [-1] }), weightsOf('middle', { mean: [0], variance: [0] })],
];
