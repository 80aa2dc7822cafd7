/**
 * Activations that exporters write out with a choice (`x > 0 ? a : b`): SELU in TFLite, a leaky ReLU by `torch.where`, Softplus with its bounds.
 * What all nodes between the tensor and the choice give for some values says which function it is.
 */
import { type Constant, constant, numbersOf } from '../nodes/constant.ts';
import { folded } from '../nodes/constant-operations.ts';
import type { AttributeValue, GraphNode } from '../nodes/graph.ts';
import type { Match } from './gated-activations.ts';
import type { Surroundings } from './surroundings.ts';

const COMPARISONS: ReadonlySet<string> = new Set(['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual']);

/** Of single values. */
const BY_VALUE: ReadonlySet<string> = new Set([
  ...COMPARISONS,
  ...[
    'Abs',
    'Add',
    'And',
    'Clip',
    'Div',
    'Exp',
    'Log',
    'Max',
    'Min',
    'Mul',
    'Neg',
    'Not',
    'Or',
    'Pow',
    'Reciprocal',
    'Sqrt',
    'Sub',
    'Where',
  ],
]);

/** More nodes than any of these functions has. */
const MAX_NODES = 24;

/** Far enough that what tends to a line or a number has reached it in float32. */
const FAR = 40;

const SAMPLES: readonly number[] = [0.0001, 0.01, 0.1, 0.3, 0.7, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 13, 17, 20, 30, FAR].flatMap((x) => [-x, x]);

/** The number that all of a constant is. */
function numberOf(value: Constant | null): number | null {
  const values = value && value.values.length > 0 ? numbersOf(value) : [];
  const [first] = values;
  return first !== undefined && values.every((each) => each === first) ? first : null;
}

interface Comparison {
  readonly tensor: string;
  readonly bound: number;
}

/** What a choice compares, and with which number. */
function comparisonIn(condition: string, around: Surroundings): Comparison | null {
  const node = around.producer(condition);
  if (node?.domain !== '') return null;
  if (!COMPARISONS.has(node.kind)) {
    const found = ['And', 'Not', 'Or'].includes(node.kind) ? node.inputs.map((input) => comparisonIn(input, around)) : [];
    return found.find((each) => each !== null) ?? null;
  }
  const [a = '', b = ''] = node.inputs;
  const [left, right] = [numberOf(around.constant(a)), numberOf(around.constant(b))];
  if (right !== null) return { tensor: a, bound: right };
  return left === null ? null : { tensor: b, bound: left };
}

/** What is between a tensor and another one that is computed from it value by value. */
class Between {
  readonly nodes = new Set<GraphNode>();
  readonly #x: string;
  readonly #samples: Constant;
  readonly #around: Surroundings;
  readonly #known = new Map<string, Constant | null>();

  constructor(x: string, samples: readonly number[], around: Surroundings) {
    this.#x = x;
    this.#samples = constant([samples.length], Float64Array.from(samples), true);
    this.#around = around;
  }

  /** For each of the samples; null where it is not of single values alone. */
  at(tensor: string): Constant | null {
    if (tensor === this.#x) return this.#samples;
    const known = this.#known.get(tensor);
    if (known !== undefined) return known;
    const value = this.#around.constant(tensor);
    const number = numberOf(value);
    const result = value ? (number === null ? null : constant([], [number], value.isFloat)) : this.#computed(tensor);
    this.#known.set(tensor, result);
    return result;
  }

  #computed(tensor: string): Constant | null {
    const node = this.#around.producer(tensor);
    if (node?.domain !== '' || !BY_VALUE.has(node.kind) || this.nodes.size >= MAX_NODES) return null;
    this.nodes.add(node);
    const inputs = node.inputs.map((input) => (input === '' ? null : this.at(input)));
    return inputs.every((input, i) => input !== null || node.inputs[i] === '') ? folded(node, inputs) : null;
  }
}

interface Candidate {
  readonly kind: string;
  readonly attributes: Readonly<Record<string, number>>;
  readonly compute: (x: number) => number;
}

/** The functions that it may be, by what it gives far away. */
function candidates(low: number, high: number, bound: number): Candidate[] {
  const [gamma, slope] = [high / FAR, low / -FAR];
  const scaled = (x: number) => gamma * x;
  return [
    { kind: 'Relu', attributes: {}, compute: (x) => Math.max(0, x) },
    { kind: 'LeakyRelu', attributes: { alpha: slope }, compute: (x) => (x > 0 ? x : slope * x) },
    { kind: 'ThresholdedRelu', attributes: { alpha: bound }, compute: (x) => (x > bound ? x : 0) },
    { kind: 'Elu', attributes: { alpha: -low }, compute: (x) => (x > 0 ? x : -low * Math.expm1(x)) },
    { kind: 'Selu', attributes: { alpha: -low / gamma, gamma }, compute: (x) => (x > 0 ? scaled(x) : -low * Math.expm1(x)) },
    { kind: 'Softplus', attributes: {}, compute: (x) => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x))) },
    { kind: 'Clip', attributes: { min: low, max: high }, compute: (x) => Math.min(high, Math.max(low, x)) },
  ];
}

/** @param last the choice */
export function chosenActivation(last: GraphNode, around: Surroundings): Match | null {
  const comparison = comparisonIn(last.inputs[0] ?? '', around);
  if (!comparison) return null;
  const { tensor, bound } = comparison;
  const samples = [-FAR, FAR, ...SAMPLES, bound - 0.001, bound + 0.001];
  const between = new Between(tensor, samples, around);
  const values = between.at(last.outputs[0] ?? '');
  const inside = [...between.nodes];
  if (values?.values.length !== samples.length || !inside.every((node) => node === last || around.isOnlyFor(node, ...inside))) return null;
  const given = numbersOf(values);
  const isGiven = ({ compute }: Candidate) =>
    samples.every((x, i) => Math.abs((given[i] ?? Number.NaN) - compute(x)) < 1e-5 * (1 + Math.abs(compute(x))));
  const found = candidates(given[0] ?? 0, given[1] ?? 0, bound).find(isGiven);
  if (!found) return null;
  const attributes = new Map<string, AttributeValue>(Object.entries(found.attributes));
  return { replacement: last.with({ kind: found.kind, inputs: [tensor], attributes }), nodes: inside };
}
