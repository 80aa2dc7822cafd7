import { describe, expect, it } from 'vitest';
import { cycle, emptyLevel, type Level, levelsOf, paddedIndex, productAt } from './multigrid.ts';
import { randomFrom } from './random.ts';

const [ROWS, COLUMNS] = [7, 6];
const random = randomFrom(11);

/** A system of random links on a grid with holes; every unknown is held by some known neighbour. */
function randomSystem(): Level {
  const cells = Array.from({ length: ROWS * COLUMNS }, (_, i) => i).filter(() => random() < 0.7);
  const unknowns = Int32Array.from(cells, (cell) => paddedIndex(COLUMNS, Math.floor(cell / COLUMNS), cell % COLUMNS));
  const level = emptyLevel({ rows: ROWS, columns: COLUMNS }, unknowns);
  const isUnknown = new Set(unknowns);
  for (const i of unknowns) level.diagonal[i] = 0.1;
  for (const [links, step] of [
    [level.east, 1],
    [level.southWest, COLUMNS + 1],
    [level.south, COLUMNS + 2],
    [level.southEast, COLUMNS + 3],
  ] as const) {
    for (const i of unknowns) {
      if (!isUnknown.has(i + step)) continue;
      const link = random();
      links[i] = link;
      for (const end of [i, i + step]) level.diagonal[end] = (level.diagonal[end] ?? 0) + link;
    }
  }
  return level;
}

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

describe('multigrid', () => {
  it('has on each level the sums of the finer matrix over pairs of squares', () => {
    const levels = levelsOf(randomSystem());
    expect(levels.map(({ rows, columns }) => [rows, columns])).toEqual([
      [7, 6],
      [4, 3],
      [2, 2],
      [1, 1],
    ]);
    for (const [depth, fine] of levels.slice(0, -1).entries()) {
      const coarse = levels[depth + 1];
      if (!coarse) continue;
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
  });

  it('is a symmetric and positive definite preconditioner', () => {
    const levels = levelsOf(randomSystem());
    const vector = () => Array.from(levels[0]?.unknowns ?? [], () => random() - 0.5);
    for (let i = 0; i < 20; i++) {
      const [a, b] = [vector(), vector()];
      const [ofA, ofB] = [cycled(levels, a), cycled(levels, b)];
      expect(dot(ofA, b)).toBeCloseTo(dot(a, ofB), 10);
      expect(dot(ofA, a)).toBeGreaterThan(0);
    }
  });

  it('solves a single unknown exactly', () => {
    const level = emptyLevel({ rows: 3, columns: 3 }, Int32Array.of(paddedIndex(3, 1, 1)));
    level.diagonal[paddedIndex(3, 1, 1)] = 4;
    expect(cycled(levelsOf(level), [10])).toEqual([2.5]);
  });
});
