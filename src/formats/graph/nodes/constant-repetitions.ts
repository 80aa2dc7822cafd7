/** Constants that are filled with one value, or repeated. */
import { sizeOfShape } from '../../network/artifacts.ts';
import { type Constant, constant, numbersOf, singleOf } from './constant.ts';
import { combined, MAX_FOLDED, picked } from './constant-arithmetic.ts';
import type { GraphNode } from './graph.ts';

type Folding = (node: GraphNode, inputs: readonly (Constant | null)[]) => Constant | null;

const constantOfShape: Folding = (node, [shape]) => {
  if (!shape) return null;
  const value = node.tensor('value');
  const sides = numbersOf(shape);
  if (sizeOfShape(sides) > MAX_FOLDED) return null;
  return constant(sides, new Float64Array(sizeOfShape(sides)).fill(singleOf(value) ?? 0), value?.isFloat ?? true);
};

const expand: Folding = (_, [x, shape]) => {
  if (!x || !shape || sizeOfShape(numbersOf(shape)) > MAX_FOLDED) return null;
  const target = constant(numbersOf(shape), new Float64Array(sizeOfShape(numbersOf(shape))), false);
  return combined(x, target, (value) => value, x.isFloat);
};

const tile: Folding = (_, [x, times]) => {
  if (!x || !times || times.values.length !== x.shape.length) return null;
  const shape = numbersOf(times).map((count, axis) => count * (x.shape[axis] ?? 1));
  if (sizeOfShape(shape) > MAX_FOLDED) return null;
  return picked(x, shape, (place) => place.map((at, axis) => at % (x.shape[axis] ?? 1)));
};

export const REPETITIONS: Readonly<Record<string, Folding>> = {
  ConstantOfShape: constantOfShape,
  Expand: expand,
  Tile: tile,
};
