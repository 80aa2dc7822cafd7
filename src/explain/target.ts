/**
 * From logits to the score that is explained. The network's raw outputs cross every border of the app; what they mean is arithmetic, done
 * here.
 */
import type { OutputReading } from '../core/models/output-reading.ts';

/** The scores of a class: its logit (before the output's activation) or its probability; of a number the value itself. */
export type ScoreKind = 'logit' | 'probability' | 'value';

/** What a person chooses between where there are classes; numbers have their value alone. */
export type ChosenScore = Exclude<ScoreKind, 'value'>;

/** What is explained: the score of a class, or how far it is above another class's ("why A rather than B"). */
export interface ClassScore {
  readonly classIndex: number;
  readonly kind: ScoreKind;
  /** The class whose score is taken off; null: none. */
  readonly versus: number | null;
  readonly reading: OutputReading;
}

export function isSameScore(a: ClassScore | null, b: ClassScore | null): boolean {
  return a?.classIndex === b?.classIndex && a?.kind === b?.kind && a?.versus === b?.versus && a?.reading === b?.reading;
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** The logits of all classes; of numbers their values. */
export function classLogits(logits: Float32Array, reading: OutputReading): Float64Array {
  const [only = Number.NaN] = logits;
  return reading === 'binary' ? Float64Array.of(-only, only) : Float64Array.from(logits);
}

/** Probabilities of all classes from the network's logits, in the classes' order; null for numbers, which have none. */
export function probabilities(logits: Float32Array, reading: Exclude<OutputReading, 'number'>): Float64Array;
export function probabilities(logits: Float32Array, reading: OutputReading): Float64Array | null;
export function probabilities(logits: Float32Array, reading: OutputReading): Float64Array | null {
  if (reading === 'number') return null;
  const result = classLogits(logits, reading);
  // `1 - p` is the sigmoid of `-z`, and keeps its digits where p is nearly one.
  if (reading !== 'softmax') return result.map(sigmoid);
  // The largest logit is taken off first: exp() of it alone could overflow, and the ratio stays the same.
  const largest = result.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let i = 0; i < result.length; i++) sum += result[i] = Math.exp((result[i] ?? 0) - largest);
  return result.map((value) => value / sum);
}

/** What is shown of each class: its probability, or the value of a number. */
export function shownValues(logits: Float32Array, reading: OutputReading): Float64Array {
  return probabilities(logits, reading) ?? classLogits(logits, reading);
}

/**
 * The value of the score.
 *
 * @throws RangeError for a class that is not there
 */
export function scoreOf(logits: Float32Array, { classIndex, kind, versus, reading }: ClassScore): number {
  const scores = kind === 'probability' ? shownValues(logits, reading) : classLogits(logits, reading);
  const own = scores[classIndex];
  const other = versus === null ? 0 : scores[versus];
  if (own === undefined || other === undefined) throw new RangeError(`class ${classIndex} or ${versus} of ${scores.length}`);
  return own - other;
}

/** The gradient of one class's score with respect to the network's logits. For softmax, `dp_c / dz_j = p_c (1[j = c] - p_j)`. */
function gradientOfClass(logits: Float32Array, classIndex: number, kind: ScoreKind, reading: OutputReading): Float32Array {
  const gradient = new Float32Array(logits.length);
  const shares = kind === 'probability' ? probabilities(logits, reading) : null;
  const own = shares?.[classIndex] ?? 0;
  if (shares && reading === 'softmax') return gradient.map((_, j) => own * ((j === classIndex ? 1 : 0) - (shares[j] ?? 0)));
  const slope = shares ? own * (1 - own) : 1;
  if (reading === 'binary') gradient[0] = classIndex === 0 ? -slope : slope;
  else gradient[classIndex] = slope;
  return gradient;
}

/**
 * The gradient of the score with respect to all logits, `[units]`: what a backward pass through the rest of the network starts from.
 */
export function scoreGradient(logits: Float32Array, { classIndex, kind, versus, reading }: ClassScore): Float32Array {
  const own = gradientOfClass(logits, classIndex, kind, reading);
  if (versus === null) return own;
  const other = gradientOfClass(logits, versus, kind, reading);
  return own.map((value, j) => value - (other[j] ?? 0));
}

/** Indices of the `count` classes with the largest logits, largest first; of numbers those with the largest values. */
export function topClasses(logits: Float32Array, reading: OutputReading, count: number): number[] {
  const scores = classLogits(logits, reading);
  const order = Array.from(scores.keys());
  return order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0)).slice(0, count);
}
