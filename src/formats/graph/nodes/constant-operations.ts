/** Operations whose inputs are all known, which are computed once and for all. */
import { sizeOfShape } from '../../network/artifacts.ts';
import { type Constant, constant, numbersOf, singleOf, wholeNumbers } from './constant.ts';
import { combined, MAX_FOLDED, mapped, picked, turned } from './constant-arithmetic.ts';
import { cast, FUNCTIONS_OF_CONSTANTS } from './constant-functions.ts';
import { LAYERS_OF_CONSTANTS } from './constant-layers.ts';
import { REDUCTIONS } from './constant-reductions.ts';
import { REPETITIONS } from './constant-repetitions.ts';
import type { GraphNode } from './graph.ts';
import { dequantized, quantized } from './quantization.ts';

/** Null where it cannot be computed here. @throws Error for what cannot be right */
type Folding = (node: GraphNode, inputs: readonly (Constant | null)[]) => Constant | null;

function axisIn(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** The numbers of an input or, as before, of an attribute. */
function listOf(node: GraphNode, input: Constant | null | undefined, attribute: string): readonly number[] | null {
  return input ? numbersOf(input) : node.numbers(attribute);
}

const ofTwo =
  (compute: (x: number, y: number) => number, isFloat?: boolean): Folding =>
  (_, [a, b]) =>
    a && b ? combined(a, b, compute, isFloat) : null;

/** Of any number of tensors. */
const ofAll =
  (compute: (x: number, y: number) => number): Folding =>
  (_, inputs) => {
    const [first, ...others] = inputs.flatMap((input) => input ?? []);
    return first ? others.reduce((one, other) => combined(one, other, compute), first) : null;
  };

const mean: Folding = (node, inputs) => {
  const total = ofAll((x, y) => x + y)(node, inputs);
  return total && mapped(total, (value) => value / inputs.length);
};

/** With the sign of the divisor or, where that is asked for, of what is divided. */
const modulo: Folding = (node, inputs) => ofTwo((x, y) => (node.number('fmod', 0) === 1 ? x % y : x - Math.floor(x / y) * y))(node, inputs);

const divide: Folding = (_, [a, b]) => {
  if (!a || !b) return null;
  const isFloat = a.isFloat || b.isFloat;
  return combined(a, b, (x, y) => (isFloat ? x / y : Math.trunc(x / y)));
};

const concat: Folding = (node, inputs) => {
  const parts = inputs.flatMap((input) => input ?? []);
  const [first] = parts;
  if (!first) return null;
  const axis = axisIn(node.number('axis', 0), first.shape.length);
  const lengths = parts.map(({ shape }) => shape[axis] ?? 1);
  const length = lengths.reduce((sum, side) => sum + side, 0);
  const inner = sizeOfShape(first.shape.slice(axis + 1));
  const outer = sizeOfShape(first.shape.slice(0, axis));
  if (outer * length * inner > MAX_FOLDED) return null;
  const values = new Float64Array(outer * length * inner);
  let at = 0;
  const all = parts.map((part) => numbersOf(part));
  for (let row = 0; row < outer; row++)
    for (const [i, part] of all.entries()) {
      const count = (lengths[i] ?? 0) * inner;
      values.set(part.slice(row * count, (row + 1) * count), at);
      at += count;
    }
  return constant(
    first.shape.map((side, i) => (i === axis ? length : side)),
    values,
    parts.some(({ isFloat }) => isFloat),
    parts.some(({ isDouble }) => isDouble),
  );
};

const gather: Folding = (node, [x, indices]) => {
  if (!x || !indices) return null;
  const axis = axisIn(node.number('axis', 0), x.shape.length);
  const side = x.shape[axis] ?? 0;
  const wanted = numbersOf(indices).map((index) => (index < 0 ? index + side : index));
  if (wanted.some((index) => !(index >= 0 && index < side))) throw new Error('a position is taken that is not there');
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const laidOut = picked(x, [...before, wanted.length, ...after], (place) => place.map((at, i) => (i === axis ? (wanted[at] ?? 0) : at)));
  return constant([...before, ...indices.shape, ...after], laidOut.values, x.isFloat, x.isDouble);
};

const reshape: Folding = (node, [x, target]) => {
  const given = listOf(node, target, 'shape');
  if (!x || !given) return null;
  const shape = given.map((side, i) => (side === 0 ? (x.shape[i] ?? 0) : side));
  const known = sizeOfShape(shape.filter((side) => side >= 0));
  return constant(
    shape.map((side) => (side < 0 ? sizeOfShape(x.shape) / known : side)),
    x.values,
    x.isFloat,
    x.isDouble,
  );
};

const transpose: Folding = (node, [x]) => {
  if (!x) return null;
  const order = node.numbers('perm') ?? x.shape.map((_, i) => x.shape.length - 1 - i);
  if (order.toSorted((a, b) => a - b).join() !== x.shape.map((_, i) => i).join())
    throw new Error(`${x.shape.length} sides cannot be turned to the order [${order.join(', ')}]`);
  return turned(x, order);
};

const unsqueeze: Folding = (node, [x, given]) => {
  const list = listOf(node, given, 'axes');
  if (!x || !list) return null;
  const rank = x.shape.length + list.length;
  const axes = list.map((axis) => axisIn(axis, rank));
  const sides = [...x.shape];
  return constant(
    Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (sides.shift() ?? 1))),
    x.values,
    x.isFloat,
    x.isDouble,
  );
};

const squeeze: Folding = (node, [x, given]) => {
  if (!x) return null;
  const axes = listOf(node, given, 'axes')?.map((axis) => axisIn(axis, x.shape.length));
  return constant(
    x.shape.filter((side, axis) => (axes ? !axes.includes(axis) : side !== 1)),
    x.values,
    x.isFloat,
    x.isDouble,
  );
};

const slice: Folding = (node, [x, starts, ends, axes, steps]) => {
  const [from, to] = [listOf(node, starts, 'starts'), listOf(node, ends, 'ends')];
  if (!x || !from || !to) return null;
  const which = (listOf(node, axes, 'axes') ?? from.map((_, i) => i)).map((axis) => axisIn(axis, x.shape.length));
  const by = listOf(node, steps, 'steps') ?? from.map(() => 1);
  const ranges = x.shape.map((side, axis) => {
    const at = which.indexOf(axis);
    const step = at < 0 ? 1 : (by[at] ?? 1);
    const counted = (value: number) => (value < 0 ? value + side : value);
    const [least, most] = step > 0 ? [0, side] : [-1, side - 1];
    const bounded = (value: number) => Math.min(most, Math.max(least, value));
    const start = at < 0 ? 0 : Math.max(0, bounded(counted(from[at] ?? 0)));
    const end = at < 0 ? side : bounded(counted(to[at] ?? side));
    return { start, step, count: Math.max(0, Math.ceil((end - start) / step)) };
  });
  return picked(
    x,
    ranges.map(({ count }) => count),
    (place) => place.map((at, i) => (ranges[i]?.start ?? 0) + at * (ranges[i]?.step ?? 1)),
  );
};

const range: Folding = (_, inputs) => {
  const [start, limit, step] = inputs.map(singleOf);
  if (typeof start !== 'number' || typeof limit !== 'number' || typeof step !== 'number' || step === 0) return null;
  const count = Math.max(0, Math.ceil((limit - start) / step));
  if (count > MAX_FOLDED) return null;
  const values = Array.from({ length: count }, (__, i) => start + i * step);
  const [first] = inputs;
  return constant([count], values, first?.isFloat === true, first?.isDouble);
};

/** The second where the first is not 0, else the third. */
const where: Folding = (_, [condition, x, y]) => {
  if (!condition || !x || !y) return null;
  const chosen = combined(condition, x, (is, value) => (is === 0 ? 0 : value), x.isFloat);
  const others = combined(condition, y, (is, value) => (is === 0 ? value : 0), y.isFloat);
  return combined(chosen, others, (one, other) => one + other);
};

const clip: Folding = (node, [x, least, most]) => {
  const [low, high] = [singleOf(least) ?? node.number('min', -Infinity), singleOf(most) ?? node.number('max', Infinity)];
  return x ? mapped(x, (value) => Math.min(Math.max(value, low), high)) : null;
};

const FOLDINGS: Readonly<Record<string, Folding>> = {
  Add: ofTwo((x, y) => x + y),
  And: ofTwo((x, y) => Number(x !== 0 && y !== 0), false),
  Cast: cast,
  CastLike: cast,
  Clip: clip,
  Concat: concat,
  DequantizeLinear: dequantized,
  Div: divide,
  Equal: ofTwo((x, y) => Number(x === y), false),
  Gather: gather,
  Greater: ofTwo((x, y) => Number(x > y), false),
  GreaterOrEqual: ofTwo((x, y) => Number(x >= y), false),
  Identity: (_, [x]) => x ?? null,
  Less: ofTwo((x, y) => Number(x < y), false),
  LessOrEqual: ofTwo((x, y) => Number(x <= y), false),
  Max: ofAll(Math.max),
  Mean: mean,
  Min: ofAll(Math.min),
  Mod: modulo,
  Mul: ofTwo((x, y) => x * y),
  Or: ofTwo((x, y) => Number(x !== 0 || y !== 0), false),
  Pow: ofTwo((x, y) => x ** y),
  Range: range,
  QuantizeLinear: quantized,
  ...FUNCTIONS_OF_CONSTANTS,
  ...LAYERS_OF_CONSTANTS,
  ...REDUCTIONS,
  ...REPETITIONS,
  Reshape: reshape,
  Slice: slice,
  Squeeze: squeeze,
  Sub: ofTwo((x, y) => x - y),
  Sum: ofAll((x, y) => x + y),
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  Where: where,
};

/** What can only be had from constants, and from the shape of a tensor. */
export const ONLY_FOLDED: ReadonlySet<string> = new Set(['Shape', 'Size', 'Constant', ...Object.keys(FOLDINGS)]);

/** The value of a `Constant`. */
function constantIn(node: GraphNode): Constant | null {
  const tensor = node.tensor('value');
  if (tensor) return tensor;
  if (node.has('value_int')) return wholeNumbers([node.number('value_int', 0)], []);
  if (node.has('value_float')) return constant([], [node.number('value_float', 0)], true);
  const [wholes, floats] = [node.numbers('value_ints'), node.numbers('value_floats')];
  if (wholes) return wholeNumbers(wholes);
  return floats && constant([floats.length], floats, true);
}

/** The sides of a tensor, or some of them. */
export function shapeConstant(node: GraphNode, shape: readonly number[]): Constant {
  if (node.kind === 'Size') return wholeNumbers([sizeOfShape(shape)], []);
  return wholeNumbers(shape.slice(node.number('start', 0), node.number('end', shape.length)));
}

/** Null where it cannot be computed here. @throws Error for what cannot be right */
export function folded(node: GraphNode, inputs: readonly (Constant | null)[]): Constant | null {
  if (node.domain !== '') return null;
  if (node.kind === 'Constant') return constantIn(node);
  if (node.kind === 'Shape' || node.kind === 'Size') return inputs[0] ? shapeConstant(node, inputs[0].shape) : null;
  const folding = Object.hasOwn(FOLDINGS, node.kind) ? FOLDINGS[node.kind] : undefined;
  return folding && inputs.length > 0 ? folding(node, inputs) : null;
}
