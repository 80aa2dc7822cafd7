import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds } from '../testing/property.ts';
import { gaussianFrom, randomFrom, randomMap, shuffled } from './random.ts';
import { readNumbers } from './testing/numbers.ts';

const numbers = readNumbers<{
  uniform: { seed: number; numbers: number[] }[];
  shuffled: { seed: number; values: number[]; result: number[] };
}>('random.json');

/** Mean and standard deviation. */
function momentsOf(values: readonly number[]): [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
}

describe('random numbers', () => {
  it.each(numbers.uniform)('are those of mulberry32 in Python: seed $seed', ({ seed, numbers: expected }) => {
    const random = randomFrom(seed);
    expect(expected.map(() => random())).toEqual(expected);
  });

  it('are spread evenly over 0 to 1', () => {
    const random = randomFrom(5);
    const values = Array.from({ length: 40_000 }, () => random());
    const counts = Array.from({ length: 10 }, (_, i) => values.filter((value) => Math.floor(value * 10) === i).length);
    // Chi squared with 9 degrees of freedom stays below 27.9 in 999 of 1000 cases.
    expect(counts.reduce((sum, count) => sum + (count - 4000) ** 2 / 4000, 0)).toBeLessThan(27.9);
  });

  it('are normal where they should be', () => {
    const random = gaussianFrom(9);
    const values = Array.from({ length: 40_000 }, () => random());
    const [mean, std] = momentsOf(values);
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(std - 1)).toBeLessThan(0.02);
    // Shares within one, two and three standard deviations.
    for (const [limit, share] of [
      [1, 0.6827],
      [2, 0.9545],
      [3, 0.9973],
    ] as const) {
      expect(values.filter((value) => Math.abs(value) < limit).length / values.length).toBeCloseTo(share, 2);
    }
  });
});

describe('a random map', () => {
  it('is the same for the same seed, and another for another', () => {
    const grid = { rows: 3, columns: 5 };
    expect(randomMap(grid, 4)).toEqual(randomMap(grid, 4));
    expect(randomMap(grid, 4).values).not.toEqual(randomMap(grid, 5).values);
    expect(randomMap(grid, 4)).toMatchObject({ ...grid, values: { length: 15 } });
  });
});

describe('shuffled values', () => {
  it('are in the order of Fisher and Yates, as worked out in Python', () => {
    const { seed, values, result } = numbers.shuffled;
    expect([...shuffled(Float32Array.from(values), seed)]).toEqual(result);
  });

  it('are the same values, and the original is left alone', () => {
    holds(
      fc.property(fc.float32Array({ noNaN: true }), fc.nat(), (values, seed) => {
        const before = values.slice();
        const result = shuffled(values, seed);
        expect(values).toEqual(before);
        expect(result.slice().sort()).toEqual(before.slice().sort());
      }),
    );
    const ordered = Float32Array.from({ length: 1000 }, (_, i) => i);
    expect(shuffled(ordered, 1)).not.toEqual(ordered);
  });

  it('come at every place alike often', () => {
    const counts = new Array<number>(6).fill(0);
    for (let seed = 0; seed < 6000; seed++) {
      const place = shuffled(Float32Array.from([0, 1, 2, 3, 4, 5]), seed).indexOf(0);
      counts[place] = (counts[place] ?? 0) + 1;
    }
    // Chi squared with 5 degrees of freedom stays below 20.5 in 999 of 1000 cases.
    expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(20.5);
  });
});
