import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridUpTo, holds, listOf } from '../../core/testing/property.ts';
import { emptyLevels, LANES, type Level, vectorFor } from './levels.ts';
import { cycle } from './multigrid.ts';
import { cycleByStencil, turnByStencil } from './stencil.ts';
import { setSystem } from './system.ts';

/** Holes in a grid, and two vectors of its unknowns. */
const cases = gridUpTo(12).chain(({ rows, columns }) => {
  const vector = listOf(rows * columns * LANES, fc.integer({ min: -1000, max: 1000 }));
  const removed = listOf(rows * columns, fc.boolean());
  return fc.record({ rows: fc.constant(rows), columns: fc.constant(columns), removed, first: vector, second: vector });
});

/** A drawn vector, where a level has unknowns. */
function vectorOf(level: Level, drawn: readonly number[]): Float64Array {
  const vector = vectorFor(level);
  for (const [i, isUnknown] of level.isUnknown.entries()) {
    for (let lane = 0; lane < LANES && isUnknown; lane++) vector[i * LANES + lane] = drawn[(i * LANES + lane) % drawn.length] ?? 0;
  }
  return vector;
}

function expectClose(found: Float64Array, expected: Float64Array): void {
  for (const [k, value] of found.entries()) expect(value).toBeCloseTo(expected[k] ?? Number.NaN, 8);
}

/** The sums of products in each lane. */
function dots(first: Float64Array, second: Float64Array): number[] {
  return Array.from({ length: LANES }, (_, lane) =>
    first.reduce((sum, a, k) => (k % LANES === lane ? sum + a * (second[k] ?? 0) : sum), 0),
  );
}

/** The matrix times a vector, by its links. */
function times({ stride, isUnknown, diagonal, east, southWest, south, southEast }: Level, vector: Float64Array): Float64Array {
  const links = [
    [east, 1],
    [southWest, stride - 1],
    [south, stride],
    [southEast, stride + 1],
  ] as const;
  return vector.map((value, k) => {
    const [i, lane] = [Math.floor(k / LANES), k % LANES];
    const of = (j: number) => vector[j * LANES + lane] ?? 0;
    const others = links.reduce((sum, [link, step]) => sum + (link[i] ?? 0) * of(i + step) + (link[i - step] ?? 0) * of(i - step), 0);
    return isUnknown[i] ? (diagonal[i] ?? 0) * value - others : 0;
  });
}

describe('the stencil', () => {
  it('gives what the cycle of any links gives, once the steps are taken', () => {
    holds(
      fc.property(cases, ({ rows, columns, removed, first, second }) => {
        fc.pre(removed.includes(false));
        const [levels, others] = [emptyLevels({ rows, columns }), emptyLevels({ rows, columns })];
        for (const of of [levels, others]) setSystem(of, Uint8Array.from(removed, Number));
        const [finest, other] = [levels[0], others[0]];
        const [right, product] = [vectorOf(finest, first), vectorOf(finest, second)];
        const steps: [number, number, number] = [0.5, -1, 2];
        const rest = right.map((value, k) => value - (steps[k % LANES] ?? 0) * (product[k] ?? 0));
        finest.right.set(right);
        other.right.set(rest);
        const search = { values: vectorOf(finest, second), direction: vectorOf(finest, first), product };
        const values = search.values.map((value, k) => value + (steps[k % LANES] ?? 0) * (search.direction[k] ?? 0));
        const energies = cycleByStencil(levels, search, steps);
        cycle(others);
        expectClose(finest.solution, other.solution);
        expectClose(finest.right, rest);
        expectClose(search.values, values);
        for (const [lane, energy] of dots(rest, other.solution).entries()) {
          expect(Math.abs((energies[lane] ?? 0) - energy)).toBeLessThan(1e-9 * Math.max(1, energy));
        }
      }),
    );
  });

  it('turns the search direction, and multiplies it by the matrix', () => {
    holds(
      fc.property(cases, ({ rows, columns, removed, first, second }) => {
        fc.pre(removed.includes(false));
        const levels = emptyLevels({ rows, columns });
        setSystem(levels, Uint8Array.from(removed, Number));
        const [finest] = levels;
        const [start, last] = [vectorOf(finest, first), vectorOf(finest, second)];
        const turns: [number, number, number] = [0, 0.25, 3];
        const search = { values: vectorFor(finest), direction: last.slice(), product: times(finest, last) };
        const curvatures = turnByStencil(levels, start, search, turns);
        const expected = start.map((value, k) => value + (turns[k % LANES] ?? 0) * (last[k] ?? 0));
        expectClose(search.direction, expected);
        expectClose(search.product, times(finest, expected));
        for (const [lane, curvature] of dots(expected, times(finest, expected)).entries()) {
          expect(Math.abs((curvatures[lane] ?? 0) - curvature)).toBeLessThan(1e-9 * Math.max(1, curvature));
        }
      }),
    );
  });
});
