import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, wholeNumbers } from '../testing/property.ts';
import { firstFew } from './first-few.ts';

describe('the first few of many', () => {
  it('are those that sorting all of them gives, equals in their order, and none more than there are', () => {
    holds(
      fc.property(fc.array(wholeNumbers, { maxLength: 60 }), fc.nat({ max: 40 }), (values, count) => {
        const compare = (a: number, b: number) => (values[b] ?? 0) - (values[a] ?? 0);
        expect(firstFew(values.length, count, compare)).toEqual([...values.keys()].sort(compare).slice(0, count));
      }),
    );
  });

  it('are found without comparing each with many', () => {
    let compared = 0;
    const count = 20_000;
    firstFew(count, 5, (a, b) => {
      compared++;
      return b - a;
    });
    firstFew(count, 3, (a, b) => {
      compared++;
      return a - b;
    });
    // The second is ordered already, and the first the other way round, which is the most that there is to do.
    expect(compared).toBeLessThan(count * 4);
  });
});
