import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds } from '../../core/testing/property.ts';
import { FIGURE_GAP, PART_GAP, type StageGrid, singleGrid, stageGrid } from './stage-grid.ts';

/** As with the built-in model. */
const WORDS = { legendEnd: 36, legendNote: 71, status: 76 };
const SHARED = { ...WORDS, legendEnd: null };

const side = fc.integer({ min: 200, max: 3000 });

/** How wide images of an aspect of 1.2 get in a grid. */
function widthIn({ columns, chrome }: Pick<StageGrid, 'columns' | 'chrome'>, count: number, width: number, height: number): number {
  const rows = Math.ceil(count / columns);
  const parts = [chrome.head, chrome.status, chrome.legend].filter((part) => part > 0);
  const around = parts.reduce((sum, part) => sum + part + PART_GAP, 0);
  const boxHeight = (height - (rows - 1) * FIGURE_GAP) / rows - around;
  return Math.min((width - (columns - 1) * FIGURE_GAP) / columns, boxHeight * 1.2);
}

describe('figures on the stage', () => {
  it('stand in one row where it is wide, in one column where it is tall, in two rows where that makes them larger', () => {
    expect(stageGrid(3, { width: 1200, height: 500 }, WORDS).columns).toBe(3);
    expect(stageGrid(3, { width: 300, height: 1500 }, WORDS).columns).toBe(1);
    expect(stageGrid(4, { width: 900, height: 1000 }, WORDS).columns).toBe(2);
  });

  it('keep room for words, as long as images are not small', () => {
    expect(stageGrid(3, { width: 1200, height: 500 }, WORDS)).toMatchObject({ isCompact: false, chrome: { status: 34, legend: 80 } });
    expect(stageGrid(3, { width: 1200, height: 500 }, SHARED).chrome.legend).toBe(0);
    expect(stageGrid(5, { width: 900, height: 180 }, WORDS)).toMatchObject({ isCompact: true, columns: 5, chrome: { status: 0 } });
  });

  it('give up words where that makes small images much larger, as beside an open drawer', () => {
    expect(stageGrid(3, { width: 940, height: 330 }, WORDS).isCompact).toBe(true);
    // As large with words as without: the width decides.
    expect(stageGrid(3, { width: 650, height: 560 }, WORDS).isCompact).toBe(false);
  });

  it('keep numbers and the unit where there is no room for more, numbers below each other where two do not fit', () => {
    expect(stageGrid(5, { width: 900, height: 180 }, WORDS).chrome.legend).toBe(50);
    expect(stageGrid(7, { width: 656, height: 219 }, WORDS).chrome.legend).toBe(66);
    expect(stageGrid(7, { width: 656, height: 219 }, SHARED).chrome.legend).toBe(0);
  });

  it('keep what their colours mean where there is room for one alone', () => {
    expect(singleGrid({ width: 370, height: 320 }, WORDS)).toEqual({
      columns: 1,
      chrome: { head: 30, status: 0, legend: 80 },
      isCompact: false,
    });
    expect(singleGrid({ width: 370, height: 320 }, SHARED).chrome.legend).toBe(0);
  });

  it('have more room for longer words, and for narrower figures', () => {
    const legend = (width: number, words = WORDS) => stageGrid(1, { width, height: 2000 }, words).chrome.legend;
    expect([500, 300, 200].map((width) => legend(width))).toEqual([80, 80, 112]);
    expect(legend(300, { ...WORDS, legendEnd: 60 })).toBe(112);
  });

  it('are never smaller than in any other number of columns with the same room for words', () => {
    holds(
      fc.property(fc.integer({ min: 1, max: 7 }), side, side, fc.constantFrom(WORDS, SHARED), (count, width, height, words) => {
        const found = stageGrid(count, { width, height }, words);
        const own = widthIn(found, count, width, height);
        for (let columns = 1; columns <= count; columns++) {
          expect(widthIn({ columns, chrome: found.chrome }, count, width, height)).toBeLessThanOrEqual(Math.max(own, 150) + 1e-9);
        }
      }),
    );
  });
});
