import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, listOf } from '../../core/testing/property.ts';
import { emptyLevels, LANES, type Level, type Levels, paddedIndex, prepareLevels } from './levels.ts';
import { cycle } from './multigrid.ts';

const [ROWS, COLUMNS] = [7, 6];
const CELLS = ROWS * COLUMNS;

const unknownsOf = ({ isUnknown }: Level) => [...isUnknown.keys()].filter((i) => isUnknown[i]);

/** Every system is put where others were before. */
const room = emptyLevels({ rows: ROWS, columns: COLUMNS });

interface Drawn {
  readonly isUnknown: readonly boolean[];
  readonly links: readonly number[];
}

/** Any links on a grid with any holes; every unknown is held by some known neighbour. */
const systems: fc.Arbitrary<Drawn> = fc
  .record({ isUnknown: listOf(CELLS, fc.boolean()), links: listOf(CELLS * 4, fc.integer({ min: 0, max: 1000 })) })
  .filter(({ isUnknown }) => isUnknown.includes(true));

function levelsOf({ isUnknown, links }: Drawn): Levels {
  const [level] = room;
  for (const values of [level.isUnknown, level.diagonal, level.east, level.southWest, level.south, level.southEast]) values.fill(0);
  for (const [cell, isOne] of isUnknown.entries()) {
    if (isOne) level.isUnknown[paddedIndex(COLUMNS, Math.floor(cell / COLUMNS), cell % COLUMNS)] = 1;
  }
  const unknowns = unknownsOf(level);
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
      if (!level.isUnknown[i + step]) continue;
      const link = (links[direction * CELLS + k] ?? 0) / 1000;
      ends[i] = link;
      for (const end of [i, i + step]) level.diagonal[end] = (level.diagonal[end] ?? 0) + link;
    }
  }
  prepareLevels(room);
  return room;
}

/** The level's matrix, entry by entry: `[unknowns, unknowns]`. */
function matrixOf(level: Level): number[][] {
  const { stride, diagonal, east, southWest, south, southEast } = level;
  const unknowns = unknownsOf(level);
  const link = (first: number, second: number) => {
    const links = new Map([
      [1, east],
      [stride - 1, southWest],
      [stride, south],
      [stride + 1, southEast],
    ]);
    return links.get(second - first)?.[first] ?? 0;
  };
  return unknowns.map((i) => unknowns.map((j) => (i === j ? (diagonal[i] ?? 0) : -link(Math.min(i, j), Math.max(i, j)))));
}

/** What the cycle makes of a right-hand side, both over the finest unknowns; other lanes have other ones. */
function cycled(levels: Levels, right: readonly number[], lane: number): number[] {
  const [finest] = levels;
  const unknowns = unknownsOf(finest);
  for (const [k, i] of unknowns.entries())
    for (let l = 0; l < LANES; l++) finest.right[i * LANES + l] = l === lane ? (right[k] ?? 0) : k - l;
  cycle(levels);
  return unknowns.map((i) => finest.solution[i * LANES + lane] ?? 0);
}

/** Where a cell's square lies on the next level. */
function parentOf(fine: Level, coarse: Level, i: number): number {
  const [row, column] = [Math.floor(i / fine.stride) - 1, (i % fine.stride) - 1];
  return paddedIndex(coarse.columns, Math.floor(row / 2), Math.floor(column / 2));
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

function expectSums(fine: Level, coarse: Level): void {
  const [matrix, found] = [matrixOf(fine), matrixOf(coarse)];
  const parents = unknownsOf(fine).map((i) => parentOf(fine, coarse, i));
  expect(new Set(unknownsOf(coarse))).toEqual(new Set(parents));
  for (const [a, first] of unknownsOf(coarse).entries()) {
    for (const [b, second] of unknownsOf(coarse).entries()) {
      let sum = 0;
      for (const [i, row] of matrix.entries()) {
        if (parents[i] !== first) continue;
        for (const [j, value] of row.entries()) if (parents[j] === second) sum += value;
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
      fc.property(systems, vector, vector, fc.nat(LANES - 1), (system, first, second, lane) => {
        const levels = levelsOf(system);
        const part = (values: readonly number[]) => values.slice(0, unknownsOf(levels[0]).length).map((value) => value / 2000);
        const [a, b] = [part(first), part(second)];
        fc.pre(a.some((value) => value !== 0));
        const [ofA, ofB] = [cycled(levels, a, lane), cycled(levels, b, lane)];
        expect(dot(ofA, b)).toBeCloseTo(dot(a, ofB), 10);
        expect(dot(ofA, a)).toBeGreaterThan(0);
      }),
    );
  });

  it('solves a single unknown exactly', () => {
    const levels = emptyLevels({ rows: 3, columns: 3 });
    const middle = paddedIndex(3, 1, 1);
    levels[0].isUnknown[middle] = 1;
    levels[0].diagonal[middle] = 4;
    prepareLevels(levels);
    for (let lane = 0; lane < LANES; lane++) expect(cycled(levels, [10], lane)).toEqual([2.5]);
  });
});
