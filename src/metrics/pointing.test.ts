import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputFrame } from '../core/images/geometry.ts';
import { randomMap } from '../core/statistics/random.ts';
import { MAPS_WITHOUT_RANKING, mapOf } from '../core/statistics/testing/maps.ts';
import { readNumbers } from '../core/statistics/testing/numbers.ts';
import { holds, mapUpTo } from '../core/testing/property.ts';
import { type Box, pointingOf } from './pointing.ts';

const cases = readNumbers<{ rows: number; columns: number; map: number[]; box: Box; energy: number; boxShare: number }[]>('pointing.json');
const frame = { left: 0, top: 0, width: 70, height: 100 };
const whole: Box = frame;

describe('the energy in a box', () => {
  it.each(cases)('is what OpenCV has at 1400 x 1400: $rows x $columns, box $box', ({ rows, columns, map, box, energy, boxShare }) => {
    const found = pointingOf(mapOf(rows, columns, map), box, frame);
    expect(found?.energy).toBeCloseTo(energy, 5);
    expect(found?.boxShare).toBeCloseTo(boxShare, 12);
  });

  it('can be worked out by hand', () => {
    // Two cells side by side, 1 and 0: 1 up to a quarter of the way, 0 from three quarters, a straight line between.
    const map = mapOf(1, 2, [1, 0]);
    const left = { left: 0, top: 0, width: 35, height: 100 };
    // 0.25 flat, then from 1 down to 0.5 over 0.25: 0.4375 of all 0.5.
    expect(pointingOf(map, left, frame)?.energy).toBeCloseTo(0.875, 6);
    expect(pointingOf(map, { ...left, left: 35 }, frame)?.energy).toBeCloseTo(0.125, 6);
  });

  it('adds up over boxes that share the image, and is all in the whole', () => {
    const cut = fc.nat({ max: 1000 }).map((part) => part / 1000);
    holds(
      fc.property(mapUpTo(6), fc.tuple(cut, cut), cut, (map, across, down) => {
        fc.pre(new Set(map.values).size > 1 && map.values.some((value) => value > 0));
        const energyIn = (box: Box) => pointingOf(map, box, frame)?.energy ?? Number.NaN;
        const lefts = [0, ...across.toSorted((a, b) => a - b), 1];
        const tops = [0, down, 1];
        const energies = tops.slice(1).flatMap((bottom, y) =>
          lefts.slice(1).map((right, x) => {
            const [left = 0, top = 0] = [lefts[x], tops[y]];
            const size = { width: (right - left) * frame.width, height: (bottom - top) * frame.height };
            return energyIn({ left: left * frame.width, top: top * frame.height, ...size });
          }),
        );
        expect(energies.reduce((sum, energy) => sum + energy, 0)).toBeCloseTo(1, 10);
        expect(energyIn(whole)).toBeCloseTo(1, 12);
        expect(energyIn({ left: -500, top: -500, width: 1000, height: 1000 })).toBeCloseTo(1, 12);
        expect(energyIn({ left: 71, top: 0, width: 10, height: 10 })).toBe(0);
      }),
    );
  });

  it('does not count what speaks against the class', () => {
    expect(pointingOf(mapOf(1, 2, [1, -9]), whole, frame)?.energy).toBeCloseTo(1, 12);
    expect(pointingOf(mapOf(1, 2, [-1, -9]), whole, frame)).toBeNull();
  });

  it('is on average the box’s share for maps that know nothing', () => {
    const box = { left: 5, top: 62, width: 31, height: 30 };
    for (const grid of [
      { rows: 7, columns: 7 },
      { rows: 2, columns: 3 },
    ]) {
      const found = Array.from({ length: 2000 }, (_, seed) => pointingOf(randomMap(grid, seed), box, frame));
      const mean = found.reduce((sum, result) => sum + (result?.energy ?? Number.NaN), 0) / found.length;
      const share = (31 * 30) / 7000;
      expect(found[0]?.boxShare).toBeCloseTo(share, 12);
      expect(Math.abs(mean - share)).toBeLessThan(0.01);
    }
  });

  it('is measured where the network looked, whichever way the image was fitted', () => {
    const image = { width: 200, height: 100 };
    // All on the right half of the input.
    const map = mapOf(1, 4, [0, 0, 1, 1]);
    for (const [fit, left, width] of [
      ['stretched', 0, 200],
      ['centre-crop', 50, 100],
      ['letterbox', 0, 200],
    ] as const) {
      const seen = inputFrame(image, { width: 8, height: 8 }, fit);
      const right = pointingOf(map, { left: left + width * 0.75, top: seen.top, width: width * 0.25, height: seen.height }, seen);
      // The last quarter: half a cell at 1, and half a cell at 1, of 2.
      expect(right?.energy).toBeCloseTo(0.5, 6);
      expect(right?.boxShare).toBeCloseTo(0.25, 12);
    }
  });
});

describe('the pointing game', () => {
  /** The greatest value is in the last row, second column: its middle is at (17.5, 87.5). */
  const map = mapOf(4, 4, [0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 4, 0, 0]);
  const seen = { left: 0, top: 0, width: 50, height: 100 };
  const isHit = (box: Box, tolerance?: number) => pointingOf(map, box, seen, tolerance)?.isHit;

  it('is won where the greatest value lies in the box', () => {
    expect(isHit({ left: 18, top: 87, width: 2, height: 1 })).toBe(true);
    expect(isHit({ left: 18, top: 88, width: 2, height: 1 })).toBe(false);
    expect(isHit({ left: 19, top: 87, width: 2, height: 1 })).toBe(false);
    expect(isHit({ left: 0, top: 0, width: 50, height: 80 })).toBe(false);
  });

  it('takes the middle of a cell at the border, not the image’s corner, for the greatest value', () => {
    const corner = mapOf(2, 2, [1, 0, 0, 0]);
    expect(pointingOf(corner, { left: 5, top: 5, width: 10, height: 30 }, seen)?.isHit).toBe(true);
  });

  it('allows the tolerance that it is given, measured straight', () => {
    const near = { left: 21.75, top: 91.5, width: 5, height: 5 };
    // 3 to the left and 4 above: 5 away.
    expect(isHit(near)).toBe(false);
    expect(isHit(near, 4.9)).toBe(false);
    expect(isHit(near, 5)).toBe(true);
  });

  it('is lost where the greatest value lies on a bar beside the image', () => {
    const image = { width: 100, height: 50 };
    const letterbox = inputFrame(image, { width: 10, height: 10 }, 'letterbox');
    const bar = mapOf(4, 1, [9, 1, 1, 1]);
    expect(pointingOf(bar, { left: 0, top: 0, ...image }, letterbox)?.isHit).toBe(false);
  });
});

it.each(MAPS_WITHOUT_RANKING)('says nothing of a map that is %s', (_, map) => {
  expect(pointingOf(map, whole, frame)).toBeNull();
});
