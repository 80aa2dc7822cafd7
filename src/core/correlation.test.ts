import { describe, expect, it } from 'vitest';
import { correlation } from './correlation.ts';

const of = (a: number[], b: number[]) => correlation(Float32Array.from(a), Float32Array.from(b));

describe('the correlation of two maps', () => {
  it('is 1 for the same map at another scale, -1 for its opposite', () => {
    expect(of([1, 2, 5], [3, 5, 11])).toBeCloseTo(1, 12);
    expect(of([1, 2, 5], [-1, -2, -5])).toBeCloseTo(-1, 12);
  });

  it('is what paper and pencil say', () => {
    // Deviations (-1.5, -0.5, 0.5, 1.5) and (-1, 1, -1, 1): 2 over the root of 5 times 4.
    expect(of([1, 2, 3, 4], [1, 3, 1, 3])).toBeCloseTo(2 / Math.sqrt(20), 12);
  });

  it('is nothing where a map is constant', () => {
    expect(of([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(of([1, 2, 3], [0, 0, 0])).toBeNull();
    expect(of([], [])).toBeNull();
  });
});
