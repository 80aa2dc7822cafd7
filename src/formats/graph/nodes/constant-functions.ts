/** Functions of single values, of values that are known. */
import { type Constant, constant } from './constant.ts';
import { mapped } from './constant-arithmetic.ts';
import { BOOLEAN, DOUBLE, isFloatType } from './element-types.ts';
import type { GraphNode } from './graph.ts';

type Folding = (node: GraphNode, inputs: readonly (Constant | null)[]) => Constant | null;

const ofOne =
  (compute: (x: number, node: GraphNode) => number): Folding =>
  (node, [x]) =>
    x ? mapped(x, (value) => compute(value, node)) : null;

/** To the nearest whole number, and to the even one of two that are as near. */
export function rounded(value: number): number {
  const nearest = Math.round(value);
  return Math.abs(value % 1) === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}

/** To a type, or to that of another tensor. */
export const cast: Folding = (node, [x, like]) => {
  const to = node.number('to', 0);
  const isFloat = like ? like.isFloat : isFloatType(to);
  if (!x || isFloat === null) return null;
  const isDouble = isFloat && (like ? like.isDouble === true : to === DOUBLE);
  if (isFloat) return isDouble || x.values instanceof Float32Array ? constant(x.shape, x.values, true, isDouble) : singles(x);
  const isTruth = !like && to === BOOLEAN;
  if (!x.isFloat && !isTruth) return constant(x.shape, x.values, false);
  return constant(x.shape, Float64Array.from(x.values, isTruth ? (value) => Number(value !== 0) : Math.trunc), false);
};

/** As floats of 32 bits. */
function singles({ shape, values }: Constant): Constant {
  return constant(shape, Float32Array.from(values), true);
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

export const FUNCTIONS_OF_CONSTANTS: Readonly<Record<string, Folding>> = {
  Abs: ofOne(Math.abs),
  Ceil: ofOne(Math.ceil),
  Cos: ofOne(Math.cos),
  Elu: ofOne((x, node) => (x > 0 ? x : node.number('alpha', 1) * Math.expm1(x))),
  Exp: ofOne(Math.exp),
  Floor: ofOne(Math.floor),
  HardSigmoid: ofOne((x, node) => Math.min(1, Math.max(0, node.number('alpha', 0.2) * x + node.number('beta', 0.5)))),
  LeakyRelu: ofOne((x, node) => (x > 0 ? x : node.number('alpha', 0.01) * x)),
  Log: ofOne(Math.log),
  Neg: ofOne((x) => -x),
  Not: ofOne((x) => Number(x === 0)),
  Reciprocal: ofOne((x) => 1 / x),
  Relu: ofOne((x) => Math.max(0, x)),
  Round: ofOne(rounded),
  Sigmoid: ofOne(sigmoid),
  Sign: ofOne(Math.sign),
  Sin: ofOne(Math.sin),
  Softplus: ofOne((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  Sqrt: ofOne(Math.sqrt),
  Tanh: ofOne(Math.tanh),
};
