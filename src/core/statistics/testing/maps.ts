/** Small saliency maps for tests. */
import type { SaliencyMap } from '../../maps/saliency-map.ts';

export function mapOf(rows: number, columns: number, values: ArrayLike<number>): SaliencyMap {
  return { rows, columns, values: Float32Array.from(values) };
}

/** A map that is 1 at one cell and 0 elsewhere. */
export function spikeMap(rows: number, columns: number, cell: number): SaliencyMap {
  const map = mapOf(rows, columns, new Float32Array(rows * columns));
  map.values[cell] = 1;
  return map;
}

/** The map in another unit; turned round where the factor is negative. */
export function scaledMap({ rows, columns, values }: SaliencyMap, factor: number): SaliencyMap {
  return mapOf(
    rows,
    columns,
    values.map((value) => value * factor),
  );
}

/** Maps that rank nothing. */
export const MAPS_WITHOUT_RANKING: readonly (readonly [name: string, map: SaliencyMap])[] = [
  ['constant', mapOf(2, 2, [3, 3, 3, 3])],
  ['of zeros', mapOf(2, 2, [0, 0, 0, 0])],
  ['of one cell', mapOf(1, 1, [1])],
  ['empty', mapOf(0, 0, [])],
  ['with NaN', mapOf(2, 2, [1, Number.NaN, 2, 3])],
  ['infinite', mapOf(2, 2, [1, Number.POSITIVE_INFINITY, 2, 3])],
];
