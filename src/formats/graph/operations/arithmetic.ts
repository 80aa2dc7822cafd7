/** Arithmetic of two tensors, or of one and of numbers, which then is a Rescaling. */
import { Unsupported } from '../../layers/layer-rule.ts';
import type { Json } from '../../network/artifacts.ts';
import { type Activation, layerAxis } from '../layers/activation.ts';
import type { Call, Operation } from '../layers/call.ts';
import { constantMap, repeatedTo } from '../layers/constant-map.ts';
import { type Constant, constant, numbersOf, singleOf } from '../nodes/constant.ts';

/** Scale and offset that stand for an operation with a number. `isFlipped`: it stands before the tensor. Null where there are none. */
type Affine = (value: number, isFlipped: boolean) => readonly [scale: number, offset: number] | null;

/** Numbers along one side of a tensor, or one for all. */
interface Repeated {
  readonly values: readonly number[];
  /** The side that they are along; null for a single one. */
  readonly axis: number | null;
}

function repeated(constant: Constant, { shape }: Activation): Repeated | null {
  const given = constant.shape;
  if (given.length > shape.length) return null;
  const sides = [...shape.slice(0, shape.length - given.length).map(() => 1), ...given];
  if (sides.some((side, axis) => side !== 1 && side !== shape[axis])) return null;
  const values = numbersOf(constant);
  if (values.every((value) => value === values[0])) return { values: values.slice(0, 1), axis: null };
  const long = sides.flatMap((side, axis) => (side > 1 ? [axis] : []));
  return long.length === 1 && long[0] !== undefined && long[0] > 0 ? { values, axis: long[0] } : null;
}

function setting(values: readonly number[]): Json {
  return values.length === 1 ? (values[0] ?? 0) : [...values];
}

function finitePairs(values: readonly number[], affine: Affine, isFlipped: boolean): readonly (readonly [number, number])[] {
  const pairs = values.map((value) => affine(value, isFlipped));
  const known = pairs.filter((pair) => pair?.every(Number.isFinite) === true);
  if (known.length === pairs.length) return known as (readonly [number, number])[];
  throw new Unsupported('computes with numbers that are none, or divides by zero; please export it again');
}

/** By a number for each place of an image. */
function withPlaces(call: Call, x: Activation, given: Constant, affine: Affine, isFlipped: boolean): Activation {
  const whole = x.shape.length === 4 ? repeatedTo(given, x.shape) : null;
  if (!whole)
    throw new Unsupported(
      `computes with a tensor of the shape [${given.shape.join(', ')}] that does not fit the ${x.shape.join(' × ')} that go in, which cannot be run here; please export another network`,
    );
  const pairs = finitePairs(numbersOf(whole), affine, isFlipped);
  const part = (place: 0 | 1) =>
    constant(
      whole.shape,
      Float64Array.from(pairs, (pair) => pair[place]),
      true,
    );
  const hasOffset = pairs.some(([, offset]) => offset !== 0);
  const hasScale = !hasOffset || pairs.some(([scale]) => scale !== 1);
  const { writer, name } = call;
  const joined = (kind: string, y: Activation, place: 0 | 1, own: string): Activation => {
    const other = call.arranged(constantMap(call, x, part(place), place === 0 ? 'scale' : 'offset'), y.axes);
    return { ...y, layer: writer.layer(kind, own, [y.layer, other.layer]) };
  };
  const scaled = hasScale ? joined('Multiply', x, 0, hasOffset ? `${name}.scaled` : name) : x;
  return hasOffset ? joined('Add', scaled, 1, name) : scaled;
}

function withNumbers(call: Call, x: Activation, given: Constant, affine: Affine, isFlipped: boolean): Activation {
  const found = repeated(given, x);
  if (!found) return withPlaces(call, x, given, affine, isFlipped);
  const { values, axis } = found;
  const y =
    axis === null || layerAxis(x, axis) === x.shape.length - 1 ? x : call.arranged(x, [...x.axes.filter((each) => each !== axis), axis]);
  const pairs = finitePairs(values, affine, isFlipped);
  const [scale, offset] = [0, 1].map((place) => setting(pairs.map((pair) => pair[place] ?? 0)));
  return call.layer('Rescaling', y, { scale: scale ?? 1, offset: offset ?? 0 });
}

/** The shape of a result of two tensors, the sides of one repeated where the other has more. */
function shared(a: readonly number[], b: readonly number[]): number[] | null {
  if (a.length !== b.length) return null;
  const isFitting = a.every((side, axis) => side === b[axis] || side === 1 || b[axis] === 1);
  return isFitting ? a.map((side, axis) => Math.max(side, b[axis] ?? 1)) : null;
}

function ofTwo(call: Call, layer: string, a: Activation, b: Activation): Activation {
  const shape = shared(a.shape, b.shape);
  if (!shape)
    throw new Unsupported(
      `puts tensors of the shapes [${a.shape.join(', ')}] and [${b.shape.join(', ')}] together, which cannot be run here; please export another network`,
    );
  const other = call.arranged(b, a.axes);
  return { ...a, shape, layer: call.writer.layer(layer, call.name, [a.layer, other.layer]) };
}

const divided: Affine = (value) => (value === 0 ? null : [1 / value, 0]);

function arithmetic(layer: string, affine: Affine): Operation {
  return (call) => {
    const [first, second] = call.inputs;
    if (second?.kind === 'constant') return [withNumbers(call, call.activation(0), second, affine, false)];
    if (first?.kind === 'constant') return [withNumbers(call, call.activation(1), first, affine, true)];
    return [ofTwo(call, layer, call.activation(0), call.activation(1))];
  };
}

/** A third tensor is what is added to the product (`patterns/scales.ts`): one number for each channel, as the second one is. */
const multiply: Operation = (call) => {
  if (call.inputs.length < 3) return arithmetic('Multiply', (value) => [value, 0])(call);
  const x = call.activation(0);
  const [scale, offset] = [1, 2].map((place) => {
    const constant = call.constant(place);
    return constant && repeated(constant, x);
  });
  const axis = scale?.axis ?? offset?.axis;
  // The same number for every channel, as before a training, counts as one.
  if (scale && offset && scale.axis === null && offset.axis === null)
    return [call.layer('Rescaling', x, { scale: setting(scale.values), offset: setting(offset.values) })];
  if (!scale || !offset || typeof axis !== 'number' || [scale.axis, offset.axis].some((each) => each !== null && each !== axis))
    throw new Unsupported('scales and shifts by other numbers than one for each channel, which cannot be run here; please export it again');
  const length = x.shape[axis] ?? 1;
  const each = ({ values }: Repeated) => (values.length === 1 ? Array.from({ length }, () => values[0] ?? 0) : [...values]);
  const y = layerAxis(x, axis) === x.shape.length - 1 ? x : call.arranged(x, [...x.axes.filter((other) => other !== axis), axis]);
  return [call.layer('Rescaling', y, { scale: each(scale), offset: each(offset) })];
};

/** Of any number of tensors. */
function merging(layer: string): Operation {
  return (call) => {
    const [first, ...others] = call.node.inputs.map((_, i) => call.activation(i));
    if (!first) throw new Unsupported('lacks its inputs; please export it again');
    if (others.length === 0) return [call.function('linear', first)];
    const arranged = others.map((other) => call.arranged(other, first.axes));
    if (arranged.some(({ shape }) => shape.join() !== first.shape.join()))
      throw new Unsupported('puts tensors of several shapes together, which cannot be run here; please export another network');
    const layers = [first, ...arranged].map((each) => each.layer);
    return [{ ...first, layer: call.writer.layer(layer, call.name, layers) }];
  };
}

/** The greater or the smaller of a tensor and a number, or of several tensors. */
function extreme(layer: string, bound: 'minimum' | 'maximum'): Operation {
  return (call) => {
    const constants = call.inputs.map((value) => (value?.kind === 'constant' ? value : null));
    const place = constants.findIndex((value) => value !== null);
    if (place < 0) return merging(layer)(call);
    const value = singleOf(constants[place]);
    if (value === null || call.inputs.length !== 2)
      throw new Unsupported('compares with something else than one number, which cannot be run here; please export another network');
    const x = call.activation(1 - place);
    return [call.function(bound === 'minimum' && value === 0 ? 'relu' : { class_name: 'clipOf', config: { [bound]: value } }, x)];
  };
}

const POWERS: Readonly<Record<string, Json>> = { '0.5': 'squareRoot', '1': 'linear', '2': 'square' };

const power: Operation = (call) => {
  const exponent = singleOf(call.constant(1));
  if (exponent === null)
    throw new Unsupported('raises to a power that is not one number for all, which cannot be run here; please export another network');
  return [call.function(POWERS[String(exponent)] ?? { class_name: 'powerOf', config: { exponent } })];
};

/** Numbers divided by a tensor: scaled by its inverse. */
const division: Operation = (call) => {
  const [first, second] = call.inputs;
  if (first?.kind !== 'constant' || second?.kind !== 'activation') return arithmetic('Divide', divided)(call);
  const activation: Json = { class_name: 'powerOf', config: { exponent: -1 } };
  const inverse = { ...second, layer: call.writer.layer('Activation', `${call.name}.inverse`, [second.layer], { activation }) };
  return [withNumbers(call, inverse, first, (value) => [value, 0], false)];
};

const negative: Operation = (call) => [call.layer('Rescaling', call.activation(0), { scale: -1, offset: 0 })];

export const ARITHMETIC: Readonly<Record<string, Operation>> = {
  Add: arithmetic('Add', (value) => [1, value]),
  Div: division,
  Max: extreme('Maximum', 'minimum'),
  Mean: merging('Average'),
  Min: extreme('Minimum', 'maximum'),
  Mul: multiply,
  Neg: negative,
  Pow: power,
  Sub: arithmetic('Subtract', (value, isFlipped) => (isFlipped ? [-1, value] : [1, -value])),
  Sum: merging('Add'),
};
