import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import { MAPS_WITHOUT_RANKING, mapOf, scaledMap, spikeMap } from '../core/statistics/testing/maps.ts';
import { readNumbers } from '../core/statistics/testing/numbers.ts';
import { holds, mapUpTo } from '../core/testing/property.ts';
import { complexityOf, sparsenessOf } from './concentration.ts';
import { metricScores } from './scores.ts';
import { measuresWith } from './testing/made-up.ts';

const cases = readNumbers<{ rows: number; columns: number; map: number[]; complexity: number; sparseness: number }[]>('concentration.json');

const MEASURES = [
  ['complexity', complexityOf],
  ['sparseness', sparsenessOf],
] as const;

const notNothing = mapUpTo(6).filter(({ values }) => values.length > 1 && values.some((value) => value !== 0));

describe('complexity and sparseness', () => {
  it.each(cases)('are those of SciPy, and of all pairs, on $rows x $columns cells', ({ rows, columns, map, ...expected }) => {
    for (const [id, of] of MEASURES) expect(of(mapOf(rows, columns, map))).toBeCloseTo(expected[id], 12);
  });

  it('are at their ends where one cell has everything, and where all have the same', () => {
    const even = mapOf(3, 4, new Array(12).fill(-2));
    expect([complexityOf(spikeMap(3, 4, 5)), complexityOf(even)]).toEqual([0, expect.closeTo(1, 12)]);
    expect([sparsenessOf(spikeMap(3, 4, 5)), sparsenessOf(even)]).toEqual([expect.closeTo(1 - 1 / 12, 12), expect.closeTo(0, 12)]);
  });

  it.each(MEASURES)('depend on magnitudes alone, wherever they lie, in whatever unit: %s', (_id, of) => {
    const turned = ({ rows, columns, values }: SaliencyMap) => mapOf(columns, rows, values.toReversed());
    holds(
      fc.property(notNothing, fc.constantFrom(-8, 0.25, 2), (map, factor) => {
        const value = of(map) ?? Number.NaN;
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(of(turned(scaledMap(map, factor)))).toBeCloseTo(value, 12);
      }),
    );
  });

  it('say that a map is simpler, and sparser, once a smaller value gives to a larger one', () => {
    const transfer = notNothing.filter(({ values }) => values.some((value) => Math.abs(value) !== Math.abs(values[0] ?? 0)));
    holds(
      fc.property(transfer, (map) => {
        const values = map.values.map(Math.abs);
        const [least, most] = [values.indexOf(Math.min(...values)), values.indexOf(Math.max(...values))];
        if ((values[least] ?? 0) === 0) return;
        const moved = values.with(least, (values[least] ?? 0) - 1).with(most, (values[most] ?? 0) + 1);
        const sharper = mapOf(map.rows, map.columns, moved);
        expect(complexityOf(sharper)).toBeLessThan(complexityOf(map) ?? 0);
        expect(sparsenessOf(sharper)).toBeGreaterThan(sparsenessOf(map) ?? 1);
      }),
    );
  });

  it.each(MAPS_WITHOUT_RANKING.filter(([name]) => name !== 'constant'))('of a map %s is no complexity', (_name, map) => {
    expect(complexityOf(map)).toBeNull();
  });

  it('is nothing where nothing was measured, or a former version did not', () => {
    const nothing = { complexity: null, sparseness: null };
    expect(metricScores(null, null, 'softmax')).toMatchObject(nothing);
    expect(metricScores(measuresWith({ complexity: [], sparseness: [] }), null, 'softmax')).toMatchObject(nothing);
    const { complexity, sparseness, ...former } = measuresWith({});
    expect([complexity, sparseness]).toEqual([[0.5], [0.5]]);
    expect(metricScores(former as typeof former & { complexity: number[]; sparseness: number[] }, null, 'softmax')).toMatchObject(nothing);
  });
});
