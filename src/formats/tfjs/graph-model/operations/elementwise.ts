/** Arithmetic, functions of single values, and products with matrices. */
import { withEnd } from '../../../graph/nhwc/fused-activations.ts';
import { turned } from '../../../graph/nhwc/image-nodes.ts';
import type { NodeWriter } from '../../../graph/nhwc/node-writer.ts';
import { constant } from '../../../graph/nodes/constant.ts';
import { Unsupported } from '../../../layers/layer-rule.ts';
import type { TensorFlowNode } from '../tensorflow-node.ts';
import { fusedEnd } from './fused-ends.ts';
import { channelsOf, same, type Translation, type Translations } from './translation.ts';

function number(node: TensorFlowNode, to: NodeWriter, value: number): string {
  return to.constant(node.title, constant([], [value], true));
}

const square: Translation = (node, to) => {
  to.add(node.title, 'Pow', [node.input(0), number(node, to, 2)], {}, [node.name]);
};

const squaredDifference: Translation = (node, to) => {
  const difference = to.add(`${node.title}.difference`, 'Sub', node.inputs);
  to.add(node.title, 'Pow', [difference, number(node, to, 2)], {}, [node.name]);
};

const inverseRoot: Translation = (node, to) => {
  const root = to.add(`${node.title}.root`, 'Sqrt', node.inputs);
  to.add(node.title, 'Reciprocal', [root], {}, [node.name]);
};

/** `exp(x) - 1` */
const lessOne: Translation = (node, to) => {
  const exponential = to.add(`${node.title}.exponential`, 'Exp', node.inputs);
  to.add(node.title, 'Sub', [exponential, number(node, to, 1)], {}, [node.name]);
};

/** `log(x + 1)` */
const ofOneMore: Translation = (node, to) => {
  const sum = to.add(`${node.title}.sum`, 'Add', [node.input(0), number(node, to, 1)]);
  to.add(node.title, 'Log', [sum], {}, [node.name]);
};

const floorDivision: Translation = (node, to) => {
  const quotient = to.add(`${node.title}.quotient`, 'Div', node.inputs);
  to.add(node.title, 'Floor', [quotient], {}, [node.name]);
};

const leakyRelu: Translation = (node, to) => {
  to.add(node.title, 'LeakyRelu', [node.input(0)], { alpha: node.number('alpha', 0.2) }, [node.name]);
};

/** Of tensors of one shape. */
const sum: Translation = (node, to) => {
  const isKnown = node.inputs.some((input) => to.constantAt(input) !== null);
  if (!isKnown) {
    to.add(node.title, 'Sum', node.inputs, {}, [node.name]);
    return;
  }
  const [first = '', ...others] = node.inputs;
  const last = others.reduce((before, input, i) => to.add(`${node.title}.${i}`, 'Add', [before, input]), first);
  to.add(node.title, 'Identity', [last], {}, [node.name]);
};

/** Several tensors, each as it came. */
const identities: Translation = (node, to) => {
  const outputs = node.outputs(node.inputs.length);
  for (const [i, input] of node.inputs.entries()) to.add(node.title, 'Identity', [input], {}, outputs.slice(i, i + 1));
};

/** One number for each channel. */
const biasAdd: Translation = (node, to) => {
  const [x, bias] = [node.input(0), node.input(1)];
  const shaped = channelsOf(node) === 'first' ? to.add(node.title, 'Unsqueeze', [bias], { axes: [1, 2] }) : bias;
  to.add(node.title, 'Add', [x, shaped], {}, [node.name]);
};

/** The second tensor as `[features, units]`. */
function matrixOf(node: TensorFlowNode, to: NodeWriter): string {
  if (node.flag('transpose_a') || node.flag('adj_x'))
    throw new Unsupported('multiplies a tensor that lies the other way round, which cannot be run here; please convert another network');
  const matrix = node.input(1);
  return node.flag('transpose_b') || node.flag('adj_y') ? turned(to, node.title, matrix, [1, 0]) : matrix;
}

const matMul: Translation = (node, to) => {
  to.add(node.title, 'MatMul', [node.input(0), matrixOf(node, to)], {}, [node.name]);
};

/** Of batches: with a matrix of weights it is the same, and else a part of attention. */
const batchMatMul: Translation = (node, to) => {
  if (to.constantAt(node.input(1))) matMul(node, to);
  else to.add(node.title, 'MatMul', node.inputs, {}, [node.name]);
};

const fusedMatMul: Translation = (node, to) => {
  const { bias, end } = fusedEnd(node, to);
  const inputs = [node.input(0), matrixOf(node, to), ...(bias === undefined ? [] : [bias])];
  withEnd(to, node.owner, 'dense', end, ({ name, output }) => void to.add(name, 'MatMul', inputs, {}, [output]));
};

export const ELEMENTWISE: Translations = {
  Abs: same('Abs'),
  Add: same('Add'),
  AddN: sum,
  AddV2: same('Add'),
  BatchMatMul: batchMatMul,
  BatchMatMulV2: batchMatMul,
  BatchMatMulV3: batchMatMul,
  BiasAdd: biasAdd,
  Ceil: same('Ceil'),
  CheckNumerics: same('Identity'),
  ClipByValue: same('Clip'),
  Div: same('Div'),
  DivNoNan: same('Div'),
  Elu: same('Elu', { alpha: 1 }),
  EnsureShape: (node, to) => void to.add(node.title, 'Identity', [node.input(0)], {}, [node.name]),
  Erf: same('Erf'),
  Exp: same('Exp'),
  Expm1: lessOne,
  Floor: same('Floor'),
  FloorDiv: floorDivision,
  FloorMod: same('Mod'),
  Greater: same('Greater'),
  GreaterEqual: same('GreaterOrEqual'),
  Identity: same('Identity'),
  IdentityN: identities,
  Inv: same('Reciprocal'),
  LeakyRelu: leakyRelu,
  Less: same('Less'),
  LessEqual: same('LessOrEqual'),
  Log: same('Log'),
  Log1p: ofOneMore,
  LogicalAnd: same('And'),
  LogicalNot: same('Not'),
  LogicalOr: same('Or'),
  LogSoftmax: same('LogSoftmax', { axis: -1 }),
  MatMul: matMul,
  Maximum: same('Max'),
  Minimum: same('Min'),
  Mul: same('Mul'),
  Neg: same('Neg'),
  Pow: same('Pow'),
  Prelu: same('PRelu'),
  PreventGradient: same('Identity'),
  RealDiv: same('Div'),
  Reciprocal: same('Reciprocal'),
  Relu: same('Relu'),
  Relu6: same('Clip', { min: 0, max: 6 }),
  Rsqrt: inverseRoot,
  Select: same('Where'),
  SelectV2: same('Where'),
  Selu: same('Selu'),
  Sigmoid: same('Sigmoid'),
  Sign: same('Sign'),
  Snapshot: same('Identity'),
  Softmax: same('Softmax', { axis: -1 }),
  Softplus: same('Softplus'),
  Softsign: same('Softsign'),
  Sqrt: same('Sqrt'),
  Square: square,
  SquaredDifference: squaredDifference,
  StopGradient: same('Identity'),
  Sub: same('Sub'),
  Tanh: same('Tanh'),
  _FusedMatMul: fusedMatMul,
};
