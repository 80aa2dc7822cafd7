/**
 * From a map's raw values to coloured pixels over the image.
 *
 * Values are interpolated first and coloured afterwards: interpolated colours would show values that are not there.
 */

import type { Frame, Size } from '../images/geometry.ts';
import { betweenCells, nearestCells, rowInterpolator } from './bilinear.ts';
import { colormapTable } from './colormap.ts';
import type { ColormapId, DisplaySettings } from './display.ts';
import { type DisplayScale, placeInColours } from './display-scale.ts';
import type { SaliencyMap } from './saliency-map.ts';

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
  readonly cells: DisplaySettings['cells'];
  /** Of the map, 0 to 1. */
  readonly opacity: number;
  /** What is hatched; null: nothing. */
  readonly hatching: Hatching | null;
}

/** Cells whose values are only estimates, under diagonal lines. */
export interface Hatching {
  /** 1 for those cells, row-major, `[rows * columns]`. */
  readonly isEstimate: Uint8Array;
  /** From one line to the next, in pixels of the drawing. */
  readonly period: number;
}

/** A dark line with a light one beside it, to be seen on every colour: the grey of a pixel, or null between the lines. */
function hatchGrey(x: number, y: number, period: number): number | null {
  const phase = (x + y) % period;
  const width = Math.max(1, period / 8);
  if (phase < width) return 30;
  return phase < 2 * width ? 235 : null;
}

/** A line hides less than half of the colour beneath. */
const HATCH_STRENGTH = 0.45;

/** The colours of the table as whole pixels, RGBA, in the machine's own order of bytes. */
function pixelColours(colormap: ColormapId, opacity: number): Uint32Array {
  const table = colormapTable(colormap);
  const alpha = Math.round(opacity * 255);
  return new Uint32Array(Uint8Array.from({ length: 1024 }, (_, i) => (i % 4 === 3 ? alpha : (table[(i >> 2) * 3 + (i % 4)] ?? 0))).buffer);
}

/** RGBA of the rows asked for, `[bottom - top, width, 4]`, not premultiplied; transparent outside the frame and for an empty map. */
export function paintMap(options: PaintOptions): Uint8ClampedArray<ArrayBuffer> {
  const { map, frame, size, top, bottom, scale, colormap, cells, opacity, hatching } = options;
  const pixels = new Uint8ClampedArray(size.width * (bottom - top) * 4);
  if (scale.isEmpty) return pixels;
  const [left, right] = pixelsInside(0, size.width, frame.left, frame.width);
  const [upper, lower] = pixelsInside(top, bottom, frame.top, frame.height);
  const place = cells === 'smooth' ? betweenCells : nearestCells;
  const across = place(left, right, frame.left, frame.width, map.columns);
  const down = place(upper, lower, frame.top, frame.height, map.rows);
  const fillRow = rowInterpolator(map, down, across);
  const row = new Float32Array(Math.max(0, right - left));
  const colours = pixelColours(colormap, opacity);
  const whole = new Uint32Array(pixels.buffer);
  for (let y = upper; y < lower; y++) {
    fillRow(y - upper, row);
    const start = (y - top) * size.width + left;
    for (let x = 0; x < row.length; x++) whole[start + x] = colours[Math.round(placeInColours(row[x] ?? 0, scale) * 255)] ?? 0;
  }
  if (hatching) hatch(pixels, options, hatching, { left, right, upper, lower });
  return pixels;
}

/** Draws the lines over what is painted already. */
function hatch(
  pixels: Uint8ClampedArray,
  { map, frame, size, top }: PaintOptions,
  { isEstimate, period }: Hatching,
  { left, right, upper, lower }: { left: number; right: number; upper: number; lower: number },
): void {
  const columns = nearestCells(left, right, frame.left, frame.width, map.columns).first;
  const rows = nearestCells(upper, lower, frame.top, frame.height, map.rows).first;
  for (let y = upper; y < lower; y++) {
    const row = (rows[y - upper] ?? 0) * map.columns;
    for (let x = left; x < right; x++) {
      const grey = isEstimate[row + (columns[x - left] ?? 0)] ? hatchGrey(x, y, period) : null;
      if (grey === null) continue;
      const at = ((y - top) * size.width + x) * 4;
      for (let i = at; i < at + 3; i++) pixels[i] = (pixels[i] ?? 0) * (1 - HATCH_STRENGTH) + grey * HATCH_STRENGTH;
    }
  }
}

/** The cell with the largest value, or null for a map without any; what is no number is none. */
export function strongestCell({ columns, values }: SaliencyMap): { row: number; column: number; value: number } | null {
  let best = -1;
  for (const [i, value] of values.entries()) if (Number.isFinite(value) && (best < 0 || value > (values[best] ?? 0))) best = i;
  if (best < 0) return null;
  return { row: Math.floor(best / columns), column: best % columns, value: values[best] ?? 0 };
}
