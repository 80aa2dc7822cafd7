import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankCorrelation } from '../statistics/rank-correlation.ts';
import { mapOf, scaledMap, spikeMap } from '../statistics/testing/maps.ts';
import { gridUpTo, holds, listOf, mapUpTo, wholeNumbers } from '../testing/property.ts';
import { correlationsOf, disagreementOf } from './agreement.ts';
import { onCommonGrid } from './map-comparison.ts';

const someMaps = fc.array(mapUpTo(5), { minLength: 1, maxLength: 4 });

/** Maps of one grid. */
const onOneGrid = gridUpTo(4).chain(({ rows, columns }) =>
  fc.array(
    listOf(rows * columns, wholeNumbers).map((values) => mapOf(rows, columns, values)),
    { minLength: 2, maxLength: 4 },
  ),
);

describe('the rank correlations of several maps', () => {
  it('are those of every two, whatever the others are, on the finer of their grids', () => {
    holds(
      fc.property(someMaps, (maps) => {
        const found = correlationsOf(maps);
        for (const [i, map] of maps.entries()) {
          for (const [j, other] of maps.entries()) {
            const [a, b] = onCommonGrid(map, other);
            const expected = rankCorrelation(a.values, b.values);
            expect(found[i]?.[j]).toEqual(expected === null ? null : expect.closeTo(expected, 12));
            expect(found[i]?.[j]).toBe(found[j]?.[i]);
          }
        }
      }),
    );
  });

  it('stay when maps are told in other units, and turn round with one that is', () => {
    const map = mapOf(2, 2, [1, -2, 5, 0]);
    expect(correlationsOf([map, scaledMap(map, 7), scaledMap(map, -7)])[0]).toEqual([1, 1, -1].map((value) => expect.closeTo(value, 6)));
  });

  it('do not exist for a map that is the same everywhere, or is no numbers', () => {
    const map = mapOf(1, 3, [1, 2, 3]);
    expect(correlationsOf([map, mapOf(1, 3, [2, 2, 2]), mapOf(1, 3, [1, Number.NaN, 2])])).toEqual([
      [expect.closeTo(1, 6), null, null],
      [null, null, null],
      [null, null, null],
    ]);
    expect(correlationsOf([])).toEqual([]);
  });
});

describe('where maps disagree', () => {
  it('is nowhere for one map in several units, and where their spikes are for two', () => {
    const map = mapOf(2, 3, [1, -4, 0, 2, 3, 1]);
    expect([...(disagreementOf([map, scaledMap(map, 2), scaledMap(map, 0.25)])?.values ?? [])]).toEqual(new Array(6).fill(0));
    expect([...(disagreementOf([spikeMap(2, 2, 0), spikeMap(2, 2, 3)])?.values ?? [])]).toEqual([0.5, 0, 0, 0.5]);
    // At the two ends of what there is.
    expect(disagreementOf([spikeMap(1, 2, 0), scaledMap(spikeMap(1, 2, 0), -3)])?.values[0]).toBe(1);
  });

  it('lies on the finest grid', () => {
    const found = disagreementOf([mapOf(1, 4, [1, 2, 3, 4]), mapOf(3, 2, [0, 1, 0, 1, 0, 1])]);
    expect([found?.rows, found?.columns, found?.values.length]).toEqual([3, 4, 12]);
  });

  it('does not count maps of zeros, and needs two others', () => {
    const [a, b, zeros] = [mapOf(1, 2, [1, 0]), mapOf(1, 2, [0, 1]), mapOf(1, 2, [0, 0])];
    expect(disagreementOf([a, zeros, b])).toEqual(disagreementOf([a, b]));
    expect(disagreementOf([a, zeros])).toBeNull();
    expect(disagreementOf([])).toBeNull();
  });

  it('is never below zero or above one, and knows no order', () => {
    holds(
      fc.property(onOneGrid, (maps) => {
        const found = disagreementOf(maps);
        const turned = disagreementOf(maps.toReversed());
        for (const [i, value] of (found?.values ?? []).entries()) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
          expect(turned?.values[i]).toBeCloseTo(value, 6);
        }
      }),
    );
  });
});
