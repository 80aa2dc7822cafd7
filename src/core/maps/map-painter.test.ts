import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fit, inputFrame } from '../images/geometry.ts';
import { holds, mapUpTo } from '../testing/property.ts';
import { COLORMAPS, colormapTable } from './colormap.ts';
import { colourRange, displayScale, paintMap, strongestCell } from './map-painter.ts';
import type { SaliencyMap } from './saliency-map.ts';

function map(rows: number, columns: number, values: ArrayLike<number>): SaliencyMap {
  return { rows, columns, values: Float32Array.from(values) };
}

/** A map that is 1 at one cell and 0 elsewhere. */
function spike(rows: number, columns: number, at: number): SaliencyMap {
  return map(
    rows,
    columns,
    Array.from({ length: rows * columns }, (_, i) => (i === at ? 1 : 0)),
  );
}

describe('displayScale', () => {
  it('ends at the largest value for positive maps, at the largest magnitude for signed ones', () => {
    const mixed = map(1, 3, [-4, 1, 3]);
    expect(displayScale(mixed, 'positive')).toMatchObject({ limit: 3, minimum: -4, maximum: 3, isEmpty: false });
    expect(displayScale(mixed, 'signed')).toMatchObject({ limit: 4, isEmpty: false });
  });

  it('calls a map without positive values empty, and one of zeros empty either way', () => {
    expect(displayScale(map(1, 2, [-1, -2]), 'positive').isEmpty).toBe(true);
    expect(displayScale(map(1, 2, [-1, -2]), 'signed').isEmpty).toBe(false);
    for (const sign of ['positive', 'signed'] as const) expect(displayScale(map(1, 2, [0, 0]), sign).isEmpty).toBe(true);
  });

  it('never gives NaN, whatever the map holds', () => {
    for (const sign of ['positive', 'signed'] as const) {
      const { limit, minimum, maximum } = displayScale(map(1, 3, [Number.NaN, Number.POSITIVE_INFINITY, 2]), sign);
      expect([limit, minimum, maximum]).toEqual([2, 2, 2]);
      expect(displayScale(map(1, 1, [Number.NaN]), sign)).toMatchObject({ limit: 0, isEmpty: true });
    }
    holds(
      fc.property(fc.array(fc.float()), fc.constantFrom('positive', 'signed'), (values, sign) => {
        const { limit, minimum, maximum } = displayScale(map(1, values.length, values), sign);
        expect([limit, minimum, maximum].every(Number.isFinite)).toBe(true);
        expect(limit).toBeGreaterThanOrEqual(0);
      }),
      500,
    );
  });
});

describe('paintMap', () => {
  const size = { width: 211, height: 130 };

  it.each([
    [7, 7],
    [3, 5],
    [6, 2],
  ])('peaks at the middle of the spike’s cell, whichever of %i x %i it is and however the image was fitted', (rows, columns) => {
    for (const fit of ['stretched', 'letterbox', 'centre-crop'] satisfies Fit[]) {
      const frame = inputFrame(size, { width: 64, height: 64 }, fit);
      for (let at = 0; at < rows * columns; at++) {
        const drawn = spike(rows, columns, at);
        const scale = displayScale(drawn, 'positive');
        const pixels = paintMap({ map: drawn, frame, size, top: 0, bottom: size.height, scale, colormap: 'blue-white-red', opacity: 1 });
        const x = frame.left + ((at % columns) + 0.5) * (frame.width / columns);
        const y = frame.top + (Math.floor(at / columns) + 0.5) * (frame.height / rows);
        if (x < 1 || y < 1 || x > size.width - 1 || y > size.height - 1) continue;
        // The greenest channel is lowest where red is fullest: the pixel whose middle is nearest to the cell's.
        const index = (Math.floor(y) * size.width + Math.floor(x)) * 4;
        let lowest = 255;
        for (let i = 1; i < pixels.length; i += 4) if (pixels[i + 2]) lowest = Math.min(lowest, pixels[i] ?? 255);
        expect((pixels[index + 1] ?? 255) - lowest).toBeLessThanOrEqual(16);
      }
    }
  });

  it('interpolates values between half-pixel centres, and repeats the border', () => {
    const drawn = map(1, 2, [0, 1]);
    const row = { width: 4, height: 1 };
    const frame = { left: 0, top: 0, ...row };
    const pixels = paintMap({
      map: drawn,
      frame,
      size: row,
      top: 0,
      bottom: 1,
      scale: displayScale(drawn, 'positive'),
      colormap: 'viridis',
      opacity: 1,
    });
    const table = colormapTable('viridis');
    for (const [x, share] of [0, 0.25, 0.75, 1].entries()) {
      const at = Math.round(share * 255) * 3;
      expect([...pixels.subarray(x * 4, x * 4 + 3)]).toEqual([...table.subarray(at, at + 3)]);
    }
  });

  it('paints the same in strips as at once', () => {
    const fits = fc.constantFrom<Fit>('stretched', 'letterbox', 'centre-crop');
    const side = fc.integer({ min: 1, max: 40 });
    holds(
      fc.property(mapUpTo(6), fits, side, side, side, (drawn, fit, width, height, strip) => {
        const frame = inputFrame({ width, height }, { width: 10, height: 20 }, fit);
        const scale = displayScale(drawn, 'signed');
        const options = { map: drawn, frame, size: { width, height }, scale, colormap: 'turbo', opacity: 0.4 } as const;
        const whole = paintMap({ ...options, top: 0, bottom: height });
        const parts: number[] = [];
        for (let top = 0; top < height; top += strip) parts.push(...paintMap({ ...options, top, bottom: Math.min(height, top + strip) }));
        expect(Uint8ClampedArray.from(parts)).toEqual(whole);
      }),
    );
  });

  it('is transparent outside the frame and for an empty map', () => {
    const drawn = spike(2, 2, 0);
    const frame = { left: 100, top: 0, width: 20, height: 130 };
    const pixels = paintMap({
      map: drawn,
      frame,
      size,
      top: 0,
      bottom: 1,
      scale: displayScale(drawn, 'signed'),
      colormap: 'inferno',
      opacity: 1,
    });
    const opaque = Array.from({ length: size.width }, (_, x) => pixels[x * 4 + 3]).flatMap((alpha, x) => (alpha ? [x] : []));
    expect([opaque[0], opaque.at(-1), opaque.length]).toEqual([100, 119, 20]);
    const empty = map(1, 1, [-1]);
    const nothing = paintMap({
      map: empty,
      frame,
      size,
      top: 0,
      bottom: 2,
      scale: displayScale(empty, 'positive'),
      colormap: 'turbo',
      opacity: 1,
    });
    expect(nothing.every((value) => value === 0)).toBe(true);
  });
});

describe('colour maps', () => {
  it('have a neutral middle where they diverge, which is where zero lies in both modes', () => {
    const table = colormapTable('blue-white-red');
    const middle = [...table.subarray(128 * 3, 128 * 3 + 3)];
    expect(Math.min(...middle)).toBeGreaterThan(250);
    expect(colourRange('positive', 'blue-white-red')).toEqual([0.5, 1]);
    expect(colourRange('signed', 'blue-white-red')).toEqual([0, 1]);
  });

  it.each(COLORMAPS.filter(({ kind, id }) => kind === 'sequential' && id !== 'turbo').map(({ id }) => id))(
    '%s grows lighter all the way',
    (id) => {
      const table = colormapTable(id);
      const lightness = Array.from(
        { length: 256 },
        (_, i) => 0.2126 * (table[i * 3] ?? 0) + 0.7152 * (table[i * 3 + 1] ?? 0) + 0.0722 * (table[i * 3 + 2] ?? 0),
      );
      for (let i = 1; i < 256; i++) expect((lightness[i] ?? 0) - (lightness[i - 1] ?? 0)).toBeGreaterThan(-0.6);
      expect((lightness[255] ?? 0) - (lightness[0] ?? 0)).toBeGreaterThan(150);
    },
  );
});

it('finds the strongest cell', () => {
  expect(strongestCell(map(2, 3, [0, 5, 1, 2, 9, 3]))).toEqual({ row: 1, column: 1, value: 9 });
  expect(strongestCell(map(0, 0, []))).toBeNull();
});
