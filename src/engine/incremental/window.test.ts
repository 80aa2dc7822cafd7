/** How large a window must be that an item's changes lie in, by where items begin. */
import { describe, expect, it } from 'vitest';
import type { SideWindow } from '../../formats/layers/kinds/input-window.ts';
import { Sides } from './window.ts';

const POOLING: SideWindow = { first: 0, size: 2, stride: 2, spacing: 1 };
const CONVOLUTION: SideWindow = { first: -1, size: 3, stride: 1, spacing: 1 };
const TRANSPOSED: SideWindow = { first: -1, size: 3, stride: 1, spacing: 2 };

function every(step: number, length: number): number[] {
  return Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step);
}

describe('a window', () => {
  it('is as large as the items’ own windows need where they are, and no larger', () => {
    const beside = new Sides().own(2, 14, every(2, 14)).pass(POOLING, false, 7).out;
    expect([beside.size, [...beside.starts]]).toEqual([1, [0, 1, 2, 3, 4, 5, 6]]);
    expect(new Sides().own(2, 14, every(1, 14)).pass(POOLING, false, 7).out.size).toBe(2);
  });

  it('grows with each filter, and lies on the map', () => {
    let side = new Sides().own(1, 7, every(1, 7));
    for (const [size, starts] of [
      [3, [0, 0, 1, 2, 3, 4, 4]],
      [5, [0, 0, 0, 1, 2, 2, 2]],
      [7, [0, 0, 0, 0, 0, 0, 0]],
    ] as const) {
      side = side.pass(CONVOLUTION, false, 7).out;
      expect([side.size, [...side.starts], side.isInside(7)]).toEqual([size, starts, true]);
    }
  });

  it('grows at one end alone where all items are at the border', () => {
    const passed = new Sides().own(2, 8, [0, 6]).pass(CONVOLUTION, false, 8);
    expect([passed.out.size, [...passed.out.starts]]).toEqual([3, [0, 5]]);
    // All that it is made of, and the padding.
    expect([passed.frame.size, [...passed.frame.starts], passed.frame.isInside(8)]).toEqual([5, [-1, 4], false]);
  });

  it('holds what either of two has, and is the layer’s own window as it is', () => {
    const sides = new Sides();
    const own = sides.own(3, 8, every(3, 8));
    expect([own.size, [...own.starts], own.isInside(8)]).toEqual([3, [0, 3, 6], false]);
    const both = own.union(own.pass(CONVOLUTION, false, 8).out);
    expect([both.size, [...both.starts]]).toEqual([5, [0, 2, 3]]);
    expect(own.union(own)).toBe(own);
  });

  it('is just what each cell of it is spread over', () => {
    const own = new Sides().own(1, 4, every(1, 4));
    const { out, frame } = own.pass(TRANSPOSED, true, 8);
    expect(frame).toBe(own);
    expect([out.size, [...out.starts]]).toEqual([3, [-1, 1, 3, 5]]);
    expect(out.pass(CONVOLUTION, false, 8).out.isInside(8)).toBe(true);
  });
});
