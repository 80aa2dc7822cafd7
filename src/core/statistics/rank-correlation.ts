/** How alike two maps are, whatever their units. */
import { correlation } from './correlation.ts';

/** Ranks from 1; equal values share the mean of their ranks. */
export function ranksOf(values: Float32Array): Float32Array {
  const order = Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float32Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end++;
    for (let i = start; i < end; i++) ranks[order[i] ?? 0] = (start + end + 1) / 2;
    start = end;
  }
  return ranks;
}

/** Spearman's rank correlation, -1 to 1; null where a map is constant, or they have not the same places. */
export function rankCorrelation(a: Float32Array, b: Float32Array): number | null {
  if (a.length !== b.length || !a.every(Number.isFinite) || !b.every(Number.isFinite)) return null;
  return correlation(ranksOf(a), ranksOf(b));
}

/** The cosine between two maps taken as vectors, -1 to 1; null where one of them is nothing, or they have not the same places. */
export function cosine(a: Float32Array, b: Float32Array): number | null {
  if (a.length !== b.length) return null;
  let [product, first, second] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    const other = b[i] ?? Number.NaN;
    product += value * other;
    first += value * value;
    second += other * other;
  }
  const value = product / Math.sqrt(first * second);
  return Number.isFinite(value) ? value : null;
}
