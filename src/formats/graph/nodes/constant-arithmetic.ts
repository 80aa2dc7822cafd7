/** Arithmetic with tensors whose values are known, as exporters leave it in graphs: of shapes, mostly. */
import { sizeOfShape } from '../../network/artifacts.ts';
import { type Constant, constant } from './constant.ts';

/** What is computed from constants is small: shapes, settings, and weights that are put in another form. */
export const MAX_FOLDED = 2 ** 26;

/** The shape of a result of two tensors, the sides of one repeated where the other has more. @throws Error */
export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [left, right] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    if (left !== right && left !== 1 && right !== 1) throw new Error(`shapes [${a.join(', ')}] and [${b.join(', ')}] do not go together`);
    return left === 1 ? right : left;
  });
}

/** By how many values each side of the result moves on in a tensor that is repeated. */
export function strides(shape: readonly number[], rank: number): number[] {
  let step = 1;
  const own = shape.toReversed().map((side) => {
    const stride = side === 1 ? 0 : step;
    step *= side;
    return stride;
  });
  return Array.from({ length: rank }, (_, i) => own[rank - 1 - i] ?? 0);
}

/** As a number of this type is held. */
function held(isFloat: boolean, isDouble: boolean): (value: number) => number {
  return isFloat && !isDouble ? Math.fround : (value) => value;
}

export function combined(a: Constant, b: Constant, compute: (x: number, y: number) => number, isFloat = a.isFloat || b.isFloat): Constant {
  const shape = broadcast(a.shape, b.shape);
  const count = sizeOfShape(shape);
  if (count > MAX_FOLDED) throw new Error('too many values are computed from constants');
  const [left, right] = [a.values, b.values];
  const [leftSteps, rightSteps] = [strides(a.shape, shape.length), strides(b.shape, shape.length)];
  const values = new Float64Array(count);
  const isDouble = isFloat && (a.isDouble === true || b.isDouble === true);
  const hold = held(isFloat, isDouble);
  for (let i = 0; i < count; i++) {
    let [rest, from, other] = [i, 0, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const side = shape[axis] ?? 1;
      const place = rest % side;
      rest = Math.floor(rest / side);
      from += place * (leftSteps[axis] ?? 0);
      other += place * (rightSteps[axis] ?? 0);
    }
    values[i] = hold(compute(left[from] ?? 0, right[other] ?? 0));
  }
  return constant(shape, values, isFloat, isDouble);
}

export function mapped({ shape, values, isFloat, isDouble = false }: Constant, compute: (x: number) => number): Constant {
  const hold = held(isFloat, isDouble);
  return constant(
    shape,
    Float64Array.from(values, (value) => hold(compute(value))),
    isFloat,
    isDouble,
  );
}

/** Values picked out: `sourceOf` says for each place of the result, as one position for each side, where it stands in the tensor. */
export function picked(x: Constant, shape: readonly number[], sourceOf: (place: readonly number[]) => readonly number[]): Constant {
  const count = sizeOfShape(shape);
  if (count > MAX_FOLDED) throw new Error('too many values are computed from constants');
  const { values } = x;
  const result = new Float64Array(count);
  const place = shape.map(() => 0);
  for (let i = 0; i < count; i++) {
    const source = sourceOf(place).reduce((at, position, axis) => at * (x.shape[axis] ?? 1) + position, 0);
    result[i] = values[source] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis] = (place[axis] ?? 0) + 1;
      if ((place[axis] ?? 0) < (shape[axis] ?? 1)) break;
      place[axis] = 0;
    }
  }
  return constant(shape, result, x.isFloat, x.isDouble);
}

function turnedValues({ shape, values }: Constant, order: readonly number[]): Float32Array | Float64Array {
  const steps = shape.map((_, axis) => sizeOfShape(shape.slice(axis + 1)));
  const sides = order.map((axis) => shape[axis] ?? 1);
  const result = values instanceof Float32Array ? new Float32Array(values.length) : new Float64Array(values.length);
  const by = order.map((axis) => steps[axis] ?? 1);
  const last = sides.length - 1;
  const [length, step] = [sides[last] ?? 1, by[last] ?? 1];
  const place = sides.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to += length) {
    for (let i = 0; i < length; i++) result[to + i] = values[from + i * step] ?? 0;
    for (let axis = last - 1; axis >= 0; axis--) {
      const [side, own] = [sides[axis] ?? 1, by[axis] ?? 1];
      place[axis] = (place[axis] ?? 0) + 1;
      from += own;
      if ((place[axis] ?? 0) < side) break;
      place[axis] = 0;
      from -= side * own;
    }
  }
  return result;
}

/** With its sides in this order. Values are laid out whenever they are asked for: kernels are large, and needed once. */
export function turned(x: Constant, order: readonly number[]): Constant {
  return {
    kind: 'constant',
    shape: order.map((axis) => x.shape[axis] ?? 1),
    isFloat: x.isFloat,
    ...(x.isDouble && { isDouble: true }),
    get values() {
      return turnedValues(x, order);
    },
  };
}
