/** The mean of a list, and how sure it is. */

export interface Summary {
  /** How many values there were. */
  readonly count: number;
  /** Null for none. */
  readonly mean: number | null;
  /** Half the width of the 95 % confidence interval (Student's t); null for fewer than two values. */
  readonly margin: number | null;
}

/** Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom. */
const T_95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086,
  2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
] as const;
const Z_95 = 1.959964;

function quantile(degrees: number): number {
  const tabled = T_95[degrees - 1];
  if (tabled !== undefined) return tabled;
  // The first terms of the expansion around the normal quantile (Fisher and Cornish); right to 1e-3 from here on.
  return Z_95 + (Z_95 ** 3 + Z_95) / (4 * degrees) + (5 * Z_95 ** 5 + 16 * Z_95 ** 3 + 3 * Z_95) / (96 * degrees ** 2);
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
