import { describe, expect, it } from 'vitest';
import { type AblationSweep, mapOfSweep, positionGrid, windowCells } from './ablation-plan.ts';

describe('windowCells', () => {
  it('takes every cell once, row by row, beginning with (0, 0)', () => {
    const ranges = windowCells({ rows: 2, columns: 3 }, { window: 1, stride: 1 });
    expect(ranges.map(({ top, left }) => [top, left])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
    ]);
    expect(ranges.every(({ top, bottom, left, right }) => bottom - top === 1 && right - left === 1)).toBe(true);
  });

  it.each([
    [7, 7, 2, 2],
    [3, 5, 3, 2],
    [1, 1, 4, 4],
    [6, 4, 2, 1],
  ])('covers %i x %i cells with windows of %i every %i, cut at the border', (rows, columns, window, stride) => {
    const ranges = windowCells({ rows, columns }, { window, stride });
    const grid = positionGrid({ rows, columns }, { window, stride });
    expect(ranges.length).toBe(grid.rows * grid.columns);
    expect(grid).toEqual({ rows: Math.ceil(rows / stride), columns: Math.ceil(columns / stride) });
    const covered = new Set<number>();
    for (const { top, left, bottom, right } of ranges) {
      expect(bottom <= rows && right <= columns && bottom > top && right > left).toBe(true);
      for (let row = top; row < bottom; row++) for (let column = left; column < right; column++) covered.add(row * columns + column);
    }
    expect(covered.size).toBe(rows * columns);
  });
});

describe('mapOfSweep', () => {
  const sweep: AblationSweep = {
    cells: { rows: 1, columns: 2 },
    window: 1,
    stride: 1,
    value: 0,
    baseline: Float32Array.from([2, 0]),
    logits: Float32Array.from([1, 0.5, 3, -1]),
  };

  it('is the drop of the class score, signed', () => {
    expect([...mapOfSweep(sweep, { classIndex: 0, kind: 'logit', versus: null }, 'softmax').values]).toEqual([1, -1]);
    expect([...mapOfSweep(sweep, { classIndex: 1, kind: 'logit', versus: null }, 'softmax').values]).toEqual([-0.5, 1]);
  });

  it('gives probabilities from the same logits', () => {
    const share = (a: number, b: number) => Math.exp(a) / (Math.exp(a) + Math.exp(b));
    const { rows, columns, values } = mapOfSweep(sweep, { classIndex: 0, kind: 'probability', versus: null }, 'softmax');
    expect([rows, columns]).toEqual([1, 2]);
    expect(values[0]).toBeCloseTo(share(2, 0) - share(1, 0.5), 6);
    expect(values[1]).toBeCloseTo(share(2, 0) - share(3, -1), 6);
  });
});
