/** The maps of all runs of one method, put together: mean, std, and how alike they are to the map of the image as it is. */

import type { Size } from '../../core/images/geometry.ts';
import { type InputChange, isIdentity, undoneMap } from '../../core/images/input-change.ts';
import { turnedTowards } from '../../core/maps/map-comparison.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { type Moments, meansOf, stdsOf, withValues } from '../../core/statistics/moments.ts';
import { rankCorrelation } from '../../core/statistics/rank-correlation.ts';
import type { Method } from '../methods/method.ts';

export interface SteadyMap {
  /** The map of the image as it is. */
  readonly own: SaliencyMap;
  readonly runs: number;
  /** Of the runs' maps, cell by cell; null before the first one. */
  readonly moments: Moments | null;
  /** The rank correlation of each changed run with the map of the image as it is; null where one of them is constant. */
  readonly correlations: readonly (number | null)[];
}

export function noRuns(own: SaliencyMap): SteadyMap {
  return { own, runs: 0, moments: null, correlations: [] };
}

function withoutUnknown(values: Float32Array, known: Float32Array): Float32Array {
  return values.filter((_, i) => Number.isFinite(known[i]));
}

/**
 * @param map of the changed input
 * @param input the network's own size
 */
export function withRun(
  steady: SteadyMap,
  map: SaliencyMap,
  change: InputChange,
  input: Size,
  { isSignChosen = false }: Pick<Method, 'isSignChosen'>,
): SteadyMap {
  const { own, runs, moments, correlations } = steady;
  const back = undoneMap(map, input, change);
  const { values } = isSignChosen ? turnedTowards(own, back) : back;
  const agreement = () => rankCorrelation(withoutUnknown(own.values, values), withoutUnknown(values, values));
  return {
    own,
    runs: runs + 1,
    moments: withValues(moments, values),
    // A map agrees with itself, which says nothing.
    correlations: isIdentity(change) ? correlations : [...correlations, agreement()],
  };
}

/** Null before the first run. */
export function meanMap({ own, moments }: SteadyMap): SaliencyMap | null {
  return moments && { rows: own.rows, columns: own.columns, values: meansOf(moments) };
}

/** Null as long as there is a cell that fewer than two runs say anything of. */
export function stdMap({ own, moments }: SteadyMap): SaliencyMap | null {
  return moments?.counts.every((count) => count >= 2) ? { rows: own.rows, columns: own.columns, values: stdsOf(moments) } : null;
}

/** The mean rank correlation of the changed runs with the map of the image as it is; null where there is none. */
export function agreementOf({ correlations }: SteadyMap): number | null {
  const known = correlations.filter((value) => value !== null);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
}
