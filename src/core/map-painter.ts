/**
 * From a map's raw values to coloured pixels over the picture.
 *
 * Values are interpolated first and coloured afterwards: interpolated colours would show values that are not there. Interpolation is
 * bilinear with half-pixel centres, as OpenCV's `resize`: a cell's value stands at the middle of its square.
 */
import { colormapTable, isDiverging } from './colormap.ts';
import type { ColormapId, SignMode } from './display.ts';
import type { Frame, Size } from './geometry.ts';
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

/** Where a pixel falls between two neighbouring cells of one axis. */
interface Between {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly share: Float32Array;
  readonly isInside: Uint8Array;
}

function between(start: number, end: number, from: number, length: number, cells: number): Between {
  const count = end - start;
  const result = {
    first: new Int32Array(count),
    second: new Int32Array(count),
    share: new Float32Array(count),
    isInside: new Uint8Array(count),
  };
  for (let i = 0; i < count; i++) {
    const centre = start + i + 0.5;
    result.isInside[i] = centre >= from && centre < from + length ? 1 : 0;
    const place = Math.min(cells - 1, Math.max(0, ((centre - from) / length) * cells - 0.5));
    const first = Math.min(Math.floor(place), Math.max(0, cells - 2));
    result.first[i] = first;
    result.second[i] = Math.min(first + 1, cells - 1);
    result.share[i] = place - first;
  }
  return result;
}

export interface PaintOptions {
  readonly map: SaliencyMap;
  /** Where the map lies, in the coordinates of the drawing. */
  readonly frame: Frame;
  /** The drawing's size in pixels. */
  readonly size: Size;
  /** The rows to paint: `[top, bottom)`. Huge pictures are painted strip by strip. */
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
  const across = between(0, size.width, frame.left, frame.width, map.columns);
  const down = between(top, bottom, frame.top, frame.height, map.rows);
  const alpha = Math.round(opacity * 255);
  const { values, columns } = map;
  for (let y = 0; y < bottom - top; y++) {
    if (!down.isInside[y]) continue;
    const upper = (down.first[y] ?? 0) * columns;
    const lower = (down.second[y] ?? 0) * columns;
    const shareDown = down.share[y] ?? 0;
    for (let x = 0; x < size.width; x++) {
      if (!across.isInside[x]) continue;
      const left = across.first[x] ?? 0;
      const right = across.second[x] ?? 0;
      const share = across.share[x] ?? 0;
      const above = (values[upper + left] ?? 0) * (1 - share) + (values[upper + right] ?? 0) * share;
      const below = (values[lower + left] ?? 0) * (1 - share) + (values[lower + right] ?? 0) * share;
      const place = placeOnScale(above * (1 - shareDown) + below * shareDown, scale);
      const colour = Math.round((low + (high - low) * place) * 255) * 3;
      const at = (y * size.width + x) * 4;
      pixels[at] = table[colour] ?? 0;
      pixels[at + 1] = table[colour + 1] ?? 0;
      pixels[at + 2] = table[colour + 2] ?? 0;
      pixels[at + 3] = alpha;
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
