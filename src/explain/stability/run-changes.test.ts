import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { undoneMap } from '../../core/images/input-change.ts';
import { gridUpTo, holds } from '../../core/testing/property.ts';
import { MIN_RUNS, runChanges, DEFAULT_STABILITY as USUAL } from './run-changes.ts';

const INPUT = { width: 224, height: 96 };
const GRADIENT = { group: 'gradient' } as const;

const settings = fc.record({
  runs: fc.integer({ min: MIN_RUNS, max: 20 }),
  flips: fc.constantFrom('none', 'horizontal', 'both'),
  isShifted: fc.boolean(),
  noisePercent: fc.integer({ min: 0, max: 50 }),
  seed: fc.integer({ min: 0, max: 999_999 }),
});

describe('the changes of all runs', () => {
  it('begin with none but noise, move by no more than a sixteenth of a side, and are the same for the same seed', () => {
    holds(
      fc.property(settings, (drawn) => {
        const changes = runChanges(drawn, INPUT, GRADIENT);
        // Noise is another one every time; else there may be no more that differ.
        if (drawn.noisePercent > 0) expect(changes).toHaveLength(drawn.runs);
        expect(new Set(changes.map((change) => JSON.stringify({ ...change, seed: drawn.noisePercent > 0 ? change.seed : 0 }))).size).toBe(
          changes.length,
        );
        expect(changes[0]).toMatchObject({ shiftX: 0, shiftY: 0, isMirrored: false, isUpsideDown: false });
        for (const { shiftX, shiftY, noise } of changes) {
          expect(Math.abs(shiftX)).toBeLessThanOrEqual(drawn.isShifted ? 14 : 0);
          expect(Math.abs(shiftY)).toBeLessThanOrEqual(drawn.isShifted ? 6 : 0);
          expect(noise).toBe(drawn.noisePercent / 100);
        }
        expect(runChanges(drawn, INPUT, GRADIENT)).toEqual(changes);
        // More runs have the same ones first.
        expect(runChanges({ ...drawn, runs: drawn.runs + 3 }, INPUT, GRADIENT).slice(0, changes.length)).toEqual(changes);
      }),
    );
  });

  it('reach as far as that, in every direction, in flipped and unflipped images alike', () => {
    const changes = runChanges({ ...USUAL, runs: 100, flips: 'both', noisePercent: 1 }, INPUT, GRADIENT);
    for (const isMirrored of [true, false]) {
      const own = changes.filter((change) => change.isMirrored === isMirrored);
      expect(own).toHaveLength(50);
      for (const sign of [1, -1]) {
        expect(Math.max(...own.map(({ shiftX }) => sign * shiftX))).toBeGreaterThan(10);
        expect(Math.max(...own.map(({ shiftY }) => sign * shiftY))).toBeGreaterThan(4);
      }
    }
  });

  it('differ from seed to seed, and have noise for maps by gradient alone', () => {
    const noisy = { ...USUAL, noisePercent: 10 };
    expect(runChanges({ ...noisy, seed: 1 }, INPUT, GRADIENT)).not.toEqual(runChanges(noisy, INPUT, GRADIENT));
    for (const group of ['ablation', 'no-class'] as const)
      expect(runChanges(noisy, INPUT, { group }).every(({ noise }) => noise === 0)).toBe(true);
  });

  it('are as many as differ', () => {
    const count = (change: Partial<typeof USUAL>, input = INPUT) => runChanges({ ...USUAL, ...change }, input, GRADIENT).length;
    expect(count({})).toBe(8);
    expect(count({ isShifted: false })).toBe(2);
    expect(count({ isShifted: false, flips: 'both' })).toBe(4);
    expect(count({ isShifted: false, flips: 'none' })).toBe(1);
    expect(count({ isShifted: false, flips: 'none', noisePercent: 10 })).toBe(8);
    // Too small to be moved at all.
    expect(count({ flips: 'none' }, { width: 15, height: 15 })).toBe(1);
  });

  it('leave no cell of any map with fewer than two runs', () => {
    holds(
      fc.property(settings, gridUpTo(40), (drawn, { rows, columns }) => {
        const changes = runChanges(drawn, INPUT, GRADIENT);
        // Where nothing is changed there is one run, and nothing to tell of it.
        if (changes.length === 1) return;
        const map = { rows, columns, values: new Float32Array(rows * columns).fill(1) };
        const maps = changes.map((change) => undoneMap(map, INPUT, change));
        for (const cell of map.values.keys()) {
          const known = maps.filter(({ values }) => Number.isFinite(values[cell]));
          expect(known.length).toBeGreaterThanOrEqual(2);
        }
      }),
      30,
    );
  });
});
