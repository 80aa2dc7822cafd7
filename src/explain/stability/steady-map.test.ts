import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedInput, type InputChange } from '../../core/images/input-change.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { holds, mapUpTo } from '../../core/testing/property.ts';
import { DEFAULT_STABILITY, runChanges } from './run-changes.ts';
import { agreementOf, caveatOfRuns, isReadTwoWays, meanMap, noRuns, type RunMap, type SteadyMap, stdMap, withRun } from './steady-map.ts';

const NOTHING: InputChange = { shiftX: 0, shiftY: 0, isMirrored: false, isUpsideDown: false, noise: 0, noiseKind: 'gaussian', seed: 0 };
const ANY_SIGN = { isSignChosen: true };

function sizeOf({ rows, columns }: SaliencyMap) {
  return { width: columns, height: rows };
}

function plain(map: SaliencyMap): RunMap {
  return { map, caveat: '' };
}

function afterRuns(own: SaliencyMap, changes: readonly InputChange[], mapAt: (change: InputChange) => SaliencyMap, method = {}): SteadyMap {
  return changes.reduce((steady, change) => withRun(steady, plain(mapAt(change)), change, sizeOf(own), method), noRuns(plain(own)));
}

describe('the maps of all runs', () => {
  it('have the map itself as their mean where nothing is changed', () => {
    holds(
      fc.property(mapUpTo(6), fc.integer({ min: 2, max: 6 }), (map, runs) => {
        const steady = afterRuns(
          map,
          Array.from({ length: runs }, () => NOTHING),
          () => map,
        );
        expect(steady.runs).toBe(runs);
        expect(meanMap(steady)).toEqual(map);
        expect([...(stdMap(steady)?.values ?? [])]).toEqual(Array.from(map.values, () => 0));
        // A map's agreement with itself is no finding.
        expect(agreementOf(steady)).toBeNull();
      }),
    );
  });

  it('have the map itself as their mean, and a std of zero, for a network whose map moves with the image', () => {
    holds(
      fc.property(mapUpTo(40), fc.integer({ min: 0, max: 999 }), (map, seed) => {
        const settings = { ...DEFAULT_STABILITY, flips: 'both' as const, seed };
        const changes = runChanges(settings, sizeOf(map), { group: 'ablation' });
        const steady = afterRuns(map, changes, (change) => ({ ...map, values: changedInput(map.values, sizeOf(map), change) }));
        for (const [i, value] of (meanMap(steady)?.values ?? []).entries()) expect(value).toBeCloseTo(map.values[i] ?? 0, 4);
        const std = stdMap(steady)?.values ?? [];
        expect(std).toHaveLength(map.values.length);
        for (const value of std) expect(value).toBeCloseTo(0, 4);
        const agreement = agreementOf(steady);
        if (agreement !== null) expect(agreement).toBeCloseTo(1, 3);
      }),
      30,
    );
  });

  it('have the std of what really changes', () => {
    const own = { rows: 1, columns: 3, values: Float32Array.of(1, 2, 3) };
    const steady = afterRuns(own, [NOTHING, { ...NOTHING, isMirrored: true }], ({ isMirrored }) =>
      isMirrored ? { ...own, values: Float32Array.of(5, 2, 1) } : own,
    );
    expect([...(meanMap(steady)?.values ?? [])]).toEqual([1, 2, 4]);
    expect([...(stdMap(steady)?.values ?? [])]).toEqual([0, 0, Math.fround(Math.SQRT2)]);
    expect(agreementOf(steady)).toBe(1);
  });

  it('have no std while there is a cell of which one run alone says anything', () => {
    const own = { rows: 1, columns: 4, values: Float32Array.of(1, 2, 3, 4) };
    const shifted = { ...NOTHING, shiftX: 1 };
    const mapAt = ({ shiftX }: InputChange) => ({ ...own, values: changedInput(own.values, sizeOf(own), { ...NOTHING, shiftX }) });
    const steady = afterRuns(own, [NOTHING, shifted], mapAt);
    expect(stdMap(steady)).toBeNull();
    expect([...(meanMap(steady)?.values ?? [])]).toEqual([1, 2, 3, 4]);
    expect([...(stdMap(afterRuns(own, [NOTHING, shifted, { ...shifted, shiftX: -1 }], mapAt))?.values ?? [])]).toEqual([0, 0, 0, 0]);
  });

  it('are turned to agree where a method leaves the sign open, and nowhere else', () => {
    const own = { rows: 1, columns: 2, values: Float32Array.of(3, -1) };
    const turned = { ...own, values: Float32Array.of(-3, 1) };
    const changes = [NOTHING, { ...NOTHING, isUpsideDown: true }];
    const mapAt = ({ isUpsideDown }: InputChange) => (isUpsideDown ? turned : own);
    expect([...(meanMap(afterRuns(own, changes, mapAt, ANY_SIGN))?.values ?? [])]).toEqual([3, -1]);
    expect([...(meanMap(afterRuns(own, changes, mapAt))?.values ?? [])]).toEqual([0, 0]);
  });

  it.each([
    [['', '', ''], '', false],
    [['turned around', 'turned around'], 'turned around', false],
    [['', 'turned around', '', 'turned around'], 'turned around (in 2 of 4 runs)', true],
    [['a zero', 'turned around', 'turned around'], 'a zero (in 1 of 3 runs). turned around (in 2 of 3 runs)', true],
  ])('say what must be known of %j, and of how many', (caveats, words, isMixed) => {
    const map = { rows: 1, columns: 1, values: Float32Array.of(1) };
    const steady = caveats.reduce((runs, caveat) => withRun(runs, { map, caveat }, NOTHING, sizeOf(map), {}), noRuns(plain(map)));
    expect(caveatOfRuns(steady)).toBe(words);
    expect(isReadTwoWays(steady)).toBe(isMixed);
  });
});
