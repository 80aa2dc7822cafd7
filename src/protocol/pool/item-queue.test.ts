import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds } from '../../core/testing/property.ts';
import { ItemQueue } from './item-queue.ts';

const ITEMS = Uint32Array.from({ length: 100 }, (_, i) => 99 - i);

describe('the items that several engines share', () => {
  it('are handed out in their order, large parts first', () => {
    const queue = new ItemQueue(ITEMS);
    const parts: Uint32Array[] = [];
    while (queue.left > 0) parts.push(queue.take(2, 8));
    expect(parts.map(({ length }) => length)).toEqual([38, 24, 15, 9, 8, 6]);
    expect(parts.flatMap((part) => [...part])).toEqual([...ITEMS]);
    expect(queue.take(2, 8)).toHaveLength(0);
  });

  it('come first again when they are given back', () => {
    const queue = new ItemQueue(ITEMS);
    const part = queue.take(2, 8);
    queue.giveBack(part.slice(4));
    expect(queue.left).toBe(96);
    expect(queue.take(2, 8)).toEqual(part.slice(4));
    expect(queue.take(2, 8)[0]).toBe(61);
  });

  it('are each done once, whatever is given back', () => {
    const step = fc.record({ engines: fc.integer({ min: 1, max: 8 }), least: fc.integer({ min: 1, max: 20 }), lost: fc.nat({ max: 3 }) });
    holds(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new ItemQueue(ITEMS);
        const done: number[] = [];
        for (const { engines, least, lost } of steps) {
          const part = queue.take(engines, least, 16);
          const kept = Math.max(0, part.length - lost);
          done.push(...part.slice(0, kept));
          queue.giveBack(part.slice(kept));
          expect(queue.left).toBe(ITEMS.length - done.length);
        }
        while (queue.left > 0) done.push(...queue.take(1, 1));
        expect(done.toSorted((a, b) => a - b)).toEqual([...ITEMS].toReversed());
      }),
    );
  });
});
