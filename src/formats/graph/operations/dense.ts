/** Products with a matrix of weights. */
import { linearKernel } from '../../architectures/blocks/torch-kernels.ts';
import { Unsupported } from '../../layers/layer-rule.ts';
import { type Activation, inOrder, layerAxis } from '../layers/activation.ts';
import type { Call, Operation } from '../layers/call.ts';
import { type Constant, floatsOf } from '../nodes/constant.ts';

/** As many values as there are units, of one for each or of one for all. */
function biasOf(bias: Constant, units: number, factor: number): Float32Array | null {
  const { values, shape } = bias;
  const isRow = shape.slice(0, -1).every((side) => side === 1) && [1, units].includes(shape.at(-1) ?? 1);
  if (!isRow) return null;
  return Float32Array.from({ length: units }, (_, i) => (values[values.length === 1 ? 0 : i] ?? 0) * factor);
}

/** Along its last side, which the layer has last as well. */
function alongLast(call: Call): Activation {
  const x = call.activation(0);
  const last = x.shape.length - 1;
  return layerAxis(x, last) === last ? x : call.arranged(x, inOrder(x.shape.length));
}

interface Product {
  readonly matrix: Constant;
  /** Whether it is `[units, features]`. */
  readonly isTurned: boolean;
  readonly scale: number;
  readonly bias: Constant | null;
  readonly biasScale: number;
}

function product(call: Call, x: Activation, { matrix, isTurned, scale, bias, biasScale }: Product): Activation {
  const [rows = 0, columns = 0] = matrix.shape;
  const [features, units] = isTurned ? [columns, rows] : [rows, columns];
  const taken = x.shape.at(-1) ?? 0;
  if (matrix.shape.length !== 2 || features !== taken)
    throw new Unsupported(
      `takes ${taken} features, and has weights of the shape [${matrix.shape.join(', ')}], which do not fit together; please export it again`,
    );
  const added = bias && biasOf(bias, units, biasScale);
  if (bias && !added)
    throw new Unsupported(
      `adds a tensor of the shape [${bias.shape.join(', ')}] to ${units} units, which cannot be run here; please export it again`,
    );
  const y = call.layer('Dense', x, { units, activation: 'linear', use_bias: added !== null }, [...x.shape.slice(0, -1), units]);
  const scaled = () => {
    const values = floatsOf(matrix);
    return scale === 1 ? values : values.map((value) => value * scale);
  };
  call.writer.madeWeight(y.layer, 'kernel', (name) =>
    isTurned
      ? linearKernel(name, { shape: matrix.shape, values: scaled(), source: name }, 1)
      : { name, shape: matrix.shape, values: scaled() },
  );
  if (added) call.writer.weight(y.layer, 'bias', [units], added);
  return y;
}

export const gemm: Operation = (call) => {
  const { node } = call;
  const x = alongLast(call);
  const matrix = call.constant(1);
  if (!matrix) throw new Unsupported('lacks its weights; please export it again');
  if (node.number('transA', 0) !== 0 || x.shape.length !== 2)
    throw new Unsupported(
      'multiplies a tensor that lies the other way round, or is no vector, which cannot be run here; please export it again',
    );
  const [scale, biasScale] = [node.number('alpha', 1), node.number('beta', 1)];
  const bias = biasScale === 0 ? null : call.constant(2);
  return [product(call, x, { matrix, isTurned: node.number('transB', 0) !== 0, scale, bias, biasScale })];
};

export const matMul: Operation = (call) => {
  const matrix = call.constant(1);
  if (!matrix) throw new Unsupported('lacks its weights; please export it again');
  return [product(call, alongLast(call), { matrix, isTurned: false, scale: 1, bias: call.constant(2), biasScale: 1 })];
};
