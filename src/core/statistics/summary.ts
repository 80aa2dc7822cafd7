/** The mean of a list, and how sure it is. */

export interface Summary {
  /** How many values there were. */
  readonly count: number;
  /** Null for none. */
  readonly mean: number | null;
  /** The 95 % confidence interval; null where there are too few values for one. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Half the width of an interval that lies evenly around the mean; null where there is none, or it is a proportion's. */
  readonly margin: number | null;
}

/** The probability that Student's t lies within `± sqrt(degrees) tan(angle)` (Abramowitz and Stegun, 26.7.3 and 26.7.4). */
function probabilityWithin(angle: number, degrees: number): number {
  const isOdd = degrees % 2 === 1;
  const cosine = Math.cos(angle);
  let term = isOdd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k < degrees; k += 2) {
    term *= ((k - 1) / k) * cosine ** 2;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

/** What Student's t keeps below in magnitude with a probability of 95 %. */
function quantile(degrees: number): number {
  let [low, high] = [0, Math.PI / 2];
  // Halving the interval down to the last bit of a double.
  for (let i = 0; i < 53; i++) {
    const middle = (low + high) / 2;
    if (probabilityWithin(middle, degrees) < 0.95) low = middle;
    else high = middle;
  }
  return Math.sqrt(degrees) * Math.tan(low);
}

/** What is null or no number does not count. */
function knownOf(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null).filter(Number.isFinite);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const NONE: Summary = { count: 0, mean: null, margin: null, interval: null };

/** Of numbers, with Student's t. */
export function summarise(values: readonly (number | null)[]): Summary {
  const known = knownOf(values);
  const count = known.length;
  if (count === 0) return NONE;
  const mean = meanOf(known);
  if (count === 1) return { ...NONE, count, mean };
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const margin = quantile(count - 1) * Math.sqrt(variance / count);
  return { count, mean, margin, interval: { low: mean - margin, high: mean + margin } };
}

/** What a standard normal number keeps below in magnitude with a probability of 95 %. */
const NORMAL_QUANTILE = 1.959963984540054;

/**
 * Of zeros and ones, with the score interval (Wilson, JASA 1927). Student's t is for numbers that spread around their mean: where all are
 * zeros it would be sure of zero after two of them, and near either end it reaches beyond what a proportion can be.
 */
export function summariseProportion(values: readonly (number | null)[]): Summary {
  const known = knownOf(values);
  const count = known.length;
  if (count === 0) return NONE;
  const mean = meanOf(known);
  const share = NORMAL_QUANTILE ** 2 / count;
  const centre = (mean + share / 2) / (1 + share);
  const halfWidth = Math.sqrt(share * (mean * (1 - mean) + share / 4)) / (1 + share);
  // Rounding may go past the ends by the last bit.
  return { count, mean, margin: null, interval: { low: Math.max(0, centre - halfWidth), high: Math.min(1, centre + halfWidth) } };
}
