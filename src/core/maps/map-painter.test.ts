import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fit, inputFrame } from '../images/geometry.ts';
import { holds, mapUpTo } from '../testing/property.ts';
import { COLORMAPS, colormapTable } from './colormap.ts';
import type { ColormapId, SignMode } from './display.ts';
import { type DisplayScale, displayScale } from './display-scale.ts';
import { type PaintOptions, paintMap, strongestCell } from './map-painter.ts';
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

function scaleOf(drawn: SaliencyMap, sign: SignMode, colormap: ColormapId): DisplayScale {
  return displayScale(drawn, { sign, contrast: 'zero-to-max', colormap });
}

/** The drawing at once, smooth, opaque, with nothing hatched, unless it is said otherwise. */
function paint(options: Pick<PaintOptions, 'map' | 'frame' | 'size' | 'scale' | 'colormap'> & Partial<PaintOptions>) {
  return paintMap({ top: 0, bottom: options.size.height, cells: 'smooth', opacity: 1, hatching: null, ...options });
}

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
        const scale = scaleOf(drawn, 'positive', 'blue-white-red');
        const pixels = paint({ map: drawn, frame, size, scale, colormap: 'blue-white-red' });
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
    const pixels = paint({ map: drawn, frame, size: row, scale: scaleOf(drawn, 'positive', 'viridis'), colormap: 'viridis' });
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
        const scale = scaleOf(drawn, 'signed', 'turbo');
        const hatching = { isEstimate: Uint8Array.from(drawn.values, (value) => (value > 0 ? 1 : 0)), period: 8 };
        const cells = strip % 2 ? 'smooth' : 'crisp';
        const options = { map: drawn, frame, size: { width, height }, scale, colormap: 'turbo', opacity: 0.4, cells, hatching } as const;
        const whole = paint(options);
        const parts: number[] = [];
        for (let top = 0; top < height; top += strip) parts.push(...paint({ ...options, top, bottom: Math.min(height, top + strip) }));
        expect(Uint8ClampedArray.from(parts)).toEqual(whole);
      }),
    );
  });

  it('is transparent outside the frame and for an empty map', () => {
    const drawn = spike(2, 2, 0);
    const frame = { left: 100, top: 0, width: 20, height: 130 };
    const pixels = paint({ map: drawn, frame, size, bottom: 1, scale: scaleOf(drawn, 'signed', 'inferno'), colormap: 'inferno' });
    const opaque = Array.from({ length: size.width }, (_, x) => pixels[x * 4 + 3]).flatMap((alpha, x) => (alpha ? [x] : []));
    expect([opaque[0], opaque.at(-1), opaque.length]).toEqual([100, 119, 20]);
    const empty = map(1, 1, [-1]);
    const nothing = paint({ map: empty, frame, size, bottom: 2, scale: scaleOf(empty, 'positive', 'turbo'), colormap: 'turbo' });
    expect(nothing.every((value) => value === 0)).toBe(true);
  });

  it('paints every cell in one colour up to its edges where cells are crisp', () => {
    const drawn = map(2, 3, [0, 1, 2, 3, 4, 5]);
    const frame = { left: 2, top: 1, width: 9, height: 4 };
    const drawing = { width: 12, height: 6 };
    const scale = scaleOf(drawn, 'positive', 'viridis');
    const pixels = paint({ map: drawn, frame, size: drawing, scale, colormap: 'viridis', cells: 'crisp' });
    const table = colormapTable('viridis');
    for (let y = 0; y < drawing.height; y++) {
      for (let x = 0; x < drawing.width; x++) {
        const at = (y * drawing.width + x) * 4;
        const [row, column] = [Math.floor((y - 1) / 2), Math.floor((x - 2) / 3)];
        if (row < 0 || row > 1 || column < 0 || column > 2) {
          expect(pixels[at + 3]).toBe(0);
          continue;
        }
        const colour = Math.round(((row * 3 + column) / 5) * 255) * 3;
        expect([...pixels.subarray(at, at + 4)]).toEqual([...table.subarray(colour, colour + 3), 255]);
      }
    }
  });

  it('hatches the cells that are estimates, and no pixel of others', () => {
    const drawn = map(1, 2, [1, 1]);
    const drawing = { width: 32, height: 16 };
    const options = { map: drawn, frame: { left: 0, top: 0, ...drawing }, size: drawing, scale: scaleOf(drawn, 'signed', 'turbo') };
    const plain = paint({ ...options, colormap: 'turbo' });
    const hatched = paint({ ...options, colormap: 'turbo', hatching: { isEstimate: Uint8Array.of(0, 1), period: 8 } });
    const changed = Array.from({ length: 512 }, (_, pixel) => pixel).filter((pixel) => plain[pixel * 4] !== hatched[pixel * 4]);
    expect(changed.every((pixel) => pixel % 32 >= 16)).toBe(true);
    // A dark line and a light one, a pixel each, of every eight.
    expect(changed).toHaveLength(256 / 4);
    expect(plain.filter((_, i) => i % 4 === 3)).toEqual(hatched.filter((_, i) => i % 4 === 3));
  });
});

describe('colour maps', () => {
  it('have a neutral middle where they diverge', () => {
    const table = colormapTable('blue-white-red');
    const middle = [...table.subarray(128 * 3, 128 * 3 + 3)];
    expect(Math.min(...middle)).toBeGreaterThan(250);
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
