import { describe, expect, it } from 'vitest';
import { emptySweep, isComplete, itemLogits, remainingItems, withItems } from './item-sweep.ts';

const BASELINE = Float32Array.from([7, 8]);

describe('a sweep', () => {
  it('is put together from its parts in any order, and counts what is swept twice once', () => {
    const begun = emptySweep(3, BASELINE);
    expect(isComplete(begun)).toBe(false);
    const first = withItems(begun, { items: Uint32Array.from([2, 0]), logits: Float32Array.from([5, 6, 1, 2]) });
    expect(first).not.toBe(begun);
    expect(first.exactCount).toBe(2);
    expect([...itemLogits(first, 2)]).toEqual([5, 6]);
    const second = withItems(first, { items: Uint32Array.from([0, 1]), logits: Float32Array.from([9, 9, 3, 4]) });
    expect(second.exactCount).toBe(3);
    expect(isComplete(second)).toBe(true);
    expect([...second.logits]).toEqual([9, 9, 3, 4, 5, 6]);
  });

  it('goes on with what is left, the largest first whatever its sign', () => {
    const sweep = withItems(emptySweep(5, BASELINE), { items: Uint32Array.from([1]), logits: new Float32Array(2) });
    expect([...remainingItems(sweep, null)]).toEqual([0, 2, 3, 4]);
    expect([...remainingItems(sweep, Float32Array.from([1, 99, -3, 0, 2]))]).toEqual([2, 4, 0, 3]);
  });
});
