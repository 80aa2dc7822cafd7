import { describe, expect, it } from 'vitest';
import { type AblationSettings, emptyAblationSweep, positionGrid, windowCells } from './ablation-plan.ts';
import { withItems } from './item-sweep.ts';
import { coarseEstimate, coarseSettings, isLongSweep, windowSums } from './sweep-estimate.ts';

const SCORE = { classIndex: 0, kind: 'logit', versus: null } as const;

/** A network whose only logit is the sum of its cells, cell i holding i + 1: every drop is known. */
function sweptSum(rows: number, columns: number, settings: AblationSettings) {
  const cells = { rows, columns };
  const total = (rows * columns * (rows * columns + 1)) / 2;
  const begun = emptyAblationSweep(cells, settings, Float32Array.from([total]));
  const logits = windowCells(cells, settings).map(({ top, left, bottom, right }) => {
    let lost = 0;
    for (let row = top; row < bottom; row++) for (let column = left; column < right; column++) lost += row * columns + column + 1;
    return total - lost;
  });
  return withItems(begun, { items: Uint32Array.from(logits.keys()), logits: Float32Array.from(logits) });
}

const CASES = [
  [56, 56, 1, 1],
  [14, 9, 1, 1],
  [20, 33, 2, 2],
  [40, 40, 3, 2],
  [30, 7, 2, 3],
] as const;

describe('a long sweep', () => {
  it('is one of more than 64 windows', () => {
    expect(isLongSweep({ rows: 8, columns: 8 }, { window: 1, stride: 1 })).toBe(false);
    expect(isLongSweep({ rows: 13, columns: 5 }, { window: 1, stride: 1 })).toBe(true);
    expect(isLongSweep({ rows: 56, columns: 56 }, { window: 8, stride: 8 })).toBe(false);
  });

  it.each(CASES)('of %i x %i cells in windows of %i every %i has a coarse one of 64 windows at most', (rows, columns, window, stride) => {
    const settings = { window, stride, value: 0 };
    const coarse = coarseSettings({ rows, columns }, settings);
    const grid = positionGrid({ rows, columns }, coarse);
    expect(grid.rows * grid.columns).toBeLessThanOrEqual(64);
    expect(coarse.value).toBe(0);
  });

  it.each(CASES)('of %i x %i cells in windows of %i every %i: a coarse window is the union of its own', (rows, columns, window, stride) => {
    const cells = { rows, columns };
    const settings = { window, stride, value: 0 };
    const coarse = coarseSettings(cells, settings);
    const step = coarse.stride / stride;
    const fine = positionGrid(cells, settings);
    const grid = positionGrid(cells, coarse);
    const unions = windowCells(cells, coarse);
    for (const [position, range] of windowCells(cells, settings).entries()) {
      const row = Math.floor(position / fine.columns / step);
      const column = Math.floor((position % fine.columns) / step);
      const union = unions[row * grid.columns + column];
      expect(union && range.top >= union.top && range.left >= union.left).toBe(true);
      expect(union && range.bottom <= union.bottom && range.right <= union.right).toBe(true);
    }
  });
});

describe('the coarse estimate', () => {
  it('shares a square’s drop out by cells, also where the border cuts it', () => {
    const settings = { window: 1, stride: 1, value: 0 };
    const coarse = sweptSum(9, 9, coarseSettings({ rows: 9, columns: 9 }, settings));
    const estimate = coarseEstimate(coarse, settings, SCORE, 'softmax');
    // The first square is the cells 1, 2, 10, 11; the last one the cell 81 alone.
    expect(estimate[0]).toBe(6);
    expect(estimate[1]).toBe(6);
    expect(estimate[10]).toBe(6);
    expect(estimate[80]).toBe(81);
  });

  it('adds up to the exact drops where the network is a sum', () => {
    const settings = { window: 2, stride: 2, value: 0 };
    const coarse = sweptSum(20, 33, coarseSettings({ rows: 20, columns: 33 }, settings));
    const estimate = coarseEstimate(coarse, settings, SCORE, 'softmax');
    const sum = estimate.reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo((660 * 661) / 2, 0);
    expect(estimate.length).toBe(10 * 17);
  });
});

describe('the first-order estimate of windows', () => {
  it('is the sum over each window’s cells', () => {
    const cells = { rows: 2, columns: 3, values: Float32Array.from([1, 2, 4, 8, 16, 32]) };
    expect([...windowSums(cells, { window: 2, stride: 2 })]).toEqual([27, 36]);
    expect([...windowSums(cells, { window: 2, stride: 1 })]).toEqual([27, 54, 36, 24, 48, 32]);
  });
});
