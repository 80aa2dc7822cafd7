import { describe, expect, it } from 'vitest';
import { cosine, rankCorrelation } from './rank-correlation.ts';
import { MAPS_WITHOUT_RANKING } from './testing/maps.ts';
import { readNumbers } from './testing/numbers.ts';

const cases = readNumbers<{ a: number[]; b: number[]; spearman: number; cosine: number }[]>('similarity.json');
const of = (measure: typeof cosine, a: readonly number[], b: readonly number[]) => measure(Float32Array.from(a), Float32Array.from(b));

describe('how alike two maps are', () => {
  it.each(cases)('is what SciPy says', (reference) => {
    expect(of(rankCorrelation, reference.a, reference.b)).toBeCloseTo(reference.spearman, 6);
    expect(of(cosine, reference.a, reference.b)).toBeCloseTo(reference.cosine, 6);
  });

  it('shares ranks among equal values', () => {
    // Ranks 1.5, 1.5, 3 and 1, 2, 3. Off their mean of 2: [-0.5, -0.5, 1] and [-1, 0, 1], so 1.5 / sqrt(1.5 * 2).
    expect(of(rankCorrelation, [4, 4, 9], [1, 2, 3])).toBeCloseTo(Math.sqrt(0.75), 6);
  });

  it('asks only for the order where ranks are compared, and only for the direction otherwise', () => {
    const a = [-3, 0.5, 1, 7, 2];
    expect(
      of(
        rankCorrelation,
        a,
        a.map((value) => Math.exp(value)),
      ),
    ).toBeCloseTo(1, 6);
    expect(
      of(
        rankCorrelation,
        a,
        a.map((value) => -(value ** 3)),
      ),
    ).toBeCloseTo(-1, 6);
    expect(
      of(
        cosine,
        a,
        a.map((value) => value * 40),
      ),
    ).toBeCloseTo(1, 6);
    expect(of(cosine, [1, 0], [0, 1])).toBeCloseTo(0, 12);
  });

  it.each(MAPS_WITHOUT_RANKING)('is not to be had of the ranks of a map that is %s', (_, { values }) => {
    const other = Float32Array.from(values, (_value, i) => i);
    expect(rankCorrelation(values, other)).toBeNull();
    expect(rankCorrelation(other, values)).toBeNull();
  });

  it('is not to be had where a map is nothing, has what is no number, or has other places', () => {
    expect(of(cosine, [0, 0], [1, 2])).toBeNull();
    expect(of(cosine, [Number.NaN, 1], [1, 2])).toBeNull();
    expect(of(cosine, [], [])).toBeNull();
    for (const measure of [cosine, rankCorrelation]) {
      expect(of(measure, [1, 2, 3], [1, 2])).toBeNull();
      expect(of(measure, [1, 2], [1, 2, 3])).toBeNull();
    }
  });
});
