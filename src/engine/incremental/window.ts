/**
 * Where an item's changes lie on a map: a window of its own, of one size for all items, so that a batch has one shape wherever its items are.
 *
 * A window may reach beyond the map. What stands in it there means nothing, and whoever takes more of it than one cell leaves it out.
 */
import type { Grid } from '../../core/maps/grid.ts';
import type { InputWindow, SideWindow } from '../../formats/layers/kinds/input-window.ts';

/** Along the rows or the columns: where it starts on this map, by where the item's own window starts on the layer's. */
export interface Side {
  readonly size: number;
  readonly starts: Int32Array;
}

export interface Window {
  readonly rows: Side;
  readonly columns: Side;
}

/** When parts are better brought together, or worked out whole: measured on WASM. What is worked out is the same whatever these are. */
export interface Thresholds {
  /** From this share of the map on, the whole map is worked out: what is saved would be spent on moving cells. */
  readonly denseShare: number;
  /** On maps with shorter sides windows that grow fill the map at once. */
  readonly leastMap: number;
  /** Parts are brought to one window where that costs less than this many MACs for each copy. */
  readonly mostWastedMacs: number;
}

export const THRESHOLDS: Thresholds = { denseShare: 0.85, leastMap: 7, mostWastedMacs: 0.3e6 };

/** The windows of the layer itself. @param cells how many a window has along this side @param length the layer's */
export function ownSide(cells: number, length: number): Side {
  return { size: cells, starts: Int32Array.from({ length }, (_, start) => start) };
}

function isSameSide(a: Side, b: Side): boolean {
  return a === b || (a.size === b.size && a.starts.every((start, i) => start === b.starts[i]));
}

export function isSameWindow(a: Window, b: Window): boolean {
  return a === b || (isSameSide(a.rows, b.rows) && isSameSide(a.columns, b.columns));
}

export function cellsOf({ rows, columns }: Window): number {
  return rows.size * columns.size;
}

/** The smallest that both lie in. */
function unionOfSides(a: Side, b: Side): Side {
  if (isSameSide(a, b)) return a;
  const starts = a.starts.map((start, i) => Math.min(start, b.starts[i] ?? start));
  const size = starts.reduce(
    (most, start, i) => Math.max(most, (a.starts[i] ?? 0) + a.size - start, (b.starts[i] ?? 0) + b.size - start),
    0,
  );
  return { size, starts };
}

export function union(windows: readonly Window[]): Window {
  return windows.reduce((a, b) => ({ rows: unionOfSides(a.rows, b.rows), columns: unionOfSides(a.columns, b.columns) }));
}

interface Passed {
  /** All cells of the result that depend on the window. */
  readonly out: Side;
  /** All cells that those depend on. */
  readonly frame: Side;
}

function passSide(side: Side, { first, size, stride, spacing }: SideWindow): Passed {
  const { starts } = side;
  const outStarts = starts.map((start) => Math.ceil((start * spacing - first - size + 1) / stride));
  const ends = starts.map((start) => Math.floor(((start + side.size - 1) * spacing - first) / stride) + 1);
  const length = ends.reduce((most, end, i) => Math.max(most, end - (outStarts[i] ?? 0)), 1);
  const out = { size: length, starts: outStarts };
  return { out, frame: { size: (length - 1) * stride + size, starts: outStarts.map((start) => start * stride + first) } };
}

function isSameCell({ first, size, stride, spacing }: SideWindow): boolean {
  return first === 0 && size === 1 && stride === 1 && spacing === 1;
}

/**
 * What becomes of a window on its way through a layer that is not dense, and what the layer is given for it: all cells that the result depends
 * on, or, where each cell is spread over a window, the cells of the window alone.
 */
export function passWindow(
  own: Window,
  window: Exclude<InputWindow, 'dense'>,
  isSpread: boolean,
): { readonly out: Window; readonly frame: Window } {
  if (isSameCell(window.rows) && isSameCell(window.columns)) return { out: own, frame: own };
  const [down, across] = [passSide(own.rows, window.rows), passSide(own.columns, window.columns)];
  return { out: { rows: down.out, columns: across.out }, frame: isSpread ? own : { rows: down.frame, columns: across.frame } };
}

/** Whether it never reaches beyond the map. */
export function isInside({ rows, columns }: Window, map: Grid): boolean {
  const fits = ({ starts, size }: Side, length: number) => starts.every((start) => start >= 0 && start + size <= length);
  return fits(rows, map.rows) && fits(columns, map.columns);
}
