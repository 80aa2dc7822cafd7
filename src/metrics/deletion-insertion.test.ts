import { describe, expect, it } from 'vitest';
import { coloursOf, imageOf } from '../core/statistics/testing/images.ts';
import { scaledMap, spikeMap } from '../core/statistics/testing/maps.ts';
import { areaUnderCurve, deletionImage, insertionImage, stepShares } from './deletion-insertion.ts';
import { pixelRanking } from './ranking.ts';
import { REPLACEMENTS, replacementImage } from './replacement.ts';
import { example } from './testing/worked-example.ts';

describe('deletion and insertion', () => {
  const { image } = example;
  const ranking = pixelRanking(example.map, image) ?? new Uint32Array();
  /** The made-up network of the Python program. */
  const scoreOf = (data: Uint8ClampedArray) =>
    1 / (1 + Math.exp(-coloursOf(data).reduce((sum, value, i) => sum + value * (example.weights[i] ?? 0), 0)));

  it.each(REPLACEMENTS)('have the curves and areas that NumPy has, where pixels become %s', (kind) => {
    const reference = example.cases[kind];
    const replacement = replacementImage(image, kind);
    const shares = stepShares(reference.deletion.length - 1);
    const curves = {
      deletion: shares.map((share) => scoreOf(deletionImage(image, replacement, ranking, share))),
      insertion: shares.map((share) => scoreOf(insertionImage(image, replacement, ranking, share))),
    };
    for (const curve of ['deletion', 'insertion'] as const) {
      for (const [i, value] of reference[curve].entries()) expect(Math.abs((curves[curve][i] ?? 0) - value)).toBeLessThan(1e-6);
      expect(Math.abs((areaUnderCurve(curves[curve]) ?? 0) - reference.areas[curve])).toBeLessThan(1e-6);
    }
  });

  it('mirror each other: what one has of the image, the other has of the replacement', () => {
    const replacement = replacementImage(image, 'black');
    for (const share of stepShares(7)) {
      const deleted = deletionImage(image, replacement, ranking, share);
      const inserted = insertionImage(image, replacement, ranking, share);
      expect(coloursOf(deleted).map((value, i) => value + (coloursOf(inserted)[i] ?? 0))).toEqual(coloursOf(image.data));
    }
    const swapped = deletionImage({ ...image, data: replacement }, image.data, ranking, 0.4);
    expect(swapped).toEqual(insertionImage(image, replacement, ranking, 0.4));
  });

  it('begin and end with the image and its replacement, and change neither', () => {
    const before = image.data.slice();
    const replacement = replacementImage(image, 'mean');
    expect(deletionImage(image, replacement, ranking, 0)).toEqual(image.data);
    expect(deletionImage(image, replacement, ranking, 1)).toEqual(replacement);
    expect(insertionImage(image, replacement, ranking, 0)).toEqual(replacement);
    expect(insertionImage(image, replacement, ranking, 1)).toEqual(image.data);
    expect(image.data).toEqual(before);
  });

  it('find a planted spike at the first step, and with the map turned round at the last', () => {
    const white = imageOf(28, 28, new Array(28 * 28 * 3).fill(255));
    const black = replacementImage(white, 'black');
    const spike = spikeMap(7, 7, 17);
    const inverted = scaledMap(spike, -1);
    // A network that reads the middle of the spike's cell: row 2, column 3.
    const read = (data: Uint8ClampedArray) => [9, 10].flatMap((y) => [13, 14].map((x) => (data[(y * 28 + x) * 4] ?? 0) / 255));
    const seen = (data: Uint8ClampedArray) => read(data).reduce((sum, value) => sum + value, 0) / 4;
    const shares = stepShares(10);
    const curve = (map: typeof spike, make: typeof deletionImage) => {
      const order = pixelRanking(map, white) ?? new Uint32Array();
      return shares.map((share) => seen(make(white, black, order, share)));
    };
    expect(curve(spike, deletionImage)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(curve(inverted, deletionImage)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    expect(curve(spike, insertionImage)).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(curve(inverted, insertionImage)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(areaUnderCurve(curve(spike, deletionImage))).toBeCloseTo(0.05, 12);
    expect(areaUnderCurve(curve(spike, insertionImage))).toBeCloseTo(0.95, 12);
  });
});

describe('the area under a curve', () => {
  it('is what one works out by hand', () => {
    expect(areaUnderCurve([1, 1, 1, 1])).toBe(1);
    expect(areaUnderCurve([0, 1])).toBe(0.5);
    // (0.5 * 1 + 0.25 + 0.5 * 0) / 2.
    expect(areaUnderCurve([1, 0.25, 0])).toBe(0.375);
  });

  it('is not to be had of less than two points, or where one is no number', () => {
    for (const values of [[], [1], [1, Number.NaN, 0], [Number.NaN, 1], [1, Number.POSITIVE_INFINITY]]) {
      expect(areaUnderCurve(values)).toBeNull();
    }
  });
});

it('divides the pixels into equal steps', () => {
  expect(stepShares(4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
});
