/** The order in which a map ranks the pixels of the network's input. */
import type { Size } from '../core/images/geometry.ts';
import { onGrid } from '../core/maps/map-comparison.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import { randomFrom } from '../core/statistics/random.ts';

const TIE_SEED = 7;

/** Whether a map says that anything matters more than anything else. */
export function hasRanking({ values }: SaliencyMap): boolean {
  const [first] = values;
  return values.length > 0 && values.every(Number.isFinite) && values.some((value) => value !== first);
}

/** 1 at the share of the pixels that the map ranks highest, or lowest. */
export function rankedMask(ranking: Uint32Array, share: number, isMost: boolean): Uint8Array {
  const mask = new Uint8Array(ranking.length);
  const count = Math.round(ranking.length * share);
  for (const pixel of isMost ? ranking.subarray(0, count) : ranking.subarray(ranking.length - count)) mask[pixel] = 1;
  return mask;
}

/**
 * Pixels, row-major, the most salient first, by the map as it is drawn: enlarged bilinearly with half-pixel centres, signed.
 *
 * Where a map is flat, as beyond the middles of its outermost cells, pixels tie. They come in a fixed random order: in reading order the top
 * left corner of every flat part would be removed first, which is a shape of its own.
 *
 * @returns null for a map without a ranking: constant, empty, or with values that are no numbers
 */
export function pixelRanking(map: SaliencyMap, { width, height }: Size): Uint32Array | null {
  if (!hasRanking(map)) return null;
  const { values } = onGrid(map, { rows: height, columns: width });
  const random = randomFrom(TIE_SEED);
  const ties = Float64Array.from({ length: values.length }, random);
  const order = Uint32Array.from(values.keys());
  return order.sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || (ties[a] ?? 0) - (ties[b] ?? 0));
}
