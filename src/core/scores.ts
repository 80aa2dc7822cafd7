/** From logits to the score that is explained. Logits cross every border of the app; probabilities are always derived here. */

/** The two scores of a class: its logit (before the output's activation) or its probability. */
export type ScoreKind = 'logit' | 'probability';

/** What is explained: the score of a class, or how far it is above another class's ("why A rather than B"). */
export interface ClassScore {
  readonly classIndex: number;
  readonly kind: ScoreKind;
  /** The class whose score is taken off; null: none. */
  readonly versus: number | null;
}

export function isSameScore(a: ClassScore | null, b: ClassScore | null): boolean {
  return a?.classIndex === b?.classIndex && a?.kind === b?.kind && a?.versus === b?.versus;
}

/** The activation that turns the network's logits into probabilities. */
export type OutputActivation = 'softmax' | 'sigmoid';

/** Probabilities of all classes from their logits, in the order given. */
export function probabilities(logits: Float32Array, activation: OutputActivation): Float64Array {
  const result = Float64Array.from(logits);
  if (activation === 'sigmoid') return result.map((logit) => 1 / (1 + Math.exp(-logit)));
  // The largest logit is taken off first: exp() of it alone could overflow, and the ratio stays the same.
  const largest = result.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let i = 0; i < result.length; i++) sum += result[i] = Math.exp((result[i] ?? 0) - largest);
  return result.map((value) => value / sum);
}

/**
 * The value of the score.
 *
 * @throws RangeError for a class that is not there
 */
export function scoreOf(logits: Float32Array, { classIndex, kind, versus }: ClassScore, activation: OutputActivation): number {
  const scores = kind === 'logit' ? logits : probabilities(logits, activation);
  const own = scores[classIndex];
  const other = versus === null ? 0 : scores[versus];
  if (own === undefined || other === undefined) throw new RangeError(`class ${classIndex} or ${versus} of ${logits.length}`);
  return own - other;
}

/** The gradient of one class's logit or probability. For softmax, `dp_c / dz_j = p_c (1[j = c] - p_j)`. */
function gradientOfClass(logits: Float32Array, classIndex: number, kind: ScoreKind, activation: OutputActivation): Float32Array {
  const gradient = new Float32Array(logits.length);
  if (kind === 'logit') {
    gradient[classIndex] = 1;
    return gradient;
  }
  const probability = probabilities(logits, activation);
  const own = probability[classIndex] ?? 0;
  if (activation === 'sigmoid') gradient[classIndex] = own * (1 - own);
  else for (let j = 0; j < gradient.length; j++) gradient[j] = own * ((j === classIndex ? 1 : 0) - (probability[j] ?? 0));
  return gradient;
}

/**
 * The gradient of the score with respect to all logits, `[classes]`: what a backward pass through the rest of the network starts from.
 */
export function scoreGradient(logits: Float32Array, { classIndex, kind, versus }: ClassScore, activation: OutputActivation): Float32Array {
  const own = gradientOfClass(logits, classIndex, kind, activation);
  if (versus === null) return own;
  const other = gradientOfClass(logits, versus, kind, activation);
  return own.map((value, j) => value - (other[j] ?? 0));
}

/** Indices of the `count` largest logits, largest first. */
export function topClasses(logits: Float32Array, count: number): number[] {
  const order = Array.from(logits.keys());
  return order.sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0)).slice(0, count);
}
