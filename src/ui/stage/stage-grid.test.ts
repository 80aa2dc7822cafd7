import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestColumns } from './stage-grid.ts';

const CHROME = { block: 100, gap: 12 };

describe('figures on the stage', () => {
  it('stand in one row where it is wide, and in one column where it is tall', () => {
    expect(bestColumns(3, { width: 1200, height: 500 }, 1, CHROME)).toBe(3);
    expect(bestColumns(3, { width: 300, height: 1500 }, 1, CHROME)).toBe(1);
  });

  it('stand in two rows where that makes them larger', () => {
    expect(bestColumns(4, { width: 900, height: 1000 }, 1, CHROME)).toBe(2);
  });

  it('are never smaller than in any other number of columns', () => {
    const widthIn = (columns: number, count: number, width: number, height: number, aspect: number) => {
      const rows = Math.ceil(count / columns);
      return Math.min((width - (columns - 1) * 12) / columns, ((height - (rows - 1) * 12) / rows - 100) * aspect);
    };
    const side = fc.integer({ min: 200, max: 3000 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        side,
        side,
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        (count, width, height, aspect) => {
          const best = widthIn(bestColumns(count, { width, height }, aspect, CHROME), count, width, height, aspect);
          for (let columns = 1; columns <= count; columns++) {
            const other = widthIn(columns, count, width, height, aspect);
            expect(other <= 0 || best >= other).toBe(true);
          }
        },
      ),
    );
  });
});
