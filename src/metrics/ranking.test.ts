import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onGrid } from '../core/maps/map-comparison.ts';
import { MAPS_WITHOUT_RANKING, mapOf, spikeMap } from '../core/statistics/testing/maps.ts';
import { holds, mapUpTo } from '../core/testing/property.ts';
import { pixelRanking } from './ranking.ts';
import { example } from './testing/worked-example.ts';

describe('the ranking of pixels', () => {
  it('is by the map as OpenCV enlarges it', () => {
    const { values } = onGrid(example.map, { rows: example.height, columns: example.width });
    for (const [i, value] of example.enlarged.entries()) expect(values[i]).toBeCloseTo(value, 6);
    expect([...(pixelRanking(example.map, example) ?? [])]).toEqual(example.order);
  });

  it('has every pixel once, from the most salient down, whatever the map and the sizes', () => {
    const side = fc.integer({ min: 1, max: 40 });
    holds(
      fc.property(mapUpTo(9), side, side, (map, width, height) => {
        fc.pre(new Set(map.values).size > 1);
        const ranking = pixelRanking(map, { width, height }) ?? new Uint32Array();
        expect([...ranking].sort((a, b) => a - b)).toEqual(Array.from({ length: width * height }, (_, i) => i));
        const { values } = onGrid(map, { rows: height, columns: width });
        for (let i = 1; i < ranking.length; i++) {
          expect(values[ranking[i] ?? 0]).toBeLessThanOrEqual(values[ranking[i - 1] ?? 0] ?? Number.NaN);
        }
      }),
    );
  });

  it('counts what speaks against the class last', () => {
    expect([...(pixelRanking(mapOf(1, 3, [-5, 0, 2]), { width: 3, height: 1 }) ?? [])]).toEqual([2, 1, 0]);
  });

  it('spreads ties over their whole region, the same way every time', () => {
    // One salient cell; everything else is flat.
    const spike = spikeMap(4, 4, 5);
    const size = { width: 64, height: 64 };
    const ranking = pixelRanking(spike, size) ?? new Uint32Array();
    expect(ranking).toEqual(pixelRanking(spike, size));
    const { values } = onGrid(spike, { rows: 64, columns: 64 });
    const flat = [...ranking].filter((pixel) => values[pixel] === 0);
    const firstHalf = flat.slice(0, flat.length / 2);
    const meanOf = (pixels: readonly number[], place: (pixel: number) => number) =>
      pixels.reduce((sum, pixel) => sum + place(pixel), 0) / pixels.length;
    for (const place of [(pixel: number) => Math.floor(pixel / 64), (pixel: number) => pixel % 64]) {
      expect(Math.abs(meanOf(firstHalf, place) - meanOf(flat, place))).toBeLessThan(1.5);
    }
  });

  it.each(MAPS_WITHOUT_RANKING)('is not to be had of a map that is %s', (_, without) => {
    expect(pixelRanking(without, { width: 8, height: 8 })).toBeNull();
  });
});
