/** Mean and std of lists of numbers of the same length, taken in one after the other (Welford, Technometrics 1962). */

/** What was taken in so far, for each place of the lists. */
export interface Moments {
  readonly counts: Uint32Array;
  readonly means: Float64Array;
  /** The sums of the squared distances from the means. */
  readonly squares: Float64Array;
}

/**
 * @param values what is no number leaves its place as it was
 * @returns new moments: the former ones stay as they are
 * @throws RangeError for a list of another length
 */
export function withValues(former: Moments | null, values: Float32Array): Moments {
  if (former && former.counts.length !== values.length) throw new RangeError('lists of different lengths have no mean');
  const counts = former ? former.counts.slice() : new Uint32Array(values.length);
  const means = former ? former.means.slice() : new Float64Array(values.length);
  const squares = former ? former.squares.slice() : new Float64Array(values.length);
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const count = (counts[i] ?? 0) + 1;
    const mean = means[i] ?? 0;
    const distance = value - mean;
    const next = mean + distance / count;
    counts[i] = count;
    means[i] = next;
    squares[i] = (squares[i] ?? 0) + distance * (value - next);
  }
  return { counts, means, squares };
}

/** Not a number where there was none. */
export function meansOf({ counts, means }: Moments): Float32Array {
  return Float32Array.from(means, (mean, i) => (counts[i] ? mean : Number.NaN));
}

/** Of the samples (by `count - 1`); not a number where there were fewer than two. */
export function stdsOf({ counts, squares }: Moments): Float32Array {
  return Float32Array.from(squares, (sum, i) => {
    const count = counts[i] ?? 0;
    return count < 2 ? Number.NaN : Math.sqrt(sum / (count - 1));
  });
}
