import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds } from '../testing/property.ts';
import { COLORMAPS } from './colormap.ts';
import type { Contrast, SignMode } from './display.ts';
import { displayScale, placeInColours, reachOf, shareOfScale } from './display-scale.ts';
import { legendStops, legendWords } from './legend.ts';
import type { SaliencyMap } from './saliency-map.ts';

function map(...values: number[]): SaliencyMap {
  return { rows: 1, columns: values.length, values: Float32Array.from(values) };
}

const signs: readonly SignMode[] = ['positive', 'signed'];
const contrasts: readonly Contrast[] = ['zero-to-max', 'min-to-max', 'shared'];
const mixed = map(-4, 1, 3);

describe('the ends of a colour scale', () => {
  it('are zero and the largest value of positive maps, and the largest magnitude on both sides of signed ones', () => {
    const settings = { contrast: 'zero-to-max', colormap: 'viridis' } as const;
    expect(displayScale(mixed, { ...settings, sign: 'positive' })).toMatchObject({
      low: 0,
      high: 3,
      minimum: -4,
      maximum: 3,
      isEmpty: false,
    });
    expect(displayScale(mixed, { ...settings, sign: 'signed' })).toMatchObject({ low: -4, high: 4, isEmpty: false });
  });

  it('are those of all figures where they share one', () => {
    const settings = { contrast: 'shared', colormap: 'viridis' } as const;
    expect(displayScale(mixed, { ...settings, sign: 'positive' }, 10)).toMatchObject({ low: 0, high: 10 });
    expect(displayScale(mixed, { ...settings, sign: 'signed' }, 10)).toMatchObject({ low: -10, high: 10 });
  });

  it('are the least and the largest value from min to max, with zero among them where a colour means zero', () => {
    const settings = { contrast: 'min-to-max', sign: 'signed' } as const;
    expect(displayScale(mixed, { ...settings, colormap: 'viridis' })).toMatchObject({ low: -4, high: 3 });
    expect(displayScale(map(2, 5), { ...settings, colormap: 'viridis' })).toMatchObject({ low: 2, high: 5 });
    expect(displayScale(map(2, 5), { ...settings, colormap: 'blue-white-red' })).toMatchObject({ low: 0, high: 5 });
    expect(displayScale(map(-5, -2), { ...settings, colormap: 'blue-white-red' })).toMatchObject({ low: -5, high: 0 });
    expect(displayScale(mixed, { ...settings, sign: 'positive', colormap: 'viridis' })).toMatchObject({ low: 0, high: 3 });
    expect(displayScale(map(2, 2), { ...settings, colormap: 'viridis' })).toMatchObject({ low: -2, high: 2, isEmpty: false });
  });

  it('have nothing between them for a map without positive values, and for one of zeros either way', () => {
    const settings = { contrast: 'min-to-max', colormap: 'turbo' } as const;
    expect(displayScale(map(-1, -2), { ...settings, sign: 'positive' }).isEmpty).toBe(true);
    expect(displayScale(map(-1, -2), { ...settings, sign: 'signed' }).isEmpty).toBe(false);
    for (const sign of signs) expect(displayScale(map(0, 0), { ...settings, sign }).isEmpty).toBe(true);
    expect(signs.map((sign) => reachOf(mixed, sign))).toEqual([3, 4]);
  });

  it('are numbers, and every value has a colour, whatever the map holds', () => {
    const settings = fc.record({
      sign: fc.constantFrom(...signs),
      contrast: fc.constantFrom(...contrasts),
      colormap: fc.constantFrom(...COLORMAPS.map(({ id }) => id)),
    });
    holds(
      fc.property(fc.array(fc.float()), settings, (values, drawn) => {
        const scale = displayScale(map(...values), drawn);
        expect([scale.low, scale.high, scale.minimum, scale.maximum].every(Number.isFinite)).toBe(true);
        expect(scale.low).toBeLessThanOrEqual(scale.high);
        for (const value of [...values, Number.NaN, Number.POSITIVE_INFINITY]) {
          const place = placeInColours(value, scale);
          expect(place >= 0 && place <= 1).toBe(true);
        }
        // Zero is neutral wherever a colour means zero, and more is never drawn as less.
        if (scale.isZeroNeutral) expect(placeInColours(0, scale)).toBe(0.5);
        const places = [...values].filter(Number.isFinite).sort((a, b) => a - b);
        for (let i = 1; i < places.length; i++) {
          expect(placeInColours(places[i] ?? 0, scale)).toBeGreaterThanOrEqual(placeInColours(places[i - 1] ?? 0, scale) - 1e-9);
        }
      }),
      500,
    );
  });
});

describe('the legend of a scale', () => {
  const words = (values: number[], sign: SignMode, contrast: Contrast, colormap: 'blue-white-red' | 'viridis') =>
    legendWords(displayScale(map(...values), { sign, contrast, colormap }), colormap, 'class');

  it('says what each end speaks for, in which colour, and where zero lies', () => {
    expect(words([-4, 3], 'signed', 'zero-to-max', 'blue-white-red')).toEqual({
      low: { value: -4, says: 'against', colour: 'blue' },
      high: { value: 4, says: 'for', colour: 'red' },
      zero: 0.5,
    });
    expect(words([-4, 3], 'positive', 'zero-to-max', 'blue-white-red')).toEqual({
      low: { value: 0, says: '', colour: 'white' },
      high: { value: 3, says: 'for', colour: 'red' },
      zero: null,
    });
    expect(words([-1, 3], 'signed', 'min-to-max', 'viridis').zero).toBe(0.25);
  });

  it('does not call an end zero, or for the class, that is not', () => {
    expect(words([2, 5], 'signed', 'min-to-max', 'viridis').low).toEqual({ value: 2, says: 'least for', colour: 'purple' });
    expect(words([-5, -2], 'signed', 'min-to-max', 'viridis').high).toEqual({ value: -2, says: 'least against', colour: 'yellow' });
  });

  it('draws the colours by value, so that zero stands where it is white', () => {
    const scale = displayScale(map(-1, 3), { sign: 'signed', contrast: 'min-to-max', colormap: 'blue-white-red' });
    expect(legendStops(scale, 5)).toEqual([0, 0.5, 0.5 + 1 / 6, 0.5 + 2 / 6, 1]);
    expect([shareOfScale(0, scale), shareOfScale(4, scale)]).toEqual([0.25, null]);
  });
});
