import { describe, expect, it } from 'vitest';
import { summarise } from './summary.ts';
import { readNumbers } from './testing/numbers.ts';

const cases = readNumbers<{ count: number; values: number[]; mean: number; margin: number }[]>('summaries.json');

describe('a summary', () => {
  it.each(cases)('has SciPy’s confidence interval for $count values', ({ count, values, mean, margin }) => {
    const all = Array.from({ length: count }, (_, i) => values[i % values.length] ?? null);
    const summary = summarise(all);
    expect(summary.count).toBe(count);
    expect(summary.mean).toBeCloseTo(mean, 10);
    expect((summary.margin ?? 0) / margin).toBeCloseTo(1, 8);
  });

  it('leaves out what is not known, and says how many counted', () => {
    const known = summarise([1, 2, 4]);
    expect(summarise([1, null, 2, Number.NaN, 4, Number.POSITIVE_INFINITY, null])).toEqual(known);
    expect(known.count).toBe(3);
  });

  it('is not surer than it can be', () => {
    expect(summarise([])).toEqual({ count: 0, mean: null, margin: null });
    expect(summarise([null, Number.NaN])).toEqual({ count: 0, mean: null, margin: null });
    expect(summarise([0.7])).toEqual({ count: 1, mean: 0.7, margin: null });
    expect(summarise([2, 2, 2])).toEqual({ count: 3, mean: 2, margin: 0 });
  });
});
