import fc from 'fast-check';
import { expect, it } from 'vitest';
import { gridUpTo, holds, mapUpTo } from '../testing/property.ts';
import { betweenCells, fillFactors, rangeFinder, rowInterpolator } from './bilinear.ts';

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

/** Any map, and pixels over it, some of them beyond its cells. */
const laidMaps = fc.tuple(mapUpTo(6), gridUpTo(25), fc.integer({ min: -4, max: 4 })).map(([map, pixels, from]) => {
  const down = betweenCells(0, pixels.rows, from / 3, pixels.rows, map.rows);
  const across = betweenCells(0, pixels.columns, from / 3, pixels.columns, map.columns);
  const fillRow = rowInterpolator(map, down, across);
  const whole = Array.from({ length: pixels.rows }, (_, y) => {
    const row = new Float32Array(pixels.columns);
    fillRow(y, row);
    return row;
  });
  return { map, pixels, down, across, whole };
});

it('is the product of what rows take of cells, and of what lies between columns', () => {
  holds(
    fc.property(laidMaps, ({ map, pixels, down, across, whole }) => {
      const taken = new Float32Array(pixels.rows * map.rows).fill(9);
      const lines = new Float32Array(map.rows * pixels.columns).fill(9);
      fillFactors(map, down, across, taken, lines);
      for (const [y, row] of whole.entries())
        for (const [x, value] of row.entries()) {
          let sum = 0;
          for (let k = 0; k < map.rows; k++) sum += (taken[y * map.rows + k] ?? 0) * (lines[k * pixels.columns + x] ?? 0);
          expect(sum).toBeCloseTo(value, 4);
        }
    }),
  );
});

it('has its least and its greatest value found without a look at all pixels', () => {
  holds(
    fc.property(laidMaps, ({ map, down, across, whole }) => {
      const all = whole.flatMap((row) => [...row]);
      const [low, high] = rangeFinder(down, across)(map);
      expect(low).toBeCloseTo(Math.min(...all), 5);
      expect(high).toBeCloseTo(Math.max(...all), 5);
    }),
  );
});
