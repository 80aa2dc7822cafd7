/**
 * Where an item's changes lie on a map: a window of its own, of one size for all items, so that a batch has one shape wherever its items are.
 *
 * A window may reach beyond the map. What stands in it there means nothing, and whoever takes more of it than one cell leaves it out.
 */
import type { Grid } from '../../core/maps/grid.ts';
import type { InputWindow, SideWindow } from '../../formats/layers/kinds/input-window.ts';

/** All cells of a result that depend on a side, and all that those depend on. */
interface Passed {
  readonly out: Side;
  readonly frame: Side;
}

/**
 * The sides of windows that come of one another, each made once: the layers that a sweep passes, and plans of many sweeps, ask for the same
 * ones again and again.
 */
export class Sides {
  readonly #known = new Map<string, Side>();

  of(size: number, starts: Int32Array): Side {
    const key = `${size}:${starts.join()}`;
    const known = this.#known.get(key) ?? new Side(this, this.#known.size, size, starts);
    this.#known.set(key, known);
    return known;
  }

  /** The windows of the layer itself. @param cells how many a window has along this side @param length the layer's */
  own(cells: number, length: number): Side {
    return this.of(
      cells,
      Int32Array.from({ length }, (_, start) => start),
    );
  }
}

/** Along the rows or the columns: where it starts on this map, by where the item's own window starts on the layer's. */
class Side {
  readonly #sides: Sides;
  readonly #unions = new Map<Side, Side>();
  readonly #passed = new Map<string, Passed>();
  readonly #first: number;
  readonly #last: number;

  /** Others have other numbers. */
  readonly number: number;
  readonly size: number;
  readonly starts: Int32Array;

  constructor(sides: Sides, number: number, size: number, starts: Int32Array) {
    this.#sides = sides;
    this.#first = Math.min(...starts);
    this.#last = Math.max(...starts);
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
    const starts = this.starts.map((start, i) => Math.min(start, other.starts[i] ?? start));
    const size = starts.reduce(
      (most, start, i) => Math.max(most, (this.starts[i] ?? 0) + this.size - start, (other.starts[i] ?? 0) + other.size - start),
      0,
    );
    return this.#sides.of(size, starts);
  }

  pass(window: SideWindow): Passed {
    const { first, size, stride, spacing } = window;
    const key = `${first},${size},${stride},${spacing}`;
    const known = this.#passed.get(key) ?? this.#makePassed(window);
    this.#passed.set(key, known);
    return known;
  }

  #makePassed({ first, size, stride, spacing }: SideWindow): Passed {
    const outStarts = this.starts.map((start) => Math.ceil((start * spacing - first - size + 1) / stride));
    const ends = this.starts.map((start) => Math.floor(((start + this.size - 1) * spacing - first) / stride) + 1);
    const length = ends.reduce((most, end, i) => Math.max(most, end - (outStarts[i] ?? 0)), 1);
    const frameStarts = outStarts.map((start) => start * stride + first);
    return { out: this.#sides.of(length, outStarts), frame: this.#sides.of((length - 1) * stride + size, frameStarts) };
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
 */
export function passWindow(
  own: Window,
  window: Exclude<InputWindow, 'dense'>,
  isSpread: boolean,
): { readonly out: Window; readonly frame: Window } {
  if (isSameCell(window.rows) && isSameCell(window.columns)) return { out: own, frame: own };
  const [down, across] = [own.rows.pass(window.rows), own.columns.pass(window.columns)];
  return { out: { rows: down.out, columns: across.out }, frame: isSpread ? own : { rows: down.frame, columns: across.frame } };
}

/** Whether it never reaches beyond the map. */
export function isInside({ rows, columns }: Window, map: Grid): boolean {
  return rows.isInside(map.rows) && columns.isInside(map.columns);
}
