import { describe, expect, it } from 'vitest';
import { principalProjection } from './principal-projection.ts';
import { gaussianFrom } from './random.ts';

/** By the definition, in as many steps as it takes: the columns' means off, and power iteration on the right singular vector. */
function reference(values: Float32Array, rows: number, columns: number): number[] {
  const column = (k: number) => Array.from({ length: rows }, (_, row) => values[row * columns + k] ?? 0);
  const centred = Array.from({ length: columns }, (_, k) => {
    const own = column(k);
    const mean = own.reduce((a, b) => a + b, 0) / rows;
    return own.map((value) => value - mean);
  });
  const project = (axis: readonly number[]) =>
    Array.from({ length: rows }, (_, row) => axis.reduce((sum, share, k) => sum + share * (centred[k]?.[row] ?? 0), 0));
  let axis = centred.map((_, k) => 1 + Math.sin(k));
  for (let i = 0; i < 20_000; i++) {
    const along = project(axis);
    const next = centred.map((own) => own.reduce((sum, value, row) => sum + value * (along[row] ?? 0), 0));
    const length = Math.hypot(...next);
    axis = next.map((value) => value / length);
  }
  const result = project(axis);
  const furthest = result.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
  return result.map((value) => value * Math.sign(furthest));
}

function drawn(rows: number, columns: number, seed: number, scale = 1): Float32Array {
  const gaussian = gaussianFrom(seed);
  return Float32Array.from({ length: rows * columns }, (_, i) => scale * (gaussian() + (i % columns) * 0.3));
}

describe('the projection on the first principal axis', () => {
  it.each([
    [4, 7, 1],
    [7, 4, 2],
    [49, 30, 3],
    [40, 60, 4],
    [2, 5, 5],
    [9, 1, 6],
  ])('is what its definition says: %i x %i', (rows, columns, seed) => {
    const values = drawn(rows, columns, seed);
    const expected = reference(values, rows, columns);
    const range = Math.max(...expected) - Math.min(...expected);
    const off = principalProjection(values, rows, columns).map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN)) / range);
    expect(Math.max(...off)).toBeLessThan(1e-5);
  });

  it.each([1e-25, 1e18])('does not depend on the size of its numbers: %d', (scale) => {
    const expected = principalProjection(drawn(12, 9, 7), 12, 9);
    const found = principalProjection(drawn(12, 9, 7, scale), 12, 9);
    for (const [i, value] of expected.entries()) expect((found[i] ?? Number.NaN) / scale).toBeCloseTo(value, 4);
  });

  it('has its largest absolute value above zero', () => {
    for (let seed = 0; seed < 20; seed++) {
      const found = principalProjection(drawn(10, 6, seed), 10, 6);
      expect(Math.max(...found)).toBe(Math.max(...found.map(Math.abs)));
    }
  });

  it('is nothing where all rows are the same', () => {
    const same = Float32Array.from({ length: 24 }, (_, i) => Math.fround(0.1 + (i % 4) * 0.7));
    for (const values of [new Float32Array(24), same]) expect([...principalProjection(values, 6, 4)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...principalProjection(drawn(1, 4, 1), 1, 4)]).toEqual([0]);
  });
});
