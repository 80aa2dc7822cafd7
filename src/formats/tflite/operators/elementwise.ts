/** Operators that compute with single values, and reductions. */
import { constant } from '../../graph/nodes/constant.ts';
import type { AttributeValue } from '../../graph/nodes/graph.ts';
import { Unsupported } from '../../layers/layer-rule.ts';
import type { OperatorCall, Translation } from './operator-call.ts';

function plain(kind: string, attributes: Readonly<Record<string, AttributeValue>> = {}): Translation {
  return (call) => call.node(kind, call.inputs, attributes);
}

/** Of two tensors, and with the function that it ends in. */
function ofTwo(kind: string): Translation {
  return (call) => call.withFused(0, ({ name, output }) => call.writer.add(name, kind, call.inputs, {}, [output]));
}

function number(call: OperatorCall, value: number): string {
  return call.writer.constant(call.name, constant([], [value], true));
}

const square: Translation = (call) => call.node('Pow', [call.input(0), number(call, 2)]);

const squaredDifference: Translation = (call) => {
  const difference = call.writer.add(call.name, 'Sub', call.inputs);
  call.node('Pow', [difference, number(call, 2)]);
};

const inverseRoot: Translation = (call) => {
  const root = call.writer.add(call.name, 'Sqrt', call.inputs);
  call.node('Reciprocal', [root]);
};

/** Of sides that are counted as the file has them. */
function reduction(kind: string): Translation {
  return (call) => call.node(kind, [call.input(0), call.input(1)], { keepdims: call.flag(0) ? 1 : 0 });
}

/** The scores are multiplied by `beta` before. */
const softmax: Translation = (call) => {
  const beta = call.float(0, 1);
  const isScaled = beta !== 1 && beta !== 0;
  const x = isScaled ? call.writer.add(`${call.name}/beta`, 'Mul', [call.input(0), number(call, beta)]) : call.input(0);
  call.node('Softmax', [x], { axis: -1 });
};

const leakyRelu: Translation = (call) => call.node('LeakyRelu', call.inputs, { alpha: call.float(0) });

const gelu: Translation = (call) => call.node('Gelu', call.inputs, { approximate: call.flag(0) ? 'tanh' : 'none' });

const cast: Translation = (call) => {
  const { onnxType, type } = call.given(0);
  if (onnxType === null) throw new Unsupported(`makes ${type} of a tensor, which are not read here; please convert another network`);
  call.node('Cast', call.inputs, { to: onnxType });
};

/** What stands in for whole numbers in training: their bounds. */
const fakeQuantization: Translation = (call) => call.node('Clip', [call.input(0)], { min: call.float(0), max: call.float(1) });

const floorDivision: Translation = (call) => call.node('Floor', [call.writer.add(call.name, 'Div', call.inputs)]);

/** Weights may lie as `[units, features]`. */
const product: Translation = (call) => {
  const isTurned = call.flag(1);
  if (call.flag(0) || (isTurned && call.taken(1).shape.length !== 2))
    throw new Unsupported('multiplies matrices that lie the other way round, which cannot be run here; please convert another network');
  const matrix = isTurned ? call.writer.add(call.name, 'Transpose', [call.input(1)], { perm: [1, 0] }) : call.input(1);
  call.node('MatMul', [call.input(0), matrix]);
};

export const ELEMENTWISE: Readonly<Record<string, Translation>> = {
  ABS: plain('Abs'),
  ADD: ofTwo('Add'),
  ADD_N: plain('Sum'),
  BATCH_MATMUL: product,
  CAST: cast,
  CEIL: plain('Ceil'),
  DEQUANTIZE: plain('Identity'),
  DIV: ofTwo('Div'),
  ELU: plain('Elu', { alpha: 1 }),
  EXP: plain('Exp'),
  FAKE_QUANT: fakeQuantization,
  FLOOR: plain('Floor'),
  FLOOR_DIV: floorDivision,
  FLOOR_MOD: plain('Mod'),
  GELU: gelu,
  GREATER: plain('Greater'),
  GREATER_EQUAL: plain('GreaterOrEqual'),
  HARD_SWISH: plain('HardSwish'),
  L2_NORMALIZATION: plain('LpNormalization', { axis: -1, p: 2 }),
  LEAKY_RELU: leakyRelu,
  LESS: plain('Less'),
  LESS_EQUAL: plain('LessOrEqual'),
  LOG: plain('Log'),
  LOGICAL_AND: plain('And'),
  LOGICAL_NOT: plain('Not'),
  LOGICAL_OR: plain('Or'),
  LOGISTIC: plain('Sigmoid'),
  LOG_SOFTMAX: plain('LogSoftmax', { axis: -1 }),
  MAXIMUM: plain('Max'),
  MEAN: reduction('ReduceMean'),
  MINIMUM: plain('Min'),
  MUL: ofTwo('Mul'),
  NEG: plain('Neg'),
  POW: plain('Pow'),
  QUANTIZE: plain('Identity'),
  REDUCE_MAX: reduction('ReduceMax'),
  REDUCE_MIN: reduction('ReduceMin'),
  REDUCE_PROD: reduction('ReduceProd'),
  RELU: plain('Relu'),
  RELU6: plain('Clip', { min: 0, max: 6 }),
  RELU_0_TO_1: plain('Clip', { min: 0, max: 1 }),
  RELU_N1_TO_1: plain('Clip', { min: -1, max: 1 }),
  RSQRT: inverseRoot,
  SELECT: plain('Where'),
  SELECT_V2: plain('Where'),
  SIGN: plain('Sign'),
  SOFTMAX: softmax,
  SQRT: plain('Sqrt'),
  SQUARE: square,
  SQUARED_DIFFERENCE: squaredDifference,
  SUB: ofTwo('Sub'),
  SUM: reduction('ReduceSum'),
  TANH: plain('Tanh'),
};
