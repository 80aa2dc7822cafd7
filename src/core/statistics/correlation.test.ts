import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, listOf, wholeNumbers } from '../testing/property.ts';
import { correlation } from './correlation.ts';

const of = (a: readonly number[], b: readonly number[]) => correlation(Float32Array.from(a), Float32Array.from(b));

describe('the correlation of two maps', () => {
  it('is what one works out by hand', () => {
    // Off their means: [-1, 0, 1] and [0, -1, 1], so 1 / sqrt(2 * 2).
    expect(of([1, 2, 3], [2, 1, 3])).toBeCloseTo(0.5, 6);
    // Off their means: [-1, -1, 2] and [-2, 1, 1], so 3 / sqrt(6 * 6).
    expect(of([0, 0, 3], [0, 3, 3])).toBeCloseTo(0.5, 6);
    // Off their means: [-1, 1, -1, 1] and [-1, -1, 1, 1]: neither says anything of the other.
    expect(of([0, 2, 0, 2], [5, 5, 7, 7])).toBeCloseTo(0, 6);
  });

  it('is 1 for a map and itself, and -1 for its opposite', () => {
    const map = [0.5, -3, 2, 8, 0];
    expect(of(map, map)).toBeCloseTo(1, 6);
    expect(
      of(
        map,
        map.map((value) => -value),
      ),
    ).toBeCloseTo(-1, 6);
  });

  it('does not change when a map is scaled by a positive number or shifted, and turns round with its sign', () => {
    const pairs = fc.integer({ min: 2, max: 12 }).chain((length) => fc.tuple(listOf(length, wholeNumbers), listOf(length, wholeNumbers)));
    holds(
      fc.property(pairs, fc.constantFrom(1e-3, 0.5, 40), wholeNumbers, ([a, b], factor, shift) => {
        fc.pre(new Set(a).size > 1 && new Set(b).size > 1);
        const plain = of(a, b) ?? Number.NaN;
        const changed = (by: number, plus: number) => b.map((value) => by * value + plus);
        expect(of(a, changed(factor, 0))).toBeCloseTo(plain, 5);
        expect(of(changed(factor, 0), a)).toBeCloseTo(plain, 5);
        expect(of(a, changed(factor, shift * factor))).toBeCloseTo(plain, 5);
        expect(of(a, changed(-factor, 0))).toBeCloseTo(-plain, 5);
      }),
    );
  });

  it('is not to be had where one map is constant, has no values, or has something that is no number', () => {
    expect(of([2, 2, 2], [1, 2, 3])).toBeNull();
    expect(of([1, 2, 3], [0, 0, 0])).toBeNull();
    expect(of([], [])).toBeNull();
    expect(of([1, Number.NaN, 3], [1, 2, 3])).toBeNull();
  });
});
