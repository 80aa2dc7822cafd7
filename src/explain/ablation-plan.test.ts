import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridUpTo, holds, listOf, wholeNumbers } from '../core/testing/property.ts';
import {
  type AblationSettings,
  type AblationSweep,
  DEFAULT_ABLATION,
  emptyAblationSweep,
  estimatedCells,
  fitsGrid,
  mapOfSweep,
  onCells,
  positionGrid,
  windowCells,
} from './ablation-plan.ts';
import { withItems } from './item-sweep.ts';

/** Windows up to six cells, next to each other or overlapping. */
const windows = fc
  .integer({ min: 1, max: 6 })
  .chain((window) => fc.record({ window: fc.constant(window), stride: fc.integer({ min: 1, max: window }) }));

describe('fitsGrid', () => {
  it.each([
    [7, 7, 1, 1, true],
    [7, 7, 6, 1, true],
    [7, 7, 7, 1, false],
    [7, 7, 1, 7, false],
    [1, 7, 6, 6, true],
    [1, 1, 1, 1, false],
  ])('of %i x %i cells with windows of %i, %i apart: %s', (rows, columns, window, stride, fits) => {
    expect(fitsGrid({ rows, columns }, { window, stride })).toBe(fits);
  });
});

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

  it('covers every cell of any grid with any windows that leave no gaps, cut at the border', () => {
    holds(
      fc.property(gridUpTo(12), windows, ({ rows, columns }, { window, stride }) => {
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
      }),
    );
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
    isExact: Uint8Array.from([1, 1]),
    exactCount: 2,
  };

  it('is the drop of the class score, signed', () => {
    expect([...mapOfSweep(sweep, { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' }).values]).toEqual([1, -1]);
    expect([...mapOfSweep(sweep, { classIndex: 1, kind: 'logit', versus: null, reading: 'softmax' }).values]).toEqual([-0.5, 1]);
  });

  it('gives probabilities from the same logits', () => {
    const share = (a: number, b: number) => Math.exp(a) / (Math.exp(a) + Math.exp(b));
    const { rows, columns, values } = mapOfSweep(sweep, { classIndex: 0, kind: 'probability', versus: null, reading: 'softmax' });
    expect([rows, columns]).toEqual([1, 2]);
    expect(values[0]).toBeCloseTo(share(2, 0) - share(1, 0.5), 6);
    expect(values[1]).toBeCloseTo(share(2, 0) - share(3, -1), 6);
  });
});

describe('mapOfSweep of an unfinished sweep', () => {
  const begin = () => emptyAblationSweep({ rows: 1, columns: 3 }, DEFAULT_ABLATION, Float32Array.from([2, 0]));
  const score = { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' } as const;

  it('shows the estimate where nothing is exact yet, and exact values where they are', () => {
    const sweep = withItems(begin(), { items: Uint32Array.from([2]), logits: Float32Array.from([-1, 4]) });
    const estimate = Float32Array.from([0.25, 0.5, 0.75]);
    expect([...mapOfSweep(sweep, score, estimate).values]).toEqual([0.25, 0.5, 3]);
  });

  it('has no number where there is neither', () => {
    expect([...mapOfSweep(begin(), score).values]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe('a map over windows, laid out on cells', () => {
  const positions = (rows: number, columns: number) => ({
    rows,
    columns,
    values: Float32Array.from({ length: rows * columns }, (_, i) => i + 1),
  });

  it('is the map itself where a window is one cell', () => {
    const map = positions(2, 3);
    expect(onCells(map, { rows: 2, columns: 3 }, { window: 1, stride: 1 })).toBe(map);
  });

  it('keeps every window over its own cells where the border cuts the last one', () => {
    const map = onCells(positions(2, 2), { rows: 3, columns: 3 }, { window: 2, stride: 2 });
    expect([map.rows, map.columns]).toEqual([3, 3]);
    expect([...map.values]).toEqual([1, 1, 2, 1, 1, 2, 3, 3, 4]);
  });

  it('is the mean of the windows that cover a cell where they overlap', () => {
    // Windows of three cells at 0, 1, 2 and 3 of a row of four.
    const map = onCells(
      { rows: 1, columns: 4, values: Float32Array.from([1, 2, 4, 8]) },
      { rows: 1, columns: 4 },
      { window: 3, stride: 1 },
    );
    expect([...map.values].map((value) => value.toFixed(3))).toEqual(['1.000', '1.500', '2.333', '4.667']);
  });

  it('is that mean on any grid, with any windows that leave no gaps', () => {
    const cases = fc.tuple(gridUpTo(9), windows).chain(([cells, settings]) => {
      const grid = positionGrid(cells, settings);
      return fc.record({
        cells: fc.constant(cells),
        settings: fc.constant(settings),
        values: listOf(grid.rows * grid.columns, wholeNumbers),
      });
    });
    holds(
      fc.property(cases, ({ cells, settings, values }) => {
        const map = onCells({ ...positionGrid(cells, settings), values: Float32Array.from(values) }, cells, settings);
        const ranges = windowCells(cells, settings);
        expect([map.rows, map.columns]).toEqual([cells.rows, cells.columns]);
        for (const [i, value] of map.values.entries()) {
          const [row, column] = [Math.floor(i / cells.columns), i % cells.columns];
          const over = values.filter((_, k) => {
            const { top, left, bottom, right } = ranges[k] ?? { top: 0, left: 0, bottom: 0, right: 0 };
            return row >= top && row < bottom && column >= left && column < right;
          });
          expect(value).toBeCloseTo(over.reduce((sum, drop) => sum + drop, 0) / over.length, 4);
        }
      }),
    );
  });

  it('gives cells between windows the value of the position they belong to', () => {
    const map = onCells(positions(1, 2), { rows: 1, columns: 5 }, { window: 1, stride: 3 });
    expect([...map.values]).toEqual([1, 1, 1, 2, 2]);
  });
});

describe('the cells that are still estimates', () => {
  const cells = { rows: 3, columns: 3 };
  const run = (settings: Pick<AblationSettings, 'window' | 'stride'>, ...items: number[]) => {
    const sweep = emptyAblationSweep(cells, { ...settings, value: 0 }, Float32Array.of(1));
    return estimatedCells(withItems(sweep, { items: Uint32Array.from(items), logits: new Float32Array(items.length) }));
  };

  it('are those that have not been run, and none once all have', () => {
    expect([...run({ window: 1, stride: 1 }, 0, 4)]).toEqual([0, 1, 1, 1, 0, 1, 1, 1, 1]);
    expect([...run({ window: 1, stride: 1 }, ...Array(9).keys())]).toEqual(Array(9).fill(0));
  });

  it('are all that a window covers which has not been run', () => {
    // Windows of two cells side by side overlap: a cell is exact once all that cover it are.
    expect([...run({ window: 2, stride: 1 }, 0, 1, 3)]).toEqual([0, 0, 1, 0, 1, 1, 1, 1, 1]);
  });
});
