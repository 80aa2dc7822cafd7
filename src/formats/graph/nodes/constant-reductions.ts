/** Means and sums of tensors whose values are known, such as of kernels that are standardised whenever a network runs. */
import { sizeOfShape } from '../../network/artifacts.ts';
import { type Constant, constant, numbersOf } from './constant.ts';
import type { GraphNode } from './graph.ts';

/** @param compute of all values that become one @returns null where nothing is to be taken together */
function reduced(
  node: GraphNode,
  x: Constant,
  given: Constant | null | undefined,
  compute: (values: readonly number[]) => number,
): Constant | null {
  const rank = x.shape.length;
  const axes = (given ? numbersOf(given) : (node.numbers('axes') ?? [])).map((axis) => (axis < 0 ? axis + rank : axis));
  if (axes.some((axis) => !(axis >= 0 && axis < rank))) throw new Error('sides are taken together that are not there');
  if (axes.length === 0 && node.number('noop_with_empty_axes', 0) === 1) return x;
  const isTaken = x.shape.map((_, axis) => axes.length === 0 || axes.includes(axis));
  const kept = x.shape.map((side, axis) => (isTaken[axis] ? 1 : side));
  const groups = Array.from({ length: sizeOfShape(kept) }, (): number[] => []);
  for (const [i, value] of numbersOf(x).entries()) {
    let [rest, group, step] = [i, 0, 1];
    for (let axis = rank - 1; axis >= 0; axis--) {
      const side = x.shape[axis] ?? 1;
      if (!isTaken[axis]) {
        group += (rest % side) * step;
        step *= side;
      }
      rest = Math.floor(rest / side);
    }
    groups[group]?.push(value);
  }
  const shape = node.number('keepdims', 1) === 1 ? kept : x.shape.filter((_, axis) => !isTaken[axis]);
  return constant(shape, Float64Array.from(groups, compute), x.isFloat, x.isDouble);
}

type Folding = (node: GraphNode, inputs: readonly (Constant | null)[]) => Constant | null;

const ofAll =
  (compute: (values: readonly number[]) => number): Folding =>
  (node, [x, axes]) =>
    x ? reduced(node, x, axes, compute) : null;

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

const sumOfSquares = (values: readonly number[]) => sumOf(values.map((value) => value ** 2));

export const REDUCTIONS = {
  ReduceL1: ofAll((values) => sumOf(values.map(Math.abs))),
  ReduceL2: ofAll((values) => Math.sqrt(sumOfSquares(values))),
  ReduceMax: ofAll((values) => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)),
  ReduceMean: ofAll((values) => sumOf(values) / values.length),
  ReduceMin: ofAll((values) => values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)),
  ReduceProd: ofAll((values) => values.reduce((product, value) => product * value, 1)),
  ReduceSum: ofAll(sumOf),
  ReduceSumSquare: ofAll(sumOfSquares),
} as const satisfies Readonly<Record<string, Folding>>;
