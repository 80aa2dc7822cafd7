/**
 * RISE's random masks (Petsiuk, Das & Saenko, BMVC 2018, section 3.2): a small grid of zeros and ones, enlarged bilinearly to somewhat more
 * than the image, and cut to its size at a random place.
 */
import { type Between, betweenCells, rowInterpolator } from '../../core/maps/bilinear.ts';
import type { Grid } from '../../core/maps/grid.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { randomFrom } from '../../core/statistics/random.ts';

/** The side of the small grid, as in the paper. */
export const SIDE = 7;
/** The share of ones, as in the paper. */
export const KEPT_SHARE = 0.5;
/** What one mask draws: its cells, and its place. */
const DRAWS = SIDE * SIDE + 2;

export interface RiseMask {
  /** Zeros and ones. */
  readonly grid: SaliencyMap;
  /** Where the image begins in the enlarged grid, in the image's pixels. */
  readonly top: number;
  readonly left: number;
}

/** How long one cell of the small grid is laid out to be, in the image's pixels; one more than fit is there to be cut off. */
function cellLength(length: number): number {
  return Math.ceil(length / SIDE);
}

/** Any mask by its number, whichever were asked for before: all come from one row of random numbers. */
export function riseMask(seed: number, index: number, image: Grid): RiseMask {
  const random = randomFrom(seed, index * DRAWS);
  const values = Float32Array.from({ length: SIDE * SIDE }, () => (random() < KEPT_SHARE ? 1 : 0));
  const top = Math.floor(random() * cellLength(image.rows));
  const left = Math.floor(random() * cellLength(image.columns));
  return { grid: { rows: SIDE, columns: SIDE, values }, top, left };
}

/** The mask as it lies over the image: its small grid, and where the middles of a finer one lie in it. */
interface LaidMask {
  readonly grid: SaliencyMap;
  readonly down: Between;
  readonly across: Between;
}

/** @param over a grid that is laid over the image: of its pixels, or of fewer cells */
export function laidMask({ grid, top, left }: RiseMask, image: Grid, over: Grid): LaidMask {
  const laid = (length: number, cells: number, start: number) => {
    const pixels = length / cells;
    return betweenCells(0, cells, -start / pixels, ((SIDE + 1) * cellLength(length)) / pixels, SIDE);
  };
  return { grid, down: laid(image.rows, over.rows, top), across: laid(image.columns, over.columns, left) };
}

/**
 * The mask's values in the middle of each cell of a grid that is laid over the image.
 *
 * @param into `[rows * columns]` of `over`
 */
export function fillMask(mask: RiseMask, image: Grid, over: Grid, into: Float32Array): void {
  const { grid, down, across } = laidMask(mask, image, over);
  const fillRow = rowInterpolator(grid, down, across);
  for (let row = 0; row < over.rows; row++) fillRow(row, into.subarray(row * over.columns, (row + 1) * over.columns));
}
