import { describe, expect, it } from 'vitest';
import { memoize, memoizePer } from './memoize.ts';

describe('a result', () => {
  it('is kept by the identity of what it follows from, as long as it is among the last ones', () => {
    const list = memoize((...values: number[]) => values, 2);
    const first = list(1);
    expect(list(1)).toBe(first);
    list(2);
    list(3);
    expect(list(1)).not.toBe(first);
  });

  it('is kept for each owner by itself, however many there are', () => {
    const about = memoizePer((owner: { id: number }, value: number) => ({ owner, value }), 2);
    const owners = Array.from({ length: 100 }, (_, id) => ({ id }));
    const ask = () => owners.flatMap((owner) => [about(owner, 1), about(owner, 2)]);
    const [once, again] = [ask(), ask()];
    for (const [i, result] of once.entries()) expect(again[i]).toBe(result);
  });
});
