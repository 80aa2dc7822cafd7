/** The mean of a list, and how sure it is. */

export interface Summary {
  /** How many values there were. */
  readonly count: number;
  /** Null for none. */
  readonly mean: number | null;
  /** Half the width of the 95 % confidence interval (Student's t); null for fewer than two values. */
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
export function summarise(values: readonly (number | null)[]): Summary {
  const known = values.filter((value) => value !== null).filter(Number.isFinite);
  const count = known.length;
  if (count === 0) return { count, mean: null, margin: null };
  const mean = known.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { count, mean, margin: null };
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { count, mean, margin: quantile(count - 1) * Math.sqrt(variance / count) };
}
