import { describe, expect, it } from 'vitest';
import { summarise, summariseProportion } from './summary.ts';
import { readNumbers } from './testing/numbers.ts';

const cases = readNumbers<{ count: number; values: number[]; mean: number; margin: number }[]>('summaries.json');
const proportions = readNumbers<{ hits: number; count: number; low: number; high: number }[]>('proportions.json');

describe('a summary', () => {
  it.each(cases)('has SciPy’s confidence interval for $count values', ({ count, values, mean, margin }) => {
    const all = Array.from({ length: count }, (_, i) => values[i % values.length] ?? null);
    const summary = summarise(all);
    expect(summary.count).toBe(count);
    expect(summary.mean).toBeCloseTo(mean, 10);
    expect((summary.margin ?? 0) / margin).toBeCloseTo(1, 8);
  });

  it('has an interval that lies evenly around the mean', () => {
    const { mean, margin, interval } = summarise([1, 2, 4]);
    expect(interval?.low).toBeCloseTo((mean ?? 0) - (margin ?? 0), 12);
    expect(interval?.high).toBeCloseTo((mean ?? 0) + (margin ?? 0), 12);
  });

  it('leaves out what is not known, and says how many counted', () => {
    const known = summarise([1, 2, 4]);
    expect(summarise([1, null, 2, Number.NaN, 4, Number.POSITIVE_INFINITY, null])).toEqual(known);
    expect(known.count).toBe(3);
  });

  it('is not surer than it can be', () => {
    expect(summarise([])).toEqual({ count: 0, mean: null, margin: null, interval: null });
    expect(summarise([null, Number.NaN])).toEqual({ count: 0, mean: null, margin: null, interval: null });
    expect(summarise([0.7])).toEqual({ count: 1, mean: 0.7, margin: null, interval: null });
    expect(summarise([2, 2, 2])).toEqual({ count: 3, mean: 2, margin: 0, interval: { low: 2, high: 2 } });
  });
});

describe('the summary of a proportion', () => {
  it.each(proportions)('has SciPy’s score interval for $hits of $count', ({ hits, count, low, high }) => {
    const summary = summariseProportion(Array.from({ length: count }, (_, i) => Number(i < hits)));
    expect(summary).toMatchObject({ count, mean: hits / count, margin: null });
    expect(summary.interval?.low).toBeCloseTo(low, 12);
    expect(summary.interval?.high).toBeCloseTo(high, 12);
  });

  it('never leaves what a proportion can be', () => {
    for (const count of [1, 2, 3, 7, 27, 158, 1000]) {
      for (const value of [0, 1]) {
        const { low, high } = summariseProportion(new Array(count).fill(value)).interval ?? {};
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
      }
    }
  });

  it('leaves out what is not known', () => {
    expect(summariseProportion([1, null, 0, Number.NaN, 1, null])).toEqual(summariseProportion([1, 0, 1]));
    expect(summariseProportion([null])).toEqual({ count: 0, mean: null, margin: null, interval: null });
  });
});
