/** Maps whose formula leaves open which end is positive: one that is turned round is as much like another as one that is not. */
import { onCommonGrid, turnedTowards } from '../../core/maps/map-comparison.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { METHODS } from './list.ts';

const CHOSEN: ReadonlySet<string> = new Set(METHODS.flatMap(({ id, isSignChosen }) => (isSignChosen ? [id] : [])));

export function isSignChosen(id: string): boolean {
  return CHOSEN.has(id);
}

/** What a correlation of two methods' maps says of how alike they are, so that means can be taken of it. */
export function agreementBetween(first: string, second: string, correlation: number): number {
  return isSignChosen(first) || isSignChosen(second) ? Math.abs(correlation) : correlation;
}

/**
 * The maps with those of a chosen sign turned to the side on which they agree with the first of the others; where there is no other, with the
 * last, which among layers is the surest.
 */
export function withSignsAligned(maps: readonly { readonly id: string; readonly map: SaliencyMap }[]): SaliencyMap[] {
  const reference = (maps.find(({ id }) => !isSignChosen(id)) ?? maps.at(-1))?.map;
  return maps.map(({ id, map }) => {
    if (!reference || !isSignChosen(id) || map === reference) return map;
    const [laid, own] = onCommonGrid(reference, map);
    return turnedTowards(laid, own) === own ? map : { ...map, values: map.values.map((value) => -value) };
  });
}
