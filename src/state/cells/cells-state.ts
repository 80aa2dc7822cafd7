/** Cells of a layer that are taken away together. */
import type { Point } from '../../core/maps/cells.ts';

/** What the network says without some cells of the layer in view. */
export interface CellsSlice {
  readonly cells: {
    /** What the pointer is at, on the network's input; marked in every figure. */
    readonly pointer: Point | null;
    /** The cells that are taken away together, row-major. */
    readonly removed: readonly number[];
    readonly status: 'idle' | 'running' | 'done' | 'failed';
    /** Without them; null until it is known. */
    readonly logits: Float32Array | null;
    /** The view that all this is about: another one starts anew. */
    readonly about: string | null;
  };
  pointAt(point: Point | null): void;
  /** Takes the cells away, or puts them back where all of them are away. */
  toggleCells(cells: readonly number[]): void;
  /** These cells and no others. */
  setCells(cells: readonly number[]): void;
  clearCells(): void;
}
