import { describe, expect, it } from 'vitest';
import { withItems } from '../item-sweep.ts';
import type { ClassScore } from '../target.ts';
import { emptyMaskSweep, type MaskSweep, mapsOfMasks, maskMapGrid } from './mask-sweep.ts';
import { fillMask, KEPT_SHARE, riseMask } from './rise-masks.ts';

const SCORE: ClassScore = { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' };
const IMAGE = { rows: 9, columns: 12 };
const PIXELS = IMAGE.rows * IMAGE.columns;

function maskOf(seed: number, index: number): Float32Array {
  const mask = new Float32Array(PIXELS);
  fillMask(riseMask(seed, index, IMAGE), IMAGE, IMAGE, mask);
  return mask;
}

/** What a network says that adds up the masked image, weighted; and beside it a class that hears nothing. */
function linearSweep(weights: Float64Array, bias: number, count: number, seed: number): MaskSweep {
  const logits = Float32Array.from({ length: count * 2 }, (_, i) => {
    if (i % 2) return 3;
    return maskOf(seed, i / 2).reduce((sum, share, pixel) => sum + share * (weights[pixel] ?? 0), bias);
  });
  const items = Uint32Array.from({ length: count }, (_, index) => index);
  return withItems(emptyMaskSweep(IMAGE, { count, seed }, Float32Array.of(1, 3)), { items, logits });
}

describe('RISE’s map', () => {
  it('is of the image’s pixels where they are few, and else of no more than 56 cells along a side', () => {
    expect(maskMapGrid(IMAGE)).toEqual(IMAGE);
    expect(maskMapGrid({ rows: 224, columns: 224 })).toEqual({ rows: 56, columns: 56 });
    expect(maskMapGrid({ rows: 112, columns: 448 })).toEqual({ rows: 14, columns: 56 });
  });

  it('is the published mean over the masks that show a pixel', () => {
    const weights = Float64Array.from({ length: PIXELS }, (_, i) => ((i * 7) % 11) / 11);
    const sweep = linearSweep(weights, 2, 40, 6);
    const { published } = mapsOfMasks(sweep, SCORE);
    const expected = new Float64Array(PIXELS);
    for (let index = 0; index < 40; index++) {
      const y = sweep.logits[index * 2] ?? Number.NaN;
      for (const [i, share] of maskOf(6, index).entries()) expected[i] = (expected[i] ?? 0) + (y * share) / (40 * KEPT_SHARE);
    }
    for (const [i, value] of published.values.entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 4);
  });

  it('is unbiased: of a linear network it comes to the masks’ covariance times the weights', () => {
    const weights = Float64Array.from({ length: PIXELS }, (_, i) => Math.sin(i * 1.7) + (i === 40 ? 5 : 0));
    // The covariance of so many masks of other seeds is that of all masks, but for its own noise.
    const many = 20_000;
    const covariance = new Float64Array(PIXELS);
    for (let index = 0; index < many; index++) {
      const mask = maskOf(77, index);
      const y = mask.reduce((sum, share, pixel) => sum + (share - KEPT_SHARE) * (weights[pixel] ?? 0), 0);
      for (const [i, share] of mask.entries()) covariance[i] = (covariance[i] ?? 0) + ((share - KEPT_SHARE) * y) / many / KEPT_SHARE;
    }
    const runs = Array.from({ length: 20 }, (_, seed) => mapsOfMasks(linearSweep(weights, -4, 200, seed + 1), SCORE).centred.values);
    for (let i = 0; i < PIXELS; i++) {
      const values = runs.map((run) => run[i] ?? Number.NaN);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
      // Five times the error of the mean of the runs.
      expect(Math.abs(mean - (covariance[i] ?? Number.NaN))).toBeLessThan(5 * (std / Math.sqrt(values.length)) + 0.02);
    }
  });

  it('of a network that always says the same is nothing, and any bias changes nothing', () => {
    const constant = mapsOfMasks(linearSweep(new Float64Array(PIXELS), 2, 50, 1), SCORE).centred.values;
    expect(Math.max(...constant.map(Math.abs))).toBe(0);
    const weights = Float64Array.from({ length: PIXELS }, (_, i) => i / PIXELS);
    const [low, high] = [0, 100].map((bias) => mapsOfMasks(linearSweep(weights, bias, 50, 1), SCORE).centred.values);
    for (const [i, value] of (low ?? []).entries()) expect(high?.[i]).toBeCloseTo(value, 3);
  });

  it('is of the class that is asked for, and of finished sweeps alone', () => {
    const sweep = linearSweep(
      Float64Array.from({ length: PIXELS }, () => 1),
      0,
      20,
      1,
    );
    const silent = mapsOfMasks(sweep, { ...SCORE, classIndex: 1 }).centred.values;
    expect(Math.max(...silent.map(Math.abs))).toBe(0);
    expect(() => mapsOfMasks(emptyMaskSweep(IMAGE, { count: 5, seed: 1 }, Float32Array.of(1, 3)), SCORE)).toThrow(RangeError);
  });
});
