/** In which order the images of a set stand in its grid, and which of them. */
import type { MetricId } from '../../metrics/scores.ts';
import { type SetResult, worstFirst } from '../../metrics/set-result.ts';

export type GridSort =
  | { readonly by: 'path' | 'least-sure' }
  /** The worst first. */
  | { readonly by: 'metric'; readonly metric: MetricId; readonly map: string };

export interface GridFilter {
  readonly wrongOnly: boolean;
  /** What the network says, or what the folder says; empty: all. */
  readonly className: string;
}

export function isWrong({ label, predicted }: SetResult): boolean {
  return label !== null && label !== predicted;
}

/** The paths of all results in this order. */
export function sortedPaths(results: readonly SetResult[], sort: GridSort): string[] {
  const sorted =
    sort.by === 'metric'
      ? worstFirst(results, sort.map, sort.metric)
      : results.toSorted((a, b) =>
          sort.by === 'least-sure'
            ? (a.probability ?? 1) - (b.probability ?? 1)
            : a.path.localeCompare(b.path, undefined, { numeric: true }),
        );
  return sorted.map(({ path }) => path);
}

/**
 * Results in the order that was chosen; what came since stands behind, so that no row moves while the set runs.
 *
 * @param order the paths that had been measured when the order was chosen
 */
export function inOrder(results: readonly SetResult[], order: readonly string[], { wrongOnly, className }: GridFilter): SetResult[] {
  const places = new Map(order.map((path, place) => [path, place]));
  const placeOf = ({ path }: SetResult) => places.get(path) ?? order.length;
  return results
    .filter((result) => (!wrongOnly || isWrong(result)) && (className === '' || [result.label, result.predicted].includes(className)))
    .toSorted((a, b) => placeOf(a) - placeOf(b));
}
