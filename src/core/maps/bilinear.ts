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

/** Fills `line` with the values at all pixels of `across` of one row of cells, which begins at `start`. */
function fillLine(values: Float32Array, start: number, { first, second, share }: Between, line: Float32Array | Float64Array): void {
  for (let x = 0; x < share.length; x++) {
    const shareRight = share[x] ?? 0;
    const left = values[start + (first[x] ?? 0)] ?? Number.NaN;
    const right = values[start + (second[x] ?? 0)] ?? Number.NaN;
    line[x] = left * (1 - shareRight) + right * shareRight;
  }
}

/** The map's values between its columns, for one row of its cells. */
interface Line {
  cells: number;
  readonly values: Float64Array;
}

/**
 * A function that fills `row` with the map's values at all pixels of `across`, in the row `y` of `down`. What lies between columns is worked out
 * once for all rows between the same two rows of cells, where these are asked for one after the other.
 */
export function rowInterpolator({ columns, values }: SaliencyMap, down: Between, across: Between): (y: number, row: Float32Array) => void {
  const lines = [0, 1].map((): Line => ({ cells: -1, values: new Float64Array(across.share.length) }));

  /** @param other the row of cells whose line is needed as well */
  function lineOf(cells: number, other: number): Float64Array {
    const known = lines.find((line) => line.cells === cells);
    if (known) return known.values;
    const line = lines.find((one) => one.cells !== other) as Line;
    line.cells = cells;
    fillLine(values, cells * columns, across, line.values);
    return line.values;
  }

  return (y, row) => {
    const [upper, lower, shareDown] = [down.first[y] ?? 0, down.second[y] ?? 0, down.share[y] ?? 0];
    const above = lineOf(upper, lower);
    const below = lineOf(lower, upper);
    for (let x = 0; x < above.length; x++) row[x] = (above[x] ?? 0) * (1 - shareDown) + (below[x] ?? 0) * shareDown;
  };
}

/**
 * Interpolation as a product of two small matrices, for whoever multiplies quicker than this does: what each row of pixels takes of each row
 * of cells, `[down, rows]`, and the map's values between its columns, `[rows, across]`.
 */
export function fillFactors(map: SaliencyMap, down: Between, across: Between, taken: Float32Array, lines: Float32Array): void {
  const { rows, columns, values } = map;
  taken.fill(0);
  for (let y = 0; y < down.share.length; y++) {
    const shareDown = down.share[y] ?? 0;
    const [upper, lower] = [y * rows + (down.first[y] ?? 0), y * rows + (down.second[y] ?? 0)];
    taken[upper] = 1 - shareDown;
    taken[lower] = (taken[lower] ?? 0) + shareDown;
  }
  const length = across.share.length;
  for (let row = 0; row < rows; row++) fillLine(values, row * columns, across, lines.subarray(row * length, (row + 1) * length));
}

/** The first and the last pixel between the same two cells. */
function outermost({ first, second, share }: Between): Between {
  const isEnd = (i: number) => first[i] !== first[i - 1] || first[i] !== first[i + 1];
  const ends = [...share.keys()].filter(isEnd);
  const of = (cells: Int32Array) => Int32Array.from(ends, (i) => cells[i] ?? 0);
  return { first: of(first), second: of(second), share: Float64Array.from(ends, (i) => share[i] ?? 0) };
}

/**
 * A function that tells the least and the greatest of a map's values at all pixels of both axes. Between the middles of cells a map is linear along
 * each axis, so that only the outermost pixels there are looked at.
 */
export function rangeFinder(down: Between, across: Between): (map: SaliencyMap) => readonly [low: number, high: number] {
  const [rows, columns] = [outermost(down), outermost(across)];
  const row = new Float32Array(columns.share.length);
  return (map) => {
    const fillRow = rowInterpolator(map, rows, columns);
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let y = 0; y < rows.share.length; y++) {
      fillRow(y, row);
      for (const value of row) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return [low, high];
  };
}
