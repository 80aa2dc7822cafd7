import { describe, expect, it } from 'vitest';
import { differenceOf, maxAbsOf, onCommonGrid, onGrid } from './map-comparison.ts';
import type { SaliencyMap } from './saliency-map.ts';

const map = (rows: number, columns: number, values: number[]): SaliencyMap => ({ rows, columns, values: Float32Array.from(values) });

describe('a map on a finer grid', () => {
  it('is interpolated between the middles of its cells, as OpenCV enlarges', () => {
    // cv2.resize([[0, 4]], (4, 1), INTER_LINEAR)
    expect([...onGrid(map(1, 2, [0, 4]), { rows: 1, columns: 4 }).values]).toEqual([0, 1, 3, 4]);
    expect([...onGrid(map(2, 1, [0, 4]), { rows: 4, columns: 1 }).values]).toEqual([0, 1, 3, 4]);
  });

  it('is itself on its own grid', () => {
    const own = map(2, 2, [1, 2, 3, 4]);
    expect(onGrid(own, { rows: 2, columns: 2 })).toEqual(own);
  });

  it('meets another one on the finer side of each axis', () => {
    const [a, b] = onCommonGrid(map(1, 4, [1, 2, 3, 4]), map(3, 2, [0, 1, 0, 1, 0, 1]));
    expect([a.rows, a.columns, b.rows, b.columns]).toEqual([3, 4, 3, 4]);
    expect([...a.values]).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]);
  });
});

describe('the difference of two maps', () => {
  it('is zero where they agree but for their units, and signed where they do not', () => {
    const a = map(1, 3, [1, 2, -4]);
    expect([...(differenceOf(a, map(1, 3, [10, 20, -40]))?.values ?? [])]).toEqual([0, 0, 0]);
    const difference = differenceOf(a, map(1, 3, [-4, 0, 4]));
    expect([...(difference?.values ?? [])]).toEqual([1.25, 0.5, -2]);
  });

  it('does not exist where one is nothing', () => {
    expect(differenceOf(map(1, 2, [0, 0]), map(1, 2, [1, 2]))).toBeNull();
    expect(maxAbsOf(map(1, 2, [Number.NaN, 0]))).toBe(0);
  });
});
