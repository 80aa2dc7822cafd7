import { describe, expect, it } from 'vitest';
import { gapsBetween, realGap, roundingNoise, toleranceOf } from './compare.ts';

const values = (...numbers: number[]) => Float64Array.from(numbers);

describe('two answers', () => {
  it('are held to a thousandth of their range, and to what scores are known by', () => {
    expect(toleranceOf(values(-1, 0, 3), 0)).toBeCloseTo(0.004, 12);
    expect(toleranceOf(values(0, 0), 10)).toBeGreaterThan(0);
  });

  it('differ where they are further apart, the widest first', () => {
    const gaps = gapsBetween(values(1, 2.5, 3, 9), values(1, 2, 3.01, 4), 0.1);
    expect(gaps.map(({ place }) => place)).toEqual([3, 1]);
  });

  it('differ where one is no number', () => {
    expect(gapsBetween(values(Number.NaN, 1), values(0, 1), 0.1)).toHaveLength(1);
  });
});

describe('a gap', () => {
  const expected = values(0.5, 2);
  const gaps = gapsBetween(values(1, 2), expected, 0.01);

  it('is real where the reference stays where it is', () => {
    expect(realGap(gaps, expected, () => values(0.5001, 2))).toMatchObject({ place: 0, actual: 1, expected: 0.5 });
  });

  it('is none where the reference jumps as far when it is rounded otherwise', () => {
    expect(realGap(gaps, expected, (sample) => values(sample === 7 ? 1 : 0.5, 2))).toBeNull();
  });

  it('is real where it is the narrower of two, and only the reference of the other jumps', () => {
    const both = gapsBetween(values(1, 2.3), expected, 0.01);
    expect(realGap(both, expected, () => values(1, 2))).toMatchObject({ place: 1 });
  });

  it('is real where there is no number, whatever the reference does', () => {
    const broken = gapsBetween(values(Number.NaN, 2), expected, 0.01);
    expect(realGap(broken, expected, () => values(1e6, 2))).toMatchObject({ place: 0 });
  });
});

describe('the noise of rounding', () => {
  const activation = { shape: [4], data: values(0, 0, 1, -2) };
  const moved = (sample: number) =>
    roundingNoise([activation], sample)(0, activation).data.map((value, i) => value - (activation.data[i] ?? 0));

  it('is far below what is tolerated, and moves zeros too', () => {
    for (const sample of [1, 2, 3, 4, 5, 30]) {
      const noise = moved(sample);
      expect(Math.max(...noise.map(Math.abs))).toBeLessThan(1e-5);
      expect(noise.every((value) => value !== 0)).toBe(true);
    }
  });

  it('moves all values up or all down first, and is the same for the same sample', () => {
    expect(moved(1).every((value) => value > 0)).toBe(true);
    expect(moved(3).every((value) => value < 0)).toBe(true);
    expect(moved(30)).toEqual(moved(30));
    expect(moved(30)).not.toEqual(moved(31));
  });
});
