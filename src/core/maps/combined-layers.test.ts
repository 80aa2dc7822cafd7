import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapOf, scaledMap } from '../statistics/testing/maps.ts';
import { holds, mapUpTo } from '../testing/property.ts';
import { COMBINATIONS, combinedLayers } from './combined-layers.ts';

const someMaps = fc.array(mapUpTo(4), { minLength: 1, maxLength: 4 });

describe('several layers in one map', () => {
  it('are the mean, or the product, of what speaks for the class, as shares, on the finest grid', () => {
    // The second one is [0, 0.25, 0.75, 1] once it is as fine as the first (cv2.resize).
    const maps = [mapOf(1, 4, [4, 2, -8, 1]), mapOf(1, 2, [0, 3])];
    expect([...(combinedLayers(maps, 'mean')?.values ?? [])]).toEqual([0.5, 0.375, 0.375, 0.625]);
    expect([...(combinedLayers(maps, 'product')?.values ?? [])]).toEqual([0, 0.125, 0, 0.25]);
    expect(combinedLayers([mapOf(3, 1, [1, 2, 3]), mapOf(1, 2, [1, 2])], 'mean')).toMatchObject({ rows: 3, columns: 2 });
  });

  it('give one map back, and nothing where a layer has nothing to multiply', () => {
    const map = mapOf(2, 2, [1, -2, 4, 0]);
    for (const combination of COMBINATIONS) expect([...(combinedLayers([map], combination)?.values ?? [])]).toEqual([0.25, 0, 1, 0]);
    const against = mapOf(2, 2, [-1, -2, 0, -3]);
    expect([...(combinedLayers([map, against], 'product')?.values ?? [])]).toEqual([0, 0, 0, 0]);
    expect([...(combinedLayers([map, against], 'mean')?.values ?? [])]).toEqual([0.125, 0, 0.5, 0]);
    expect(combinedLayers([], 'mean')).toBeNull();
  });

  it('are from 0 to 1, the product never above the mean, in whatever unit and order', () => {
    holds(
      fc.property(someMaps, fc.constantFrom(0.25, 2, 8), (maps, factor) => {
        const [mean, product] = COMBINATIONS.map((combination) => combinedLayers(maps, combination)?.values ?? new Float32Array());
        for (const [i, value] of (mean ?? []).entries()) {
          expect(value).toBeLessThanOrEqual(1);
          expect(product?.[i]).toBeGreaterThanOrEqual(0);
          expect(product?.[i]).toBeLessThanOrEqual(value + 1e-6);
        }
        for (const combination of COMBINATIONS) {
          const others = maps.toReversed().map((map) => scaledMap(map, factor));
          const [own, turned] = [combinedLayers(maps, combination), combinedLayers(others, combination)];
          for (const [i, value] of (own?.values ?? []).entries()) expect(turned?.values[i]).toBeCloseTo(value, 6);
        }
      }),
    );
  });
});
