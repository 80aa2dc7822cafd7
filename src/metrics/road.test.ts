import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coloursOf, formulaImage, imageOf } from '../core/statistics/testing/images.ts';
import { mapOf } from '../core/statistics/testing/maps.ts';
import { readNumbers } from '../core/statistics/testing/numbers.ts';
import { holds } from '../core/testing/property.ts';
import { pixelRanking, rankedMask } from './ranking.ts';
import { imputed, ROAD_SHARES, roadScore } from './road.ts';

const numbers = readNumbers<{
  width: number;
  height: number;
  image: number[];
  small: { name: string; removed: number[]; values: number[] }[];
}>('imputation.json');

interface Combined {
  rows: number;
  columns: number;
  map: number[];
  width: number;
  height: number;
  /** Of a made-up network, one for each value of the image, which gives 1 for the intact one. */
  weights: number[];
  score: number;
}

/** A grey image: there is room for noise on either side. */
const grey = imageOf(100, 80, new Array(100 * 80 * 3).fill(128));

describe('noisy linear imputation', () => {
  it.each(numbers.small)('rounds what a direct solver gives where there is no noise: $name', ({ removed, values }) => {
    const image = imageOf(numbers.width, numbers.height, numbers.image);
    const result = imputed(image, Uint8Array.from(removed), null);
    const found = coloursOf(result).filter((_, i) => removed[Math.floor(i / 3)]);
    for (const [i, value] of values.entries()) expect(Math.abs((found[i] ?? 0) - value)).toBeLessThan(0.55);
    const kept = (colours: readonly number[]) => colours.filter((_, i) => !removed[Math.floor(i / 3)]);
    expect(kept(coloursOf(result))).toEqual(kept(numbers.image));
  });

  it('adds noise to removed pixels alone, a hundredth of the range', () => {
    const removed = Uint8Array.from({ length: 8000 }, (_, i) => i % 2);
    const offs = coloursOf(imputed(grey, removed, 5)).map((value) => value - 128);
    expect(offs.filter((off, i) => !removed[Math.floor(i / 3)] && off !== 0)).toEqual([]);
    const noisy = offs.filter((_, i) => removed[Math.floor(i / 3)]);
    const mean = noisy.reduce((sum, off) => sum + off, 0) / noisy.length;
    const std = Math.sqrt(noisy.reduce((sum, off) => sum + (off - mean) ** 2, 0) / noisy.length);
    expect(Math.abs(mean)).toBeLessThan(0.1);
    // Rounding to whole levels adds a twelfth to the variance.
    expect(std).toBeCloseTo(Math.sqrt(2.55 ** 2 + 1 / 12), 1);
  });

  it('is the same for the same seed, and another for another', () => {
    const removed = new Uint8Array(8000).fill(1, 0, 5000);
    expect(imputed(grey, removed, 1)).toEqual(imputed(grey, removed, 1));
    expect(imputed(grey, removed, 1)).not.toEqual(imputed(grey, removed, 2));
  });
});

describe('ROAD', () => {
  it('removes the same number of pixels from either end of any ranking', () => {
    const sizes = fc.integer({ min: 1, max: 200 });
    const rankings = sizes.chain((size) => fc.tuple(fc.shuffledSubarray([...new Array(size).keys()], { minLength: size }), fc.nat(size)));
    holds(
      fc.property(rankings, ([order, part]) => {
        const ranking = Uint32Array.from(order);
        const size = ranking.length;
        const removed = (mask: Uint8Array) => [...ranking].filter((pixel) => mask[pixel]);
        for (const share of [...ROAD_SHARES, part / size]) {
          const count = Math.round(size * share);
          expect(removed(rankedMask(ranking, share, true))).toEqual([...ranking.slice(0, count)]);
          expect(removed(rankedMask(ranking, share, false))).toEqual([...ranking.slice(size - count)]);
        }
        // Together they are everything, once: what one removes at a share, the other keeps at the rest.
        const rest = rankedMask(ranking, 1 - part / size, false);
        const both = [...rankedMask(ranking, part / size, true)].map((isRemoved, pixel) => isRemoved + (rest[pixel] ?? 0));
        expect(both).toEqual(new Array(size).fill(1));
      }),
    );
  });

  it('scores half of what the least important pixels keep over the most important ones', () => {
    // (0.8 - 0.2) / 2 and (0.6 - 0.4) / 2: 0.3 and 0.1.
    expect(roadScore([0.2, 0.4], [0.8, 0.6])).toBeCloseTo(0.2, 12);
    expect(roadScore([0.8, 0.6], [0.2, 0.4])).toBeCloseTo(-0.2, 12);
    expect(roadScore([0.3], [0.3])).toBe(0);
  });

  it('is ROADCombined, without noise and where no two pixels tie', () => {
    const { rows, columns, map, width, height, weights, score } = readNumbers<Combined>('road.json');
    const image = formulaImage(width, height);
    const ranking = pixelRanking(mapOf(rows, columns, map), image) ?? new Uint32Array();
    const scores = (isMost: boolean) =>
      ROAD_SHARES.map((share) => {
        const colours = coloursOf(imputed(image, rankedMask(ranking, share, isMost), null));
        return colours.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0);
      });
    // Pixels are whole levels, there as here, before the network has them; the reference leaves imputed ones as they are.
    expect(Math.abs((roadScore(scores(true), scores(false)) ?? Number.NaN) - score)).toBeLessThan(1e-4);
    expect(Math.abs(score)).toBeGreaterThan(0.03);
  });

  it('has no score without probabilities', () => {
    expect(roadScore([], [])).toBeNull();
    expect(roadScore([0.1], [0.2, 0.3])).toBeNull();
    expect(roadScore([Number.NaN], [0.2])).toBeNull();
  });
});
