import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, listOf, wholeNumbers } from '../core/testing/property.ts';
import { emptySweep, isComplete, itemLogits, remainingItems, type SweptItems, withItems } from './item-sweep.ts';

/** Three items, two classes. */
const begin = () => emptySweep(3, Float32Array.from([2, 0]));

function swept(logits: Record<number, readonly [number, number]>): SweptItems {
  return { items: Uint32Array.from(Object.keys(logits), Number), logits: Float32Array.from(Object.values(logits).flat()) };
}

describe('a sweep', () => {
  it('begins with nothing exact', () => {
    const sweep = begin();
    expect([...sweep.isExact]).toEqual([0, 0, 0]);
    expect(sweep.logits).toHaveLength(3 * 2);
    expect(isComplete(sweep)).toBe(false);
  });

  it('puts the logits of items where they belong, in whatever order they come', () => {
    const items = { items: Uint32Array.from([2, 0]), logits: Float32Array.from([5, 6, 1, 2]) };
    const sweep = withItems(begin(), items);
    expect([...itemLogits(sweep, 0)]).toEqual([1, 2]);
    expect([...itemLogits(sweep, 2)]).toEqual([5, 6]);
    expect([...sweep.isExact]).toEqual([1, 0, 1]);
    expect(sweep.exactCount).toBe(2);
  });

  it('fills its arrays where they are, but is a new object, with everything else that it had', () => {
    const before = { ...begin(), cells: { rows: 1, columns: 3 } };
    const after = withItems(before, swept({ 1: [3, 4] }));
    expect(after).not.toBe(before);
    expect(after.logits).toBe(before.logits);
    expect(after.isExact).toBe(before.isExact);
    expect(after.baseline).toBe(before.baseline);
    expect(after.cells).toEqual({ rows: 1, columns: 3 });
    expect(before.exactCount).toBe(0);
    expect(after.exactCount).toBe(1);
  });

  it('counts an item once, however often it comes, and keeps what came last', () => {
    const twice = { items: Uint32Array.from([1, 1]), logits: Float32Array.from([1, 1, 7, 8]) };
    const sweep = withItems(begin(), twice);
    expect(sweep.exactCount).toBe(1);
    expect([...itemLogits(sweep, 1)]).toEqual([7, 8]);
    const again = withItems(sweep, swept({ 1: [9, 9], 2: [0, 0] }));
    expect(again.exactCount).toBe(2);
    expect([...itemLogits(again, 1)]).toEqual([9, 9]);
  });

  it('is complete once every item is exact, and not before', () => {
    let sweep = begin();
    for (const item of [1, 0]) {
      sweep = withItems(sweep, swept({ [item]: [0, 0] }));
      expect(isComplete(sweep)).toBe(false);
    }
    expect(isComplete(withItems(sweep, swept({ 2: [0, 0] })))).toBe(true);
    expect(isComplete(emptySweep(0, Float32Array.from([1])))).toBe(true);
  });
});

describe('a sweep in any batches, in any order, with repeats', () => {
  const COUNT = 7;
  const batches = fc.array(fc.array(fc.tuple(fc.nat({ max: COUNT - 1 }), wholeNumbers, wholeNumbers), { maxLength: 5 }), { maxLength: 6 });
  const batch = (items: readonly (readonly [number, number, number])[]): SweptItems => ({
    items: Uint32Array.from(items, ([item]) => item),
    logits: Float32Array.from(items.flatMap(([, a, b]) => [a, b])),
  });

  it('holds what came last for every item, and counts each once', () => {
    holds(
      fc.property(batches, (given) => {
        const sweep = given.reduce((before, items) => withItems(before, batch(items)), emptySweep(COUNT, Float32Array.from([2, 0])));
        const last = new Map(given.flat().map(([item, a, b]) => [item, [a, b]]));
        expect(sweep.exactCount).toBe(last.size);
        expect([...sweep.isExact]).toEqual(Array.from({ length: COUNT }, (_, item) => (last.has(item) ? 1 : 0)));
        for (const [item, logits] of last) expect([...itemLogits(sweep, item)]).toEqual(logits);
        expect(isComplete(sweep)).toBe(last.size === COUNT);
      }),
    );
  });

  it('has left what is not exact, each item once, the greatest magnitude first', () => {
    holds(
      fc.property(batches, listOf(COUNT, wholeNumbers), (given, values) => {
        const sweep = given.reduce((before, items) => withItems(before, batch(items)), emptySweep(COUNT, Float32Array.from([2, 0])));
        const unknown = [...sweep.isExact.keys()].filter((item) => !sweep.isExact[item]);
        expect([...remainingItems(sweep, null)]).toEqual(unknown);
        const remaining = [...remainingItems(sweep, Float32Array.from(values))];
        expect(remaining.toSorted((a, b) => a - b)).toEqual(unknown);
        const magnitudes = remaining.map((item) => Math.abs(values[item] ?? Number.NaN));
        expect(magnitudes).toEqual(magnitudes.toSorted((a, b) => b - a));
      }),
    );
  });
});

describe('what is left of a sweep', () => {
  it('is run in its own order where nothing is known', () => {
    const sweep = withItems(emptySweep(5, Float32Array.from([2, 0])), swept({ 1: [0, 0], 3: [0, 0] }));
    expect([...remainingItems(sweep, null)]).toEqual([0, 2, 4]);
  });

  it('is run by the magnitude of the priority, whatever its sign, without the items that are exact', () => {
    const sweep = withItems(emptySweep(5, Float32Array.from([2, 0])), swept({ 1: [0, 0] }));
    // Item 1 would come first, but is known already.
    expect([...remainingItems(sweep, Float32Array.from([0.5, 100, -3, 0, 2]))]).toEqual([2, 4, 0, 3]);
  });

  it('is nothing when the sweep is complete', () => {
    const sweep = withItems(begin(), swept({ 0: [0, 0], 1: [0, 0], 2: [0, 0] }));
    expect(remainingItems(sweep, null)).toHaveLength(0);
    expect(remainingItems(sweep, Float32Array.from([1, 2, 3]))).toHaveLength(0);
  });
});
