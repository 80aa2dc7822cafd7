/** The maps of all runs of one method, put together: mean, std, and how alike they are to the map of the image as it is. */

import type { Size } from '../../core/images/geometry.ts';
import { type InputChange, isIdentity, undoneMap } from '../../core/images/input-change.ts';
import { turnedTowards } from '../../core/maps/map-comparison.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { type Moments, meansOf, stdsOf, withValues } from '../../core/statistics/moments.ts';
import { rankCorrelation } from '../../core/statistics/rank-correlation.ts';
import type { Method } from '../methods/method.ts';

export interface RunMap {
  readonly map: SaliencyMap;
  /** What must be known to read it; empty for nothing. */
  readonly caveat: string;
}

export interface SteadyMap {
  /** The map of the image as it is. */
  readonly own: SaliencyMap;
  readonly ownCaveat: string;
  readonly runs: number;
  /** Of each run's map. */
  readonly caveats: readonly string[];
  /** Of the runs' maps, cell by cell; null before the first one. */
  readonly moments: Moments | null;
  /** The rank correlation of each changed run with the map of the image as it is; null where one of them is constant. */
  readonly correlations: readonly (number | null)[];
}

export function noRuns({ map, caveat }: RunMap): SteadyMap {
  return { own: map, ownCaveat: caveat, runs: 0, caveats: [], moments: null, correlations: [] };
}

function withoutUnknown(values: Float32Array, known: Float32Array): Float32Array {
  return values.filter((_, i) => Number.isFinite(known[i]));
}

/**
 * @param run of the changed input
 * @param input the network's own size
 */
export function withRun(
  steady: SteadyMap,
  { map, caveat }: RunMap,
  change: InputChange,
  input: Size,
  { isSignChosen = false }: Pick<Method, 'isSignChosen'>,
): SteadyMap {
  const { own, runs, caveats, moments, correlations } = steady;
  const back = undoneMap(map, input, change);
  const { values } = isSignChosen ? turnedTowards(own, back) : back;
  const agreement = () => rankCorrelation(withoutUnknown(own.values, values), withoutUnknown(values, values));
  return {
    ...steady,
    runs: runs + 1,
    caveats: [...caveats, caveat],
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

/** Whether some runs' maps must be read otherwise than the others: a score that changes its sign turns Ablation-CAM's around. */
export function isReadTwoWays({ caveats }: SteadyMap): boolean {
  return new Set(caveats).size > 1;
}

/** What must be known to read the mean, and of how many runs it is true where that is not all; empty for nothing. */
export function caveatOfRuns({ caveats }: SteadyMap): string {
  const said = [...new Set(caveats)].filter(Boolean);
  const count = (one: string) => caveats.filter((caveat) => caveat === one).length;
  const words = said.map((one) => (count(one) === caveats.length ? one : `${one} (in ${count(one)} of ${caveats.length} runs)`));
  return words.join('. ');
}
