/** Functions of single values among a network's layers, which become activations. */

import type { Json } from '../network/artifacts.ts';
import type { Equivalent } from './arithmetic-operations.ts';
import type { OperationCall } from './operation-call.ts';

/** By the operation, the activation's name in Keras or here. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  abs: 'absolute',
  absolute: 'absolute',
  exp: 'exponential',
  hard_sigmoid: 'hardSigmoidOfKeras3',
  hardsigmoid: 'hardSigmoidOfKeras3',
  hard_silu: 'hard_silu',
  hardsilu: 'hard_silu',
  hard_swish: 'hard_silu',
  identity: 'linear',
  log: 'naturalLogarithm',
  log_softmax: 'log_softmax',
  logsoftmax: 'log_softmax',
  relu: 'relu',
  relu6: 'relu6',
  selu: 'selu',
  sigmoid: 'sigmoid',
  sign: 'signFunction',
  silu: 'silu',
  softplus: 'softplus',
  softsign: 'softsign',
  sqrt: 'squareRoot',
  square: 'square',
  swish: 'silu',
  tanh: 'tanh',
};

const POWERS: Readonly<Record<string, string>> = { '0.5': 'squareRoot', '1': 'linear', '2': 'square' };

/** The one tensor of an operation, by the names that TensorFlow and Keras give it. */
const X = ['x', 'features', 'logits', 'input', 't', 'x1', 'value', 'images'];

function isFloat(type: Json | undefined): boolean {
  // 1, 2, 14 and 19 in a protocol buffer.
  return typeof type === 'number' ? [1, 2, 14, 19].includes(type) : /float|double|half|bfloat/i.test(String(type));
}

function isLast(axis: Json | undefined): boolean {
  return axis === undefined || axis === null || axis === -1;
}

function clipping(minimum: Json | undefined, maximum: Json | undefined): Json | null {
  const bounds = [minimum, maximum].filter((bound) => bound !== undefined && bound !== null);
  if (bounds.length === 0 || !bounds.every((bound) => typeof bound === 'number')) return null;
  return {
    class_name: 'clipOf',
    config: { ...(typeof minimum === 'number' && { minimum }), ...(typeof maximum === 'number' && { maximum }) },
  };
}

/** The number that an operation of two compares its tensor with. */
function bound(call: OperationCall): Json | undefined {
  return call.json(1, 'y', 'x2') ?? call.json(0, 'x', 'x1');
}

function activationOf(call: OperationCall): Json | null {
  const { operation } = call;
  switch (operation) {
    case 'cast':
      return isFloat(call.json(1, 'dtype', 'DstT')) ? 'linear' : null;
    case 'clip':
    case 'clip_by_value':
    case 'clipbyvalue':
      return clipping(call.json(1, 'clip_value_min', 'x_min'), call.json(2, 'clip_value_max', 'x_max'));
    case 'maximum':
      return clipping(bound(call), undefined);
    case 'minimum':
      return clipping(undefined, bound(call));
    case 'pow':
    case 'power':
      return POWERS[String(call.json(1, 'y', 'x2'))] ?? null;
    case 'elu':
      return { class_name: 'ELU', config: { alpha: call.json(1, 'alpha') ?? 1 } };
    case 'leaky_relu':
    case 'leakyrelu':
      return { class_name: 'LeakyReLU', config: { alpha: call.json(1, 'alpha', 'negative_slope') ?? 0.2 } };
    case 'gelu': {
      // Keras 3's own operation approximates it unless told otherwise, TensorFlow's does not.
      const isApproximate = call.json(1, 'approximate') ?? call.writtenAs === 'Gelu';
      return isApproximate ? 'gelu_new' : 'gelu';
    }
    default:
      if (operation.includes('softmax') && !isLast(call.json(1, 'axis'))) return null;
      if (operation === 'softmax') return 'softmax';
      return Object.hasOwn(FUNCTIONS, operation) ? (FUNCTIONS[operation] ?? null) : null;
  }
}

/** Null where it is no such function, or one that cannot be run here. */
export function elementwise(call: OperationCall): Equivalent | null {
  const activation = activationOf(call);
  const tensor = call.tensor(0, ...X) ?? call.tensor(1, 'y', 'x2');
  return activation !== null && tensor ? { kind: 'Activation', config: { activation }, takes: [tensor] } : null;
}
