import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, listOf } from '../../core/testing/property.ts';
import { cycle, emptyLevel, type Level, levelsOf, paddedIndex, productAt } from './multigrid.ts';

const [ROWS, COLUMNS] = [7, 6];
const CELLS = ROWS * COLUMNS;

/** Systems of any links on a grid with any holes; every unknown is held by some known neighbour. */
const systems: fc.Arbitrary<Level> = fc
  .record({ isUnknown: listOf(CELLS, fc.boolean()), links: listOf(CELLS * 4, fc.integer({ min: 0, max: 1000 })) })
  .filter(({ isUnknown }) => isUnknown.includes(true))
  .map(({ isUnknown, links }) => {
    const cells = [...isUnknown.keys()].filter((cell) => isUnknown[cell]);
    const unknowns = Int32Array.from(cells, (cell) => paddedIndex(COLUMNS, Math.floor(cell / COLUMNS), cell % COLUMNS));
    const level = emptyLevel({ rows: ROWS, columns: COLUMNS }, unknowns);
    const known = new Set(unknowns);
    for (const i of unknowns) level.diagonal[i] = 0.1;
    for (const [direction, [ends, step]] of (
      [
        [level.east, 1],
        [level.southWest, COLUMNS + 1],
        [level.south, COLUMNS + 2],
        [level.southEast, COLUMNS + 3],
      ] as const
    ).entries()) {
      for (const [k, i] of unknowns.entries()) {
        if (!known.has(i + step)) continue;
        const link = (links[direction * CELLS + k] ?? 0) / 1000;
        ends[i] = link;
        for (const end of [i, i + step]) level.diagonal[end] = (level.diagonal[end] ?? 0) + link;
      }
    }
    return level;
  });

/** The level's matrix, entry by entry: `[unknowns, unknowns]`. */
function matrixOf(level: Level): number[][] {
  const { unknowns } = level;
  const column = (j: number) => {
    const unit = new Float64Array(level.right.length);
    unit[j] = 1;
    return Array.from(unknowns, (i) => productAt(level, unit, i));
  };
  // Symmetric, so columns are rows.
  return Array.from(unknowns, column);
}

/** What the cycle makes of a right-hand side, both over the finest unknowns. */
function cycled(levels: readonly Level[], right: readonly number[]): number[] {
  const finest = levels[0];
  if (!finest) return [];
  for (const [k, i] of finest.unknowns.entries()) finest.right[i] = right[k] ?? 0;
  cycle(levels);
  return Array.from(finest.unknowns, (i) => finest.solution[i] ?? 0);
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

function expectSums(fine: Level, coarse: Level): void {
  const [matrix, found] = [matrixOf(fine), matrixOf(coarse)];
  for (const [a, first] of coarse.unknowns.entries()) {
    for (const [b, second] of coarse.unknowns.entries()) {
      let sum = 0;
      for (const [i, row] of matrix.entries()) {
        if (fine.parents[i] !== first) continue;
        for (const [j, value] of row.entries()) if (fine.parents[j] === second) sum += value;
      }
      expect(found[a]?.[b]).toBeCloseTo(sum, 10);
    }
  }
}

describe('multigrid', () => {
  it('has on each level the sums of the finer matrix over pairs of squares', () => {
    holds(
      fc.property(systems, (system) => {
        const levels = levelsOf(system);
        expect(levels.map(({ rows, columns }) => [rows, columns])).toEqual([
          [7, 6],
          [4, 3],
          [2, 2],
          [1, 1],
        ]);
        for (const [depth, fine] of levels.slice(0, -1).entries()) {
          const coarse = levels[depth + 1];
          if (coarse) expectSums(fine, coarse);
        }
      }),
      50,
    );
  });

  it('is a symmetric and positive definite preconditioner', () => {
    const vector = listOf(CELLS, fc.integer({ min: -1000, max: 1000 }));
    holds(
      fc.property(systems, vector, vector, (system, first, second) => {
        const levels = levelsOf(system);
        const part = (values: readonly number[]) => values.slice(0, system.unknowns.length).map((value) => value / 2000);
        const [a, b] = [part(first), part(second)];
        fc.pre(a.some((value) => value !== 0));
        const [ofA, ofB] = [cycled(levels, a), cycled(levels, b)];
        expect(dot(ofA, b)).toBeCloseTo(dot(a, ofB), 10);
        expect(dot(ofA, a)).toBeGreaterThan(0);
      }),
    );
  });

  it('solves a single unknown exactly', () => {
    const level = emptyLevel({ rows: 3, columns: 3 }, Int32Array.of(paddedIndex(3, 1, 1)));
    level.diagonal[paddedIndex(3, 1, 1)] = 4;
    expect(cycled(levelsOf(level), [10])).toEqual([2.5]);
  });
});
