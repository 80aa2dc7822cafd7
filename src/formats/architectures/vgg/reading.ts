/**
 * How a row of convolutions of 3 × 3 is meant that ends in a linear layer of every cell: what numbering and shapes leave open, the size of the
 * images tells, as people train on images of few sizes.
 */
import { isUsualSide, sidesFor, sizesFor } from '../modules/image-side.ts';

/** A convolution of the row. */
export interface Place {
  readonly place: number;
  readonly hasNorm: boolean;
  /** A max pooling stands before it. */
  readonly isAfterPooling: boolean;
}

export interface Reading {
  /** Zeros around the map before each convolution. */
  readonly padding: 0 | 1;
  /** Whether a max pooling follows the last convolution. */
  readonly isPooled: boolean;
}

/** As torchvision's networks are, first. */
const READINGS: readonly Reading[] = [
  { padding: 1, isPooled: true },
  { padding: 1, isPooled: false },
  { padding: 0, isPooled: true },
  { padding: 0, isPooled: false },
];

/** Below that, nobody's photographs are. */
const SMALLEST_SIDE = 24;

function mapSide(places: readonly Place[], { padding, isPooled }: Reading, imageSide: number): number {
  const before = places.reduce((side, { isAfterPooling }) => (isAfterPooling ? Math.floor(side / 2) : side) + 2 * padding - 2, imageSide);
  return Math.max(0, isPooled ? Math.floor(before / 2) : before);
}

/** The likeliest image after which a reading leaves so many cells, by its sides: a square one, where there is any. */
function sidesOf(places: readonly Place[], reading: Reading, cells: number, isGrey: boolean): number[] {
  const side = (one: number) => mapSide(places, reading, one);
  if (Number.isInteger(Math.sqrt(cells))) return sidesFor((one) => side(one) ** 2, cells, isGrey).slice(0, 1);
  const [size] = sizesFor((one) => [side(one), side(one)], cells);
  return size ? [size.height, size.width] : [];
}

/** The likeliest reading that leaves so many cells of a usual image; null where none does of an image of any size. */
export function likeliestReading(places: readonly Place[], cells: number, isGrey: boolean): Reading | null {
  const found = READINGS.map((reading) => ({ reading, sides: sidesOf(places, reading, cells, isGrey) })).filter(
    ({ sides }) => sides.length > 0 && Math.min(...sides) >= SMALLEST_SIDE,
  );
  return (found.find(({ sides }) => sides.every(isUsualSide)) ?? found[0])?.reading ?? null;
}
