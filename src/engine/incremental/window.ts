/**
 * Where an item's changes lie on a map: a window of its own, of one size for all items, so that a batch has one shape wherever its items are.
 *
 * Items begin where a sweep's windows do, which decides how large a window must be: squares of 2 x 2 cells, side by side, are single cells
 * after a pooling of 2 x 2, and those that begin anywhere are not. Near the border less changes than in the middle; a window as large as in
 * the middle is moved to where it lies on the map. Those of the layer itself, and what is spread over more cells or cut off, may reach
 * beyond: what stands in it there means nothing, and whoever takes more of it than one cell leaves it out.
 */
import type { Grid } from '../../core/maps/grid.ts';
import type { InputWindow, SideWindow } from '../../formats/layers/kinds/input-window.ts';

/** All cells of a result that depend on a side, and all that those depend on. */
interface Passed {
  readonly out: Side;
  readonly frame: Side;
}

/** From one cell up to another, which is left out, for every item. */
interface Changed {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Where items' own windows start along the sides of the layer, in cells. */
export interface Starts {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/**
 * The sides of windows that come of one another, each made once: the layers that a sweep passes, and plans of many sweeps, ask for the same
 * ones again and again.
 */
export class Sides {
  readonly #known = new Map<string, Side>();

  /** Of a size, just there. @param changed what of it has changed at all; left out where nobody asks what comes of it */
  at(starts: Int32Array, size: number, length: number, changed: Changed = { from: starts, to: starts }): Side {
    const key = `${size}:${length}:${starts.join()}:${changed.from.join()}:${changed.to.join()}`;
    const known = this.#known.get(key) ?? new Side(this, this.#known.size, size, length, starts, changed);
    this.#known.set(key, known);
    return known;
  }

  /**
   * The windows of the layer itself, which are just there: all that stands in them is changed.
   *
   * @param cells how many a window has along this side
   * @param length the layer's
   */
  own(cells: number, length: number, starts: readonly number[]): Side {
    const from = Int32Array.from(starts);
    return this.at(from, cells, length, { from, to: from.map((start) => Math.min(length, start + cells)) });
  }

  /** The smallest on a map that the changes lie in. @param length the map's */
  around({ from, to }: Changed, length: number): Side {
    const onMap = (cell: number) => Math.max(0, Math.min(length, cell));
    const changed = { from: from.map(onMap), to: to.map((end, i) => Math.max(onMap(from[i] ?? 0), onMap(end))) };
    const size = changed.to.reduce((most, end, i) => Math.max(most, end - (changed.from[i] ?? 0)), 1);
    const starts = changed.from.map((start) => Math.min(start, length - size));
    return this.at(starts, size, length, changed);
  }
}

/** Along the rows or the columns: where it starts on this map, by where the item's own window starts on the layer's. */
class Side {
  readonly #sides: Sides;
  readonly #unions = new Map<Side, Side>();
  readonly #passed = new Map<string, Passed>();
  readonly #first: number;
  readonly #last: number;
  readonly #length: number;
  /** What of the window has changed at all. */
  readonly #changed: Changed;

  /** Others have other numbers. */
  readonly number: number;
  readonly size: number;
  readonly starts: Int32Array;

  constructor(sides: Sides, number: number, size: number, length: number, starts: Int32Array, changed: Changed) {
    this.#sides = sides;
    this.#first = Math.min(...starts);
    this.#last = Math.max(...starts);
    this.#length = length;
    this.#changed = changed;
    this.number = number;
    this.size = size;
    this.starts = starts;
  }

  /** Whether it never reaches beyond the map. */
  isInside(length: number): boolean {
    return this.#first >= 0 && this.#last + this.size <= length;
  }

  /** The smallest that both lie in. */
  union(other: Side): Side {
    if (this === other) return this;
    const known = this.#unions.get(other) ?? this.#makeUnion(other);
    this.#unions.set(other, known);
    return known;
  }

  #makeUnion(other: Side): Side {
    const [own, added] = [this.#changed, other.#changed];
    const from = own.from.map((start, i) => Math.min(start, added.from[i] ?? start));
    const to = own.to.map((end, i) => Math.max(end, added.to[i] ?? end));
    return this.#sides.around({ from, to }, this.#length);
  }

  /** @param length of the result's map */
  pass(window: SideWindow, isSpread: boolean, length: number): Passed {
    const { first, size, stride, spacing } = window;
    const key = `${first},${size},${stride},${spacing},${isSpread},${length}`;
    const known = this.#passed.get(key) ?? this.#makePassed(window, isSpread, length);
    this.#passed.set(key, known);
    return known;
  }

  #makePassed({ first, size, stride, spacing }: SideWindow, isSpread: boolean, length: number): Passed {
    const firstOf = (cell: number) => Math.ceil((cell * spacing - first - size + 1) / stride);
    const endOf = (end: number) => Math.floor(((end - 1) * spacing - first) / stride) + 1;
    const changed = { from: this.#changed.from.map(firstOf), to: this.#changed.to.map(endOf) };
    if (isSpread) return { out: this.#sides.at(this.starts.map(firstOf), (this.size - 1) * spacing + size, length, changed), frame: this };
    const out = this.#sides.around(changed, length);
    const frame = this.#sides.at(
      out.starts.map((start) => start * stride + first),
      (out.size - 1) * stride + size,
      this.#length,
    );
    return { out, frame };
  }
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

export function isSameWindow(a: Window, b: Window): boolean {
  return a === b || (a.rows === b.rows && a.columns === b.columns);
}

export function cellsOf({ rows, columns }: Window): number {
  return rows.size * columns.size;
}

/** The smallest that all lie in. They come of one layer's. */
export function union(windows: readonly Window[]): Window {
  return windows.reduce((a, b) => (isSameWindow(a, b) ? a : { rows: a.rows.union(b.rows), columns: a.columns.union(b.columns) }));
}

function isSameCell({ first, size, stride, spacing }: SideWindow): boolean {
  return first === 0 && size === 1 && stride === 1 && spacing === 1;
}

/**
 * What becomes of a window on its way through a layer that is not dense, and what the layer is given for it: all cells that the result depends
 * on, or, where each cell is spread over a window, the cells of the window alone.
 *
 * @param map the result's
 */
export function passWindow(
  own: Window,
  window: Exclude<InputWindow, 'dense'>,
  isSpread: boolean,
  map: Grid,
): { readonly out: Window; readonly frame: Window } {
  if (isSameCell(window.rows) && isSameCell(window.columns)) return { out: own, frame: own };
  const down = own.rows.pass(window.rows, isSpread, map.rows);
  const across = own.columns.pass(window.columns, isSpread, map.columns);
  return { out: { rows: down.out, columns: across.out }, frame: { rows: down.frame, columns: across.frame } };
}

/** Whether it never reaches beyond the map. */
export function isInside({ rows, columns }: Window, map: Grid): boolean {
  return rows.isInside(map.rows) && columns.isInside(map.columns);
}
