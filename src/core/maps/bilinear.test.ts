import { expect, it } from 'vitest';
import { betweenCells, rowInterpolator } from './bilinear.ts';

it.each([
  [0, 40, 0, 40, 5],
  [3, 17, -2.5, 30, 4],
  [0, 9, 1.25, 6, 7],
  [0, 3, 0, 3, 1],
])(
  'gives a slope back between the outermost middles of its cells: pixels %i to %i, cells from %d over %d, %i of them',
  (start, end, from, length, cells) => {
    const slope = { rows: 1, columns: cells, values: Float32Array.from({ length: cells }, (_, cell) => cell) };
    const row = new Float32Array(end - start);
    rowInterpolator(slope, betweenCells(0, 1, 0, 1, 1), betweenCells(start, end, from, length, cells))(0, row);
    for (const [i, value] of row.entries()) {
      // The pixel's middle in cells; a cell's value is at its middle.
      const place = ((start + i + 0.5 - from) * cells) / length - 0.5;
      expect(value).toBeCloseTo(Math.min(cells - 1, Math.max(0, place)), 5);
    }
  },
);

it('takes both axes into account', () => {
  const map = { rows: 2, columns: 2, values: Float32Array.of(0, 1, 10, 11) };
  const axis = betweenCells(0, 4, 0, 4, 2);
  const rows = Array.from({ length: 4 }, (_, y) => {
    const row = new Float32Array(4);
    rowInterpolator(map, axis, axis)(y, row);
    return [...row];
  });
  // cv2.resize([[0, 1], [10, 11]], (4, 4), INTER_LINEAR)
  expect(rows).toEqual([
    [0, 0.25, 0.75, 1],
    [2.5, 2.75, 3.25, 3.5],
    [7.5, 7.75, 8.25, 8.5],
    [10, 10.25, 10.75, 11],
  ]);
});

it('has nothing to say of no pixels', () => {
  expect(betweenCells(5, 2, 0, 10, 3).share).toHaveLength(0);
});

it('gives a row whichever rows were asked for before', () => {
  const map = { rows: 3, columns: 2, values: Float32Array.of(0, 1, 10, 11, 5, 7) };
  const [down, across] = [betweenCells(0, 9, 0, 9, 3), betweenCells(0, 4, 0, 4, 2)];
  const rowsOf = (order: readonly number[]) => {
    const fillRow = rowInterpolator(map, down, across);
    const rows = new Map<number, number[]>();
    for (const y of order) {
      const row = new Float32Array(4);
      fillRow(y, row);
      rows.set(y, [...row]);
    }
    return [...rows].sort(([a], [b]) => a - b);
  };
  const inOrder = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  expect(rowsOf([8, 0, 4, 3, 7, 1, 6, 2, 5])).toEqual(rowsOf(inOrder));
  expect(rowsOf(inOrder.toReversed())).toEqual(rowsOf(inOrder));
});
