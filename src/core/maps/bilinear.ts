/**
 * Bilinear interpolation with half-pixel centres, as OpenCV's `resize`: a cell's value stands at the middle of its square, and beyond the
 * outermost middles values repeat.
 */
import type { SaliencyMap } from './saliency-map.ts';

/** The two cells of one axis that each pixel lies between, and its share of the second. */
export interface Between {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly share: Float64Array;
}

/**
 * For the pixels `[start, end)` of one axis, over which `cells` cells are laid.
 *
 * @param from where the first cell begins, in pixels
 * @param length of all cells together, in pixels
 */
export function betweenCells(start: number, end: number, from: number, length: number, cells: number): Between {
  const count = Math.max(0, end - start);
  const result = { first: new Int32Array(count), second: new Int32Array(count), share: new Float64Array(count) };
  for (let i = 0; i < count; i++) {
    const place = Math.min(cells - 1, Math.max(0, ((start + i + 0.5 - from) / length) * cells - 0.5));
    const first = Math.min(Math.floor(place), Math.max(0, cells - 2));
    result.first[i] = first;
    result.second[i] = Math.min(first + 1, cells - 1);
    result.share[i] = place - first;
  }
  return result;
}

/** As `betweenCells`, with every pixel wholly in the cell that its middle lies in. */
export function nearestCells(start: number, end: number, from: number, length: number, cells: number): Between {
  const count = Math.max(0, end - start);
  const first = Int32Array.from({ length: count }, (_, i) =>
    Math.min(cells - 1, Math.max(0, Math.floor(((start + i + 0.5 - from) / length) * cells))),
  );
  return { first, second: first, share: new Float64Array(count) };
}

/** Fills `row` with the map's values at all pixels of `across`, in the row `y` of `down`. */
export function interpolateRow({ columns, values }: SaliencyMap, down: Between, y: number, across: Between, row: Float32Array): void {
  const upper = (down.first[y] ?? 0) * columns;
  const lower = (down.second[y] ?? 0) * columns;
  const shareDown = down.share[y] ?? 0;
  const { first, second, share } = across;
  for (let x = 0; x < share.length; x++) {
    const left = first[x] ?? 0;
    const right = second[x] ?? 0;
    const shareRight = share[x] ?? 0;
    const above = (values[upper + left] ?? Number.NaN) * (1 - shareRight) + (values[upper + right] ?? Number.NaN) * shareRight;
    const below = (values[lower + left] ?? Number.NaN) * (1 - shareRight) + (values[lower + right] ?? Number.NaN) * shareRight;
    row[x] = above * (1 - shareDown) + below * shareDown;
  }
}
