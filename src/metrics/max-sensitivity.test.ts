import { describe, expect, it } from 'vitest';
import { changedInput } from '../core/images/input-change.ts';
import { relativeChange, turnedTowards } from '../core/maps/map-comparison.ts';
import { DEFAULT_SENSITIVITY, isSensitivityWanted, maxSensitivity, sensitivityChanges } from './max-sensitivity.ts';

const SIZE = { width: 40, height: 30 };

describe('the changes of max-sensitivity', () => {
  it('move every value by no more than the radius, up and down alike, each time otherwise, and the same for the same settings', () => {
    const input = Float32Array.from({ length: SIZE.width * SIZE.height * 3 }, (_, i) => ((i * 37) % 101) / 25 - 2);
    const range = 4;
    const changes = sensitivityChanges({ samples: 4, radiusPercent: 2 });
    const moved = changes.map((change) => changedInput(input, SIZE, change).map((value, i) => value - (input[i] ?? 0)));
    for (const move of moved) {
      const [least, most] = [Math.min(...move), Math.max(...move)];
      expect(most).toBeLessThanOrEqual(0.02 * range + 1e-6);
      expect(least).toBeGreaterThanOrEqual(-0.02 * range - 1e-6);
      // Uniform: as far as that, with the mean in the middle and the std of a uniform distribution.
      expect(most).toBeGreaterThan(0.0195 * range);
      expect(least).toBeLessThan(-0.0195 * range);
      expect(move.reduce((sum, value) => sum + value, 0) / move.length).toBeCloseTo(0, 2);
      const std = Math.sqrt(move.reduce((sum, value) => sum + value ** 2, 0) / move.length);
      expect(std).toBeCloseTo((0.02 * range) / Math.sqrt(3), 2);
    }
    expect(new Set(moved.map((move) => move[0])).size).toBe(4);
    expect(sensitivityChanges({ samples: 9, radiusPercent: 2 }).slice(0, 4)).toEqual(changes);
  });

  it('are explained where one explanation costs little, everywhere, or nowhere', () => {
    const wanted = (of: (typeof DEFAULT_SENSITIVITY)['of']) =>
      [2.5, 10, 10.5].map((passes) => isSensitivityWanted({ ...DEFAULT_SENSITIVITY, of }, passes));
    expect(wanted('affordable')).toEqual([true, true, false]);
    expect(wanted('all')).toEqual([true, true, true]);
    expect(wanted('none')).toEqual([false, false, false]);
  });
});

describe('max-sensitivity', () => {
  it('is the largest change, and unknown without any, or where one is no number', () => {
    expect(maxSensitivity.score({ changes: [0.2, 0.5, 0.1] }, null)).toBe(0.5);
    expect(maxSensitivity.score({ changes: [] }, null)).toBeNull();
    expect(maxSensitivity.score({}, null)).toBeNull();
    expect(maxSensitivity.score(null, null)).toBeNull();
    expect(maxSensitivity.score({ changes: [0.2, Number.NaN] }, null)).toBeNull();
  });

  it('has changes as a share of the map’s own norm', () => {
    const map = (...values: number[]) => ({ rows: 1, columns: values.length, values: Float32Array.from(values) });
    expect(relativeChange(map(3, 4), map(3, 4))).toBe(0);
    expect(relativeChange(map(3, 4), map(0, 0))).toBe(1);
    expect(relativeChange(map(30, 40), map(30, 10))).toBeCloseTo(0.6, 9);
    expect(relativeChange(map(0, 0), map(0, 1))).toBe(Number.POSITIVE_INFINITY);
    expect(relativeChange(map(0, 0), map(0, 0))).toBeNaN();
    // A method that leaves the sign open says the same with the other one.
    expect(relativeChange(map(3, -1), turnedTowards(map(3, -1), map(-3, 1)))).toBe(0);
  });
});
