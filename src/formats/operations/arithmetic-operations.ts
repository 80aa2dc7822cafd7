/** Arithmetic among a network's layers: of two tensors, or of one and of numbers, which then is a Rescaling. */

import { asArray, type JsonObject } from '../json.ts';
import type { Json } from '../network/artifacts.ts';
import { type OperationCall, Tensor, tensorsIn } from './operation-call.ts';

/** A layer of Keras, or of our own, that does what an operation does. */
export interface Equivalent {
  readonly kind: string;
  readonly config: JsonObject;
  readonly takes: readonly Tensor[];
}

/** Numbers, the same for every image and cell: one, or one per channel. Null for anything else. */
function constantOf(json: Json | undefined): number[] | null {
  if (typeof json === 'number' && Number.isFinite(json)) return [json];
  if (!Array.isArray(json)) return null;
  const numbers = json.map((value) => (typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN));
  if (json.length > 0 && !numbers.some(Number.isNaN)) return numbers;
  // Further axes of one: [[[103.9, 116.8, 123.7]]].
  return json.length === 1 ? constantOf(asArray(json)[0]) : null;
}

/** Scale and offset that stand for an operation with these numbers. `isFlipped`: they stand before the tensor. */
type Affine = (numbers: readonly number[], isFlipped: boolean) => { scale: readonly number[]; offset: readonly number[] } | null;

interface Arithmetic {
  /** Of two tensors. */
  readonly layer: string;
  readonly affine: Affine;
}

const add: Arithmetic = { layer: 'Add', affine: (offset) => ({ scale: [1], offset }) };
const subtract: Arithmetic = {
  layer: 'Subtract',
  affine: (numbers, isFlipped) => (isFlipped ? { scale: [-1], offset: numbers } : { scale: [1], offset: numbers.map((value) => -value) }),
};
const multiply: Arithmetic = { layer: 'Multiply', affine: (scale) => ({ scale, offset: [0] }) };
const divide: Arithmetic = {
  layer: 'Divide',
  affine: (numbers, isFlipped) => (isFlipped || numbers.includes(0) ? null : { scale: numbers.map((value) => 1 / value), offset: [0] }),
};

const ARITHMETIC: Readonly<Record<string, Arithmetic>> = {
  add,
  addv2: add,
  bias_add: add,
  biasadd: add,
  sub: subtract,
  subtract,
  mul: multiply,
  multiply,
  div: divide,
  divide,
  realdiv: divide,
  truediv: divide,
  true_divide: divide,
  truedivide: divide,
};

const X = ['x', 'x1', 'value'];
const Y = ['y', 'x2', 'bias'];

/** As a setting: one number by itself. */
function setting(numbers: readonly number[]): Json {
  return numbers.length === 1 ? (numbers[0] ?? 0) : numbers;
}

/** What `preprocess_input` of ResNet and VGG adds once red and blue have changed places: ImageNet's mean colour, taken off. */
const MINUS_MEAN_COLOUR = [-103.939, -116.779, -123.68];

/** Some versions wrote of a tensor that is added to only that it is one. */
function isLost(json: Json | undefined): boolean {
  return typeof json === 'object' && json !== null && 'type_spec' in json;
}

/** @param isOfSwappedColours whether the operation takes an image whose channels were just turned round */
function rescaling(call: OperationCall, { affine }: Arithmetic, isOfSwappedColours: boolean): Equivalent | null {
  const isFlipped = !(call.get(0, ...X) instanceof Tensor);
  const tensor = isFlipped ? call.tensor(1, ...Y) : call.tensor(0, ...X);
  const json = isFlipped ? call.json(0, ...X) : call.json(1, ...Y);
  const isAssumed = isOfSwappedColours && isLost(json) && affine === add.affine;
  const numbers = isAssumed ? MINUS_MEAN_COLOUR : constantOf(json);
  const found = numbers && affine(numbers, isFlipped);
  if (!tensor || !found) return null;
  const config = { scale: setting(found.scale), offset: setting(found.offset), ...(isAssumed && { is_assumed: true }) };
  return { kind: 'Rescaling', config, takes: [tensor] };
}

/** Null where it is no arithmetic that can be run here. */
export function arithmetic(call: OperationCall, isOfSwappedColours: boolean): Equivalent | null {
  const { operation } = call;
  if (operation === 'add_n' || operation === 'addn') {
    const takes = tensorsIn(call.get(0, 'inputs'));
    return takes.length > 1 ? { kind: 'Add', config: {}, takes } : null;
  }
  if (operation === 'neg' || operation === 'negative') {
    const tensor = call.tensor(0, 'x');
    return tensor && { kind: 'Rescaling', config: { scale: -1, offset: 0 }, takes: [tensor] };
  }
  const known = Object.hasOwn(ARITHMETIC, operation) ? ARITHMETIC[operation] : undefined;
  if (!known) return null;
  const [x, y] = [call.tensor(0, ...X), call.tensor(1, ...Y)];
  return x && y ? { kind: known.layer, config: {}, takes: [x, y] } : rescaling(call, known, isOfSwappedColours);
}
