/**
 * From logits to the score that is explained. The network's raw outputs cross every border of the app; what they mean is arithmetic, done
 * here.
 */
import { classCount, type OutputReading } from '../core/models/output-reading.ts';
import { firstFew } from '../core/statistics/first-few.ts';

/** The scores of a class: its logit (before the output's activation) or its probability; of a number the value itself. */
export type ScoreKind = 'logit' | 'probability' | 'value';

/** What a person chooses between where there are classes; numbers have their value alone. */
export type ChosenScore = Exclude<ScoreKind, 'value'>;

/** What is taken off a score: nothing, another class's score, or a weighted mean of several classes' (see `lookAlikesOf`). */
export type Versus = number | readonly number[] | null;

/** What a person may hold a class against: another one, or those that look most like it, whichever they are. */
export type Rival = number | 'look-alikes';

/** What is explained: the score of a class, or how far it is above that of others ("why A rather than B"). */
export interface ClassScore {
  readonly classIndex: number;
  readonly kind: ScoreKind;
  readonly versus: Versus;
  readonly reading: OutputReading;
}

export function isSameScore(a: ClassScore | null, b: ClassScore | null): boolean {
  return a?.classIndex === b?.classIndex && a?.kind === b?.kind && String(a?.versus) === String(b?.versus) && a?.reading === b?.reading;
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** The logits of all classes; of numbers their values. */
export function classLogits(logits: Float32Array, reading: OutputReading): Float64Array {
  const [only = Number.NaN] = logits;
  return reading === 'binary' ? Float64Array.of(-only, only) : Float64Array.from(logits);
}

/** That of one class, or the value of one number: sweeps ask for it of every item, and some networks have tens of thousands of others. */
function logitOf(logits: Float32Array, classIndex: number, reading: OutputReading): number | undefined {
  return reading === 'binary' ? classLogits(logits, reading)[classIndex] : logits[classIndex];
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

/** A class is held against so many others that look like it. */
const LOOK_ALIKES = 3;

/** Whether a class has others that it can be mistaken for. */
export function hasLookAlikes(classes: number, reading: OutputReading): boolean {
  return reading === 'softmax' && classes > 2;
}

/** The classes whose logits are nearest to that of a class, nearest first: what FinerCAM (Zhang et al., CVPR 2025, section 3.2) holds it against. */
export function lookAlikesOf(logits: Float32Array, classIndex: number): number[] {
  const own = logits[classIndex] ?? Number.NaN;
  const distance = (index: number) => (index === classIndex ? Number.POSITIVE_INFINITY : Math.abs((logits[index] ?? Number.NaN) - own));
  return firstFew(logits.length, Math.min(LOOK_ALIKES, logits.length - 1), (a, b) => distance(a) - distance(b));
}

/** @param logits of the intact network; null where they are not known yet @returns undefined where it depends on them */
export function versusOf(rival: Rival | null, classIndex: number, logits: Float32Array | null, reading: OutputReading): Versus | undefined {
  // A class is not explained against itself.
  if (rival !== 'look-alikes') return rival === classIndex ? null : rival;
  if (!logits) return undefined;
  return hasLookAlikes(logits.length, reading) ? lookAlikesOf(logits, classIndex) : null;
}

/** Keeps a quotient of shares that are all next to nothing from being no number; FinerCAM's own. */
const SHARES_EPSILON = 1e-9;

/** Each of these classes' share of the probability, by which its score counts. */
function sharesOf(logits: Float32Array, classes: readonly number[], reading: OutputReading): number[] {
  const shares = shownValues(logits, reading);
  return classes.map((index) => shares[index] ?? Number.NaN);
}

/**
 * The value of the score. Against several classes `t` it is `sum_t p_t (y_c - y_t) / (sum_t p_t + 1e-9)`.
 *
 * @throws RangeError for a class that is not there
 */
export function scoreOf(logits: Float32Array, { classIndex, kind, versus, reading }: ClassScore): number {
  const shown = kind === 'probability' ? shownValues(logits, reading) : null;
  const scoreOfClass = (index: number): number => {
    const score = shown ? shown[index] : logitOf(logits, index, reading);
    if (score === undefined) throw new RangeError(`class ${index} of ${classCount(logits.length, reading)}`);
    return score;
  };
  const own = scoreOfClass(classIndex);
  if (versus === null) return own;
  if (typeof versus === 'number') return own - scoreOfClass(versus);
  const shares = sharesOf(logits, versus, reading);
  const sum = versus.reduce((total, index, i) => total + (shares[i] ?? 0) * (own - scoreOfClass(index)), 0);
  return sum / (shares.reduce((a, b) => a + b, 0) + SHARES_EPSILON);
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
  if (typeof versus === 'number') {
    const other = gradientOfClass(logits, versus, kind, reading);
    return own.map((value, j) => value - (other[j] ?? 0));
  }
  // The shares are functions of the logits too: the quotient rule, with the numerator as the score times the denominator.
  const shares = sharesOf(logits, versus, reading);
  const denominator = shares.reduce((a, b) => a + b, 0) + SHARES_EPSILON;
  const score = scoreOf(logits, { classIndex, kind, versus, reading });
  const gradient = new Float64Array(logits.length);
  for (const [i, index] of versus.entries()) {
    const other = gradientOfClass(logits, index, kind, reading);
    const share = gradientOfClass(logits, index, 'probability', reading);
    const difference = scoreOf(logits, { classIndex, kind, versus: index, reading });
    for (let j = 0; j < gradient.length; j++) {
      const ofDifference = (own[j] ?? 0) - (other[j] ?? 0);
      gradient[j] = (gradient[j] ?? 0) + (shares[i] ?? 0) * ofDifference + (share[j] ?? 0) * (difference - score);
    }
  }
  return Float32Array.from(gradient, (value) => value / denominator);
}

/** Indices of the `count` classes with the largest logits, largest first; of numbers those with the largest values. */
export function topClasses(logits: Float32Array, reading: OutputReading, count: number): number[] {
  const scores = classLogits(logits, reading);
  return firstFew(scores.length, count, (a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
}
