/**
 * Pearson's correlation of two maps' values, -1 to 1.
 *
 * @returns null where one of them is constant: it has no ups and downs to compare
 */
export function correlation(a: Float32Array, b: Float32Array): number | null {
  const count = Math.min(a.length, b.length);
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / count;
  const [meanA, meanB] = [mean(a), mean(b)];
  let together = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < count; i++) {
    const offA = (a[i] ?? 0) - meanA;
    const offB = (b[i] ?? 0) - meanB;
    together += offA * offB;
    squaresA += offA * offA;
    squaresB += offB * offB;
  }
  const result = together / Math.sqrt(squaresA * squaresB);
  return Number.isFinite(result) ? result : null;
}
