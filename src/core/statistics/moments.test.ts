import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, listOf } from '../testing/property.ts';
import { type Moments, meansOf, stdsOf, withValues } from './moments.ts';

const number = fc.oneof(fc.float({ min: -1000, max: 1000, noNaN: true }), fc.constant(Number.NaN));

function momentsOf(lists: readonly Float32Array[]): Moments {
  const all = lists.reduce<Moments | null>((moments, values) => withValues(moments, values), null);
  if (!all) throw new Error('there are no lists');
  return all;
}

describe('moments', () => {
  it('are mean and std of what is a number, place by place', () => {
    const cases = fc.integer({ min: 1, max: 5 }).chain((length) => fc.array(listOf(length, number), { minLength: 1, maxLength: 8 }));
    holds(
      fc.property(cases, (drawn) => {
        const lists = drawn.map((values) => Float32Array.from(values));
        const moments = momentsOf(lists);
        const [means, stds] = [meansOf(moments), stdsOf(moments)];
        for (const place of means.keys()) {
          const known = lists.map((values) => values[place] ?? 0).filter((value) => !Number.isNaN(value));
          const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
          const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1);
          if (known.length === 0) expect(means[place]).toBeNaN();
          else expect(means[place]).toBeCloseTo(mean, 3);
          if (known.length < 2) expect(stds[place]).toBeNaN();
          else expect(stds[place]).toBeCloseTo(Math.sqrt(variance), 2);
        }
      }),
    );
  });

  it('of the same list again and again are that list, and no std at all', () => {
    holds(
      fc.property(listOf(4, fc.float({ noNaN: true, noDefaultInfinity: true })), fc.integer({ min: 2, max: 9 }), (drawn, times) => {
        const values = Float32Array.from(drawn);
        const moments = momentsOf(Array.from({ length: times }, () => values));
        // Without telling zeros of different signs apart.
        expect([...meansOf(moments)].map((value) => value + 0)).toEqual([...values].map((value) => value + 0));
        expect([...stdsOf(moments)]).toEqual([0, 0, 0, 0]);
      }),
    );
  });

  it('leave former ones as they were, and refuse lists of another length', () => {
    const former = withValues(null, Float32Array.of(1, 2));
    withValues(former, Float32Array.of(5, 6));
    expect([...meansOf(former)]).toEqual([1, 2]);
    expect(() => withValues(former, Float32Array.of(1))).toThrow(RangeError);
  });
});
