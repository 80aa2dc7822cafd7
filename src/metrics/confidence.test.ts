import { describe, expect, it } from 'vitest';
import { coloursOf, imageOf } from '../core/statistics/testing/images.ts';
import { mapOf, scaledMap } from '../core/statistics/testing/maps.ts';
import { isIncrease, maskedImage, shareLost } from './confidence.ts';
import { example } from './testing/worked-example.ts';

describe('the image behind a map', () => {
  it('is the image times the positive part of the map, as in NumPy', () => {
    const masked = coloursOf(maskedImage(example.image, example.map));
    for (const [i, value] of example.masked.entries()) expect(Math.abs((masked[i] ?? 0) - value)).toBeLessThanOrEqual(0.5001);
  });

  it('does not change when the map is scaled', () => {
    expect(maskedImage(example.image, scaledMap(example.map, 8))).toEqual(maskedImage(example.image, example.map));
  });

  it('is black where nothing is positive', () => {
    const image = imageOf(2, 1, [255, 255, 255, 255, 255, 255]);
    expect(coloursOf(maskedImage(image, mapOf(1, 2, [-1, -3])))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(coloursOf(maskedImage(image, mapOf(1, 2, [2, -3])))).toEqual([255, 255, 255, 0, 0, 0]);
  });
});

describe('the drop of confidence', () => {
  it('is the share that is lost, and nothing where there is a gain', () => {
    expect(shareLost(0.8, 0.2)).toBeCloseTo(0.75, 12);
    expect(shareLost(0.8, 0)).toBe(1);
    expect(shareLost(0.5, 0.5)).toBe(0);
    expect(shareLost(0.5, 0.9)).toBe(0);
  });

  it('is nothing where there was nothing to lose, and never NaN', () => {
    expect(shareLost(0, 0)).toBe(0);
    expect(shareLost(0, 0.5)).toBe(0);
    expect(shareLost(Number.NaN, 0.5)).toBeNull();
    expect(shareLost(0.5, Number.NaN)).toBeNull();
  });

  it('goes with an increase only where confidence grew', () => {
    expect([isIncrease(0.5, 0.6), isIncrease(0.5, 0.5), isIncrease(0.5, 0.4), isIncrease(Number.NaN, 1)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
