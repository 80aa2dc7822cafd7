/** Where the cells of a layer lie: on the network's input, and through it on the image. */

import type { Frame, Size } from '../images/geometry.ts';
import type { Grid } from './grid.ts';

/** A place on the network's input: (0, 0) is its top-left corner, (1, 1) its bottom-right one. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

function projected(share: Point, image: Size, frame: Frame): Point {
  return { x: (share.x * image.width - frame.left) / frame.width, y: (share.y * image.height - frame.top) / frame.height };
}

/** The place of a point of the image, given as shares of the image's sides; null outside of what the network saw. */
export function pointOnInput(share: Point, image: Size, frame: Frame): Point | null {
  const { x, y } = projected(share, image, frame);
  return x >= 0 && x < 1 && y >= 0 && y < 1 ? { x, y } : null;
}

/** The nearest place that the network saw: a drag may end beside the image. */
export function nearestOnInput(share: Point, image: Size, frame: Frame): Point {
  const { x, y } = projected(share, image, frame);
  const inside = (place: number) => Math.min(1 - 1e-9, Math.max(0, place));
  return { x: inside(x), y: inside(y) };
}

/** The cell at a point, row-major. */
export function cellAt({ rows, columns }: Grid, { x, y }: Point): number {
  const row = Math.min(rows - 1, Math.floor(y * rows));
  const column = Math.min(columns - 1, Math.floor(x * columns));
  return row * columns + column;
}

/** The middle of a cell. */
export function middleOf({ rows, columns }: Grid, cell: number): Point {
  return { x: ((cell % columns) + 0.5) / columns, y: (Math.floor(cell / columns) + 0.5) / rows };
}

/** The cells of the rectangle between two of them, both included, row-major. */
export function cellsBetween({ columns }: Grid, a: number, b: number): number[] {
  const [rowA, rowB] = [Math.floor(a / columns), Math.floor(b / columns)].sort((p, q) => p - q) as [number, number];
  const [columnA, columnB] = [a % columns, b % columns].sort((p, q) => p - q) as [number, number];
  const cells: number[] = [];
  for (let row = rowA; row <= rowB; row++) for (let column = columnA; column <= columnB; column++) cells.push(row * columns + column);
  return cells;
}

/** The part of the image that a cell stands for, in the image's pixels. */
export function cellFrame({ rows, columns }: Grid, frame: Frame, cell: number): Frame {
  const [width, height] = [frame.width / columns, frame.height / rows];
  return { left: frame.left + (cell % columns) * width, top: frame.top + Math.floor(cell / columns) * height, width, height };
}

/** How a cell is called: rows and columns are counted from one. */
export function cellName({ columns }: Grid, cell: number): string {
  return `row ${Math.floor(cell / columns) + 1}, column ${(cell % columns) + 1}`;
}
