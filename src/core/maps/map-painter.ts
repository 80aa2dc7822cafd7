/**
 * From a map's raw values to coloured pixels over the image.
 *
 * Values are interpolated first and coloured afterwards: interpolated colours would show values that are not there.
 */

import type { Frame, Size } from '../images/geometry.ts';
import { betweenCells, interpolateRow } from './bilinear.ts';
import { colormapTable, isDiverging } from './colormap.ts';
import type { ColormapId, SignMode } from './display.ts';
import type { SaliencyMap } from './saliency-map.ts';

/** How values become places on the colour scale. */
export interface DisplayScale {
  readonly sign: SignMode;
  /** The value at the scale's end: `max(M)` for positive, `max|M|` for signed maps. Zero for an empty map. */
  readonly limit: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Nothing to show: no positive value, or nothing but zeros when signed. Never drawn as if it were a map. */
  readonly isEmpty: boolean;
}

/** @param shared the value at the end of a scale that several maps have in common; null: the map's own */
export function displayScale({ values }: SaliencyMap, sign: SignMode, shared: number | null = null): DisplayScale {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }
  if (minimum > maximum) return { sign, limit: 0, minimum: 0, maximum: 0, isEmpty: true };
  const own = sign === 'positive' ? Math.max(0, maximum) : Math.max(Math.abs(minimum), Math.abs(maximum));
  return { sign, limit: shared ?? own, minimum, maximum, isEmpty: own === 0 };
}

/** The part of the colour table in use, as shares of its length: from the scale's low end to its high end. */
export function colourRange(sign: SignMode, colormap: ColormapId): readonly [number, number] {
  // The neutral middle of a diverging map means zero, so a scale that starts at zero starts there.
  return sign === 'positive' && isDiverging(colormap) ? [0.5, 1] : [0, 1];
}

/** The value's place between the low (0) and the high end (1) of the scale. */
function placeOnScale(value: number, { sign, limit }: DisplayScale): number {
  const share = limit === 0 || Number.isNaN(value) ? 0 : value / limit;
  const place = sign === 'positive' ? share : (share + 1) / 2;
  return Math.min(1, Math.max(0, place));
}

/** The pixels of `[start, end)` whose middles lie in the frame. */
function pixelsInside(start: number, end: number, from: number, length: number): readonly [first: number, end: number] {
  return [Math.max(start, Math.ceil(from - 0.5)), Math.min(end, Math.ceil(from + length - 0.5))];
}

export interface PaintOptions {
  readonly map: SaliencyMap;
  /** Where the map lies, in the coordinates of the drawing. */
  readonly frame: Frame;
  /** The drawing's size in pixels. */
  readonly size: Size;
  /** The rows to paint: `[top, bottom)`. Huge images are painted strip by strip. */
  readonly top: number;
  readonly bottom: number;
  readonly scale: DisplayScale;
  readonly colormap: ColormapId;
  /** Of the map, 0 to 1. */
  readonly opacity: number;
}

/** RGBA of the rows asked for, `[bottom - top, width, 4]`, not premultiplied; transparent outside the frame and for an empty map. */
export function paintMap({ map, frame, size, top, bottom, scale, colormap, opacity }: PaintOptions): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(size.width * (bottom - top) * 4);
  if (scale.isEmpty) return pixels;
  const table = colormapTable(colormap);
  const [low, high] = colourRange(scale.sign, colormap);
  const [left, right] = pixelsInside(0, size.width, frame.left, frame.width);
  const [upper, lower] = pixelsInside(top, bottom, frame.top, frame.height);
  const across = betweenCells(left, right, frame.left, frame.width, map.columns);
  const down = betweenCells(upper, lower, frame.top, frame.height, map.rows);
  const row = new Float32Array(Math.max(0, right - left));
  const alpha = Math.round(opacity * 255);
  for (let y = upper; y < lower; y++) {
    interpolateRow(map, down, y - upper, across, row);
    let at = ((y - top) * size.width + left) * 4;
    for (const value of row) {
      const colour = Math.round((low + (high - low) * placeOnScale(value, scale)) * 255) * 3;
      pixels[at++] = table[colour] ?? 0;
      pixels[at++] = table[colour + 1] ?? 0;
      pixels[at++] = table[colour + 2] ?? 0;
      pixels[at++] = alpha;
    }
  }
  return pixels;
}

/** The cell with the largest value, or null for a map without any; what is no number is none. */
export function strongestCell({ columns, values }: SaliencyMap): { row: number; column: number; value: number } | null {
  let best = -1;
  for (const [i, value] of values.entries()) if (Number.isFinite(value) && (best < 0 || value > (values[best] ?? 0))) best = i;
  if (best < 0) return null;
  return { row: Math.floor(best / columns), column: best % columns, value: values[best] ?? 0 };
}
