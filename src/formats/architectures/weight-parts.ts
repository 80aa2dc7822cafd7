/**
 * Weights that torch keeps in parts, and puts together whenever the network runs: pruned ones (`torch.nn.utils.prune`), and those of a weight
 * normalisation (Salimans & Kingma 2016) or a spectral one (Miyato et al. 2018).
 */
import { sizeOfShape } from '../network/artifacts.ts';
import type { NamedTensor } from '../network/named-tensor.ts';

type Tensors = ReadonlyMap<string, NamedTensor>;

/** @returns null where the parts do not fit together */
type Joined = (first: NamedTensor, second: NamedTensor, third?: NamedTensor) => Float32Array | null;

const pruned: Joined = (values, mask) =>
  values.shape.join() === mask.shape.join() ? values.values.map((value, i) => value * (mask.values[i] ?? 0)) : null;

/** Along the one side that has a length for each place, or over all of it: `g * v / |v|` */
const normalised: Joined = (lengths, directions) => {
  const { shape, values } = directions;
  const isOne = lengths.values.length === 1;
  const axis = shape.findIndex((side, i) => side > 1 && lengths.shape[i] === side);
  const count = axis < 0 ? 1 : (shape[axis] ?? 1);
  if (lengths.values.length !== count || (!isOne && lengths.shape.length !== shape.length)) return null;
  const inner = axis < 0 ? values.length : sizeOfShape(shape.slice(axis + 1));
  const placeOf = (i: number) => Math.floor(i / inner) % count;
  const squares = new Float64Array(count);
  for (const [i, value] of values.entries()) squares[placeOf(i)] = (squares[placeOf(i)] ?? 0) + value * value;
  return values.map((value, i) => (value * (lengths.values[placeOf(i)] ?? 0)) / Math.sqrt(squares[placeOf(i)] ?? 0));
};

/** Divided by the largest singular value of its rows, which training has approached by two vectors: `w / (u · w v)` */
const spectral: Joined = (weight, left, right) => {
  const rows = left.values.length;
  const columns = right?.values.length ?? 0;
  if (!right || weight.shape[0] !== rows || rows * columns !== weight.values.length) return null;
  const sum = weight.values.reduce(
    (total, value, i) => total + value * (left.values[Math.floor(i / columns)] ?? 0) * (right.values[i % columns] ?? 0),
    0,
  );
  return weight.values.map((value) => value / sum);
};

interface Kind {
  /** What stands after the parameter's name in its parts; of a later version, after `parametrizations` before it. */
  readonly parts: readonly string[];
  readonly joined: Joined;
  /** Which of the parts has the parameter's shape. */
  readonly whole: number;
}

/** The first that fits: a spectral normalisation has `_orig`, too. */
const KINDS: readonly Kind[] = [
  { parts: ['_orig', '_mask'], joined: pruned, whole: 0 },
  { parts: ['_orig', '_u', '_v'], joined: spectral, whole: 0 },
  { parts: ['_g', '_v'], joined: normalised, whole: 1 },
  { parts: ['.original0', '.original1'], joined: normalised, whole: 1 },
];

interface Whole {
  readonly name: string;
  readonly tensor: NamedTensor;
  readonly parts: readonly string[];
}

/** What a tensor is the first part of. */
function wholeOf(first: string, tensors: Tensors): Whole | null {
  for (const { parts, joined, whole } of KINDS) {
    const [ending = ''] = parts;
    if (!first.endsWith(ending)) continue;
    const stem = first.slice(0, -ending.length);
    const name = ending.startsWith('.') ? stem.replace(/(^|\.)parametrizations\.(?=[^.]+$)/, '$1') : stem;
    const names = parts.map((part) => stem + part);
    const [a, b, c] = names.map((each) => tensors.get(each));
    if (!a || !b || (parts.length > 2 && !c) || tensors.has(name) || (ending.startsWith('.') && name === stem)) continue;
    const values = joined(a, b, c);
    const { shape = [], source = first } = [a, b, c][whole] ?? {};
    if (values) return { name, tensor: { shape, values, source }, parts: names };
  }
  return null;
}

/** With each weight in one, where its parts stood. */
export function withWholeWeights(tensors: Tensors): Tensors {
  const isPart = (name: string) => KINDS.some(({ parts }) => name.endsWith(parts[0] ?? ''));
  const found = [...tensors.keys()].filter(isPart).flatMap((name) => wholeOf(name, tensors) ?? []);
  if (found.length === 0) return tensors;
  const parts = new Set(found.flatMap((whole) => whole.parts));
  const firsts = new Map(found.map((whole) => [whole.parts[0] ?? '', whole]));
  const entries = [...tensors].flatMap(([name, tensor]): [string, NamedTensor][] => {
    const whole = firsts.get(name);
    if (whole) return [[whole.name, whole.tensor]];
    return parts.has(name) ? [] : [[name, tensor]];
  });
  return new Map(entries);
}
