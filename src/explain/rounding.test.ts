import { describe, expect, it } from 'vitest';
import { channelScale, emptyChannelSweep } from './channel-sweep.ts';
import { gradientScale, isNothing, isSaturated, roundingOf, scoreScale, scoreSlope, withoutRounding } from './rounding.ts';

function mapOf(...values: number[]) {
  return { rows: 1, columns: values.length, values: Float32Array.from(values) };
}

const LOGIT = { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' } as const;
const PROBABILITY = { ...LOGIT, kind: 'probability' } as const;

describe('what float32 cannot tell from nothing', () => {
  it('is a few roundings of the numbers that a difference is made from', () => {
    // The next float32 after 1000 and the one after that are no evidence; a thousandth is.
    const [first = 0, second = 0] = [Math.fround(1000 + 6.1e-5) - 1000, Math.fround(1000 + 1.3e-4) - 1000];
    expect(Math.min(first, second)).toBeGreaterThan(0);
    expect(Math.max(first, second)).toBeLessThan(roundingOf(1000));
    expect(roundingOf(1000)).toBeLessThan(1000 / 4e5);
    expect(roundingOf(0)).toBe(0);
  });

  it('is zero in the map; what is more stays as it is, and so does a map without any', () => {
    const map = mapOf(1e-7, -1e-7, 0.5, -0.25, Number.NaN);
    expect([...withoutRounding(map, 1).values]).toEqual([0, 0, 0.5, -0.25, Number.NaN]);
    expect([...map.values][0]).toBeCloseTo(1e-7, 12);
    const clear = mapOf(0.5, 0, -0.25);
    expect(withoutRounding(clear, 1)).toBe(clear);
    expect(withoutRounding(map, 0)).toBe(map);
  });

  it('leaves nothing of a map that is nothing else', () => {
    expect(isNothing(withoutRounding(mapOf(1e-31, -2e-31), 1))).toBe(true);
    expect(isNothing(mapOf(0, 1e-3))).toBe(false);
    expect(isNothing(mapOf(Number.NaN, 0))).toBe(false);
  });
});

describe('the scale', () => {
  const logits = (margin: number) => Float32Array.from([margin, 0]);

  it('of drops is the largest logit, and 1 for probabilities', () => {
    expect(scoreScale(Float32Array.from([2, -30, 4]), LOGIT)).toBe(30);
    expect(scoreScale(Float32Array.from([2, -30, 4]), PROBABILITY)).toBe(1);
  });

  it('of a number is its own size, whatever the others are', () => {
    const number = { classIndex: 0, kind: 'value', versus: null, reading: 'number' } as const;
    expect(scoreScale(Float32Array.from([-2, 1000]), number)).toBe(2);
    expect(scoreScale(Float32Array.from([-2, 1000]), { ...number, versus: 1 })).toBe(1000);
    expect(isSaturated(Float32Array.from([-2, 1000]), number)).toBe(false);
  });

  it('of a probability’s gradient grows as the probability stops to change', () => {
    expect(scoreSlope(logits(0), PROBABILITY)).toBeCloseTo(0.25, 9);
    expect(scoreSlope(logits(70), LOGIT)).toBe(1);
    // The gradient is 70 nats below that of the logit: so is its magnitude, and what is told from nothing is the same for both.
    const slope = scoreSlope(logits(70), PROBABILITY);
    expect(slope).toBeGreaterThan(0);
    expect(slope).toBeLessThan(1e-30);
    const map = mapOf(3 * slope, -5 * slope);
    expect(isNothing(withoutRounding(map, gradientScale(6 * slope, slope)))).toBe(true);
    expect(isNothing(withoutRounding(mapOf(3, -5), gradientScale(6, 1)))).toBe(false);
    expect(gradientScale(0, 0)).toBe(0);
  });

  it.each([
    [0, false],
    [4, false],
    [10, true],
    [20, true],
    [-20, true],
    [90, true],
  ])('finds a probability %i above the others: saturated %s, whatever is read', (margin, saturated) => {
    expect(isSaturated(logits(margin), PROBABILITY)).toBe(saturated);
    expect(isSaturated(logits(margin), { ...PROBABILITY, reading: 'independent' })).toBe(saturated);
    expect(isSaturated(logits(margin), LOGIT)).toBe(false);
  });

  it('of Ablation-CAM is that of the score’s shares, times what they are shares of', () => {
    // Two cells of two channels: |A| sums to 3 and to 7.
    const sweep = emptyChannelSweep({ rows: 1, columns: 2 }, Float32Array.from([1, -2, 3, 4]), Float32Array.from([0.5, -8]));
    expect(channelScale(sweep, LOGIT)).toBeCloseTo((7 * 8) / 0.5, 9);
    expect(channelScale({ ...sweep, baseline: Float32Array.from([0, 1]) }, LOGIT)).toBe(0);
  });
});
