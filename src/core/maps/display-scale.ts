/** Which value gets which colour. */

import { isDiverging } from './colormap.ts';
import type { DisplaySettings } from './display.ts';
import type { SaliencyMap } from './saliency-map.ts';

/** How values become places on the colour scale. */
export interface DisplayScale {
  /** The values at the two ends of the colours: what lies beyond gets the colour of the end. */
  readonly low: number;
  readonly high: number;
  /** Whether zero has the neutral colour of a diverging colour map: then each side of it reaches its own end. */
  readonly isZeroNeutral: boolean;
  /** The map's own least and largest value. */
  readonly minimum: number;
  readonly maximum: number;
  /** Nothing to show: no positive value, or nothing but zeros when signed. Never drawn as if it were a map. */
  readonly isEmpty: boolean;
}

/** What of the settings a scale depends on. */
export type ScaleSettings = Pick<DisplaySettings, 'sign' | 'contrast' | 'colormap'>;

function rangeOf({ values }: SaliencyMap): readonly [minimum: number, maximum: number] {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }
  return minimum > maximum ? [0, 0] : [minimum, maximum];
}

/** How far the map reaches from zero, on the sides that are shown. */
export function reachOf(map: SaliencyMap, sign: DisplaySettings['sign']): number {
  const [minimum, maximum] = rangeOf(map);
  return sign === 'positive' ? Math.max(0, maximum) : Math.max(-minimum, maximum);
}

/** How far the colour scale reaches that maps have in common; null where each has its own. */
export function commonLimit({ contrast, sign }: DisplaySettings, maps: readonly SaliencyMap[]): number | null {
  if (contrast !== 'shared') return null;
  return Math.max(0, ...maps.map((map) => reachOf(map, sign))) || null;
}

/** @param shared how far a scale reaches that several maps have in common; null: as far as the map itself */
export function displayScale(map: SaliencyMap, { sign, contrast, colormap }: ScaleSettings, shared: number | null = null): DisplayScale {
  const [minimum, maximum] = rangeOf(map);
  const isZeroNeutral = isDiverging(colormap);
  const own = reachOf(map, sign);
  const common = { isZeroNeutral, minimum, maximum, isEmpty: own === 0 };
  const least = sign === 'positive' ? Math.max(0, minimum) : minimum;
  if (contrast === 'min-to-max' && maximum > least) {
    // Where a colour means zero, zero is in: a map that is positive everywhere must not begin with it elsewhere.
    const inZero = isZeroNeutral ? { low: Math.min(0, least), high: Math.max(0, maximum) } : { low: least, high: maximum };
    return { ...inZero, ...common };
  }
  const reach = shared ?? own;
  return { low: sign === 'positive' ? 0 : -reach, high: reach, ...common };
}

/** The value's place in the colour table, 0 to 1. */
export function placeInColours(value: number, scale: DisplayScale): number {
  const { low, high, isZeroNeutral } = scale;
  // What is no number stands out in no direction.
  const number = Number.isNaN(value) ? 0 : value;
  const inside = number < low ? low : number > high ? high : number;
  if (!isZeroNeutral) return high === low ? 0 : (inside - low) / (high - low);
  if (inside === 0) return 0.5;
  return inside < 0 ? 0.5 - (0.5 * inside) / low : 0.5 + (0.5 * inside) / high;
}

/** Where a value lies between the two ends, as a share of the way; null beyond them. */
export function shareOfScale(value: number, { low, high }: DisplayScale): number | null {
  return value < low || value > high || high === low ? null : (value - low) / (high - low);
}
