import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Grid } from '../core/maps/grid.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import { holds, mapUpTo } from '../core/testing/property.ts';
import { type AblationSettings, emptyAblationSweep, mapOfSweep, positionGrid, windowCells } from './ablation-plan.ts';
import { coarseEstimate, coarseSettings, isLongSweep, windowSums } from './estimate.ts';
import { withItems } from './item-sweep.ts';
import type { ClassScore } from './target.ts';

const SCORE: ClassScore = { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' };
/** Of the intact network. */
const BASELINE = 5;

/** Values without a pattern, of both signs; halves, so that their sums are exact. */
function cellValues({ rows, columns }: Grid): SaliencyMap {
  return { rows, columns, values: Float32Array.from({ length: rows * columns }, (_, i) => (((i * 73 + 41) % 31) - 12) / 2) };
}

type Range = ReturnType<typeof windowCells>[number];

function cellsOf({ top, left, bottom, right }: Range): string[] {
  const cells: string[] = [];
  for (let row = top; row < bottom; row++) for (let column = left; column < right; column++) cells.push(`${row},${column}`);
  return cells;
}

/** A finished sweep of a network that loses exactly its own value with every cell. */
function linearSweep(cells: SaliencyMap, settings: AblationSettings) {
  const logits = windowCells(cells, settings).map((range) => {
    const lost = cellsOf(range).map((cell) => {
      const [row = 0, column = 0] = cell.split(',').map(Number);
      return cells.values[row * cells.columns + column] ?? Number.NaN;
    });
    return BASELINE - lost.reduce((a, b) => a + b, 0);
  });
  const empty = emptyAblationSweep({ rows: cells.rows, columns: cells.columns }, settings, Float32Array.from([BASELINE]));
  return withItems(empty, { items: Uint32Array.from(logits.keys()), logits: Float32Array.from(logits) });
}

/** Grids with windows that tile, overlap, and leave gaps; square, wide, tall, and with cut borders. */
const CASES: readonly (readonly [Grid, AblationSettings])[] = [
  [
    { rows: 16, columns: 16 },
    { window: 1, stride: 1, value: 0 },
  ],
  [
    { rows: 28, columns: 28 },
    { window: 1, stride: 1, value: 'mean' },
  ],
  [
    { rows: 9, columns: 30 },
    { window: 1, stride: 1, value: 0 },
  ],
  [
    { rows: 33, columns: 5 },
    { window: 2, stride: 2, value: 0 },
  ],
  [
    { rows: 20, columns: 19 },
    { window: 3, stride: 1, value: 'blur' },
  ],
  [
    { rows: 27, columns: 40 },
    { window: 3, stride: 2, value: 2 },
  ],
  [
    { rows: 31, columns: 23 },
    { window: 1, stride: 2, value: 0 },
  ],
];

describe('a long sweep', () => {
  it('is one of more windows than a screen would notice, however many cells there are', () => {
    const cell = { window: 1, stride: 1 };
    expect(isLongSweep({ rows: 7, columns: 7 }, cell)).toBe(false);
    expect(isLongSweep({ rows: 8, columns: 8 }, cell)).toBe(false);
    expect(isLongSweep({ rows: 5, columns: 13 }, cell)).toBe(true);
    expect(isLongSweep({ rows: 14, columns: 14 }, cell)).toBe(true);
    // Windows count: 7 x 7 of them on 14 x 14 cells, and as many as cells where they overlap.
    expect(isLongSweep({ rows: 14, columns: 14 }, { window: 2, stride: 2 })).toBe(false);
    expect(isLongSweep({ rows: 14, columns: 14 }, { window: 5, stride: 1 })).toBe(true);
  });
});

describe('the first-order estimate of windows', () => {
  it('is the estimate itself where a window is one cell', () => {
    const map = cellValues({ rows: 3, columns: 4 });
    expect([...windowSums(map, { window: 1, stride: 1 })]).toEqual([...map.values]);
  });

  it('adds up the cells of every window, cut at the border', () => {
    const map = { rows: 2, columns: 3, values: Float32Array.from([1, 2, 4, 8, 16, 32]) };
    expect([...windowSums(map, { window: 2, stride: 2 })]).toEqual([1 + 2 + 8 + 16, 4 + 32]);
    expect([...windowSums(map, { window: 2, stride: 1 })]).toEqual([27, 54, 36, 24, 48, 32]);
    expect([...windowSums(map, { window: 1, stride: 2 })]).toEqual([1, 4]);
  });

  it('is exact on any grid with any windows where the network is linear', () => {
    const side = fc.integer({ min: 1, max: 5 });
    holds(
      fc.property(mapUpTo(12), side, side, (map, window, stride) => {
        const settings = { window, stride, value: 0 };
        expect([...windowSums(map, settings)]).toEqual([...mapOfSweep(linearSweep(map, settings), SCORE).values]);
      }),
    );
  });
});

describe('the coarse sweep', () => {
  it.each([
    // 16 positions a side: two by two as one.
    [16, 16, { window: 1, stride: 1, value: 0 }, { window: 2, stride: 2, value: 0 }],
    // 28 positions: in fours there are 7, in twos there would be 14.
    [28, 28, { window: 1, stride: 1, value: 'mean' }, { window: 4, stride: 4, value: 'mean' }],
    // The longer side decides.
    [3, 17, { window: 1, stride: 1, value: 0 }, { window: 4, stride: 4, value: 0 }],
    // Two windows of three cells, one cell apart, are four cells wide.
    [10, 16, { window: 3, stride: 1, value: 'blur' }, { window: 4, stride: 2, value: 'blur' }],
    // Short already.
    [8, 8, { window: 1, stride: 1, value: 0 }, { window: 1, stride: 1, value: 0 }],
  ] as const)('of %i x %i cells with %j has %j', (rows, columns, settings, coarse) => {
    expect(coarseSettings({ rows, columns }, settings)).toEqual(coarse);
  });

  it.each(CASES)('of %j with %j has few windows, each of which is the union of its square of windows', (grid, settings) => {
    const coarse = coarseSettings(grid, settings);
    const squares = positionGrid(grid, coarse);
    expect(Math.max(squares.rows, squares.columns)).toBeLessThanOrEqual(8);
    // The blunter it is, the less it says: half as blunt would have been too many.
    expect(Math.max(squares.rows, squares.columns)).toBeGreaterThan(4);
    expect(coarse.value).toBe(settings.value);

    const step = coarse.stride / settings.stride;
    expect(Number.isInteger(step)).toBe(true);
    const { columns } = positionGrid(grid, settings);
    const members = new Map<number, Range[]>();
    for (const [position, range] of windowCells(grid, settings).entries()) {
      const square = Math.floor(Math.floor(position / columns) / step) * squares.columns + Math.floor((position % columns) / step);
      members.set(square, [...(members.get(square) ?? []), range]);
    }
    const whole = windowCells(grid, coarse);
    expect([...members.keys()].sort((a, b) => a - b)).toEqual([...whole.keys()]);
    for (const [square, ranges] of members) {
      const union = new Set(ranges.flatMap(cellsOf));
      const ablated = cellsOf(whole[square] as Range);
      if (settings.window >= settings.stride) expect(union).toEqual(new Set(ablated));
      // Between windows with gaps there are cells that only the square ablates; its corners are windows all the same.
      else expect(ablated).toEqual(expect.arrayContaining([...union]));
      expect([ablated.at(0), ablated.at(-1)].every((corner) => corner !== undefined && union.has(corner))).toBe(true);
    }
  });
});

describe('the coarse estimate', () => {
  it('shares the drop of a square out by cells, also where the border cuts squares and windows', () => {
    // 9 windows in a row, so squares of two; the last window is a single cell, in a square of its own.
    const settings = { window: 2, stride: 2, value: 0 } as const;
    const grid = { rows: 1, columns: 17 };
    const coarse = coarseSettings(grid, settings);
    expect(coarse).toEqual({ window: 4, stride: 4, value: 0 });
    // Squares of 4, 4, 4, 4 and 1 cells, with drops of 8, 4, 0, -4 and 3.
    const logits = Float32Array.from([8, 4, 0, -4, 3], (drop) => BASELINE - drop);
    const sweep = withItems(emptyAblationSweep(grid, coarse, Float32Array.from([BASELINE])), {
      items: Uint32Array.from(logits.keys()),
      logits,
    });
    expect([...coarseEstimate(sweep, settings, SCORE)]).toEqual([4, 4, 2, 2, 0, 0, -2, -2, 3]);
  });

  it('gives a cut window in a square less than a whole one', () => {
    // 10 windows: squares of 2 windows and 4 cells, the last one of 3: a window of two cells and one of one.
    const settings = { window: 2, stride: 2, value: 0 } as const;
    const grid = { rows: 1, columns: 19 };
    const coarse = coarseSettings(grid, settings);
    const logits = Float32Array.from([4, 4, 4, 4, 9], (drop) => BASELINE - drop);
    const sweep = withItems(emptyAblationSweep(grid, coarse, Float32Array.from([BASELINE])), {
      items: Uint32Array.from(logits.keys()),
      logits,
    });
    expect([...coarseEstimate(sweep, settings, SCORE)]).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 6, 3]);
  });

  it.each([
    [29, 29, 1],
    [9, 30, 1],
    [33, 5, 1],
    [33, 50, 3],
    [40, 23, 2],
  ])('of %i x %i cells in tiles of %i adds up to the exact drops where the network is linear', (rows, columns, side) => {
    const settings = { window: side, stride: side, value: 0 } as const;
    const cells = cellValues({ rows, columns });
    const estimate = coarseEstimate(linearSweep(cells, coarseSettings(cells, settings)), settings, SCORE);
    const exact = mapOfSweep(linearSweep(cells, settings), SCORE).values;
    expect(estimate).toHaveLength(exact.length);
    const sum = (values: Float32Array) => values.reduce((a, b) => a + b, 0);
    expect(sum(estimate)).toBeCloseTo(sum(exact), 2);
    expect(Math.abs(sum(exact))).toBeGreaterThan(1);
  });

  it.each(CASES)('of %j with %j is exact where the network is linear and every cell counts the same', (grid, settings) => {
    const cells = { ...grid, values: new Float32Array(grid.rows * grid.columns).fill(0.5) };
    const estimate = coarseEstimate(linearSweep(cells, coarseSettings(grid, settings)), settings, SCORE);
    const exact = mapOfSweep(linearSweep(cells, settings), SCORE).values;
    for (const [position, value] of estimate.entries()) expect(value).toBeCloseTo(exact[position] ?? Number.NaN, 4);
  });

  it('has no number where its square has not been run', () => {
    const settings = { window: 1, stride: 1, value: 0 } as const;
    const grid = { rows: 1, columns: 16 };
    const empty = emptyAblationSweep(grid, coarseSettings(grid, settings), Float32Array.from([BASELINE]));
    const sweep = withItems(empty, { items: Uint32Array.from([1]), logits: Float32Array.from([BASELINE - 6]) });
    const estimate = [...coarseEstimate(sweep, settings, SCORE)];
    expect(estimate.slice(0, 5)).toEqual([Number.NaN, Number.NaN, 3, 3, Number.NaN]);
  });
});
