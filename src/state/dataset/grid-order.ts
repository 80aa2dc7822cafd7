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

/** An image and its place. */
export interface GridEntry {
  readonly path: string;
  /** Null as long as it is not measured, or where it cannot be. */
  readonly result: SetResult | null;
}

export function isWrong({ label, predicted }: SetResult): boolean {
  return label !== null && label !== predicted;
}

const byName = new Intl.Collator(undefined, { numeric: true });

/** As people count: 2 before 10. */
export function pathsByName(paths: readonly string[]): string[] {
  return paths.toSorted(byName.compare);
}

/** The paths of all that was measured, in this order. */
export function sortedPaths(results: readonly SetResult[], sort: GridSort): string[] {
  if (sort.by === 'path') return pathsByName(results.map(({ path }) => path));
  const sorted =
    sort.by === 'metric'
      ? worstFirst(results, sort.map, sort.metric)
      : results.toSorted((a, b) => (a.probability ?? 1) - (b.probability ?? 1));
  return sorted.map(({ path }) => path);
}

/**
 * The images of a set in the order that was chosen, so that none moves while the set runs. What was not measured when it was chosen stands behind,
 * each in a place of its own that it keeps. Of what is not measured yet nobody knows whether it passes a filter: then what comes stands last.
 *
 * @param paths of the whole set, by name
 * @param order the paths that had been measured when the order was chosen; by name all have their place from the beginning
 */
export function inOrder(
  paths: readonly string[],
  results: readonly SetResult[],
  order: readonly string[],
  { wrongOnly, className }: GridFilter,
): GridEntry[] {
  const measured = new Map(results.map((result) => [result.path, result]));
  const ofSet = new Set(paths);
  const ordered = order.filter((path) => ofSet.has(path));
  const isOrdered = new Set(ordered);
  if (!wrongOnly && className === '') {
    const rest = paths.filter((path) => !isOrdered.has(path));
    return [...ordered, ...rest].map((path) => ({ path, result: measured.get(path) ?? null }));
  }
  const rest = results.map(({ path }) => path).filter((path) => !isOrdered.has(path));
  return [...ordered, ...rest].flatMap((path) => {
    const result = measured.get(path);
    if (!result || (wrongOnly && !isWrong(result))) return [];
    return className === '' || [result.label, result.predicted].includes(className) ? [{ path, result }] : [];
  });
}
