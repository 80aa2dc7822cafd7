/** What is kept of each image of a set: numbers and small maps alone, so that thousands of images take no memory. */
import type { Size } from '../core/images/geometry.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import { type Summary, summarise, summariseProportion } from '../core/statistics/summary.ts';
import { isMuchLeft } from './removal.ts';
import { isYesOrNo, METRICS, type MetricId, type MetricScores } from './scores.ts';

export interface SetResult {
  /** Where the image is in its folder. */
  readonly path: string;
  /** The class that its folder is called after; null where that is none of the network's. */
  readonly label: string | null;
  readonly predicted: string;
  /** Null for a number. */
  readonly probability: number | null;
  /** Of a number; results that a former version kept lack it. */
  readonly value?: number | null;
  /** The share of the probability that is left once all pixels are removed; null for numbers, and results of former versions lack it. */
  readonly left?: number | null;
  /** The maps themselves, by their ids, where they are small enough to be kept; results of former versions lack them. */
  readonly maps?: Readonly<Record<string, SaliencyMap>>;
  /** Of the image, in its own pixels; results of former versions lack it. */
  readonly size?: Size;
  /** By the id of the map: a method's, or the random one's. */
  readonly scores: Readonly<Record<string, MetricScores>>;
}

/** The columns of a set's table. Those that came later stand at its end. */
const FOLLOWED = METRICS.filter(({ needsBox, isAgainstRandom }) => !needsBox && isAgainstRandom);
const OF_MAPS = METRICS.filter(({ isAgainstRandom }) => !isAgainstRandom);
const OF_BOXES = METRICS.filter(({ needsBox }) => needsBox);

/** Whether numbers were measured, which have fewer metrics. */
export function isOfNumbers(results: readonly SetResult[]): boolean {
  return results.some(({ probability }) => probability === null);
}

/** The ids of all maps that were measured, in the order of the first image that has them. */
export function measuredMaps(results: readonly SetResult[]): string[] {
  return [...new Set(results.flatMap(({ scores }) => Object.keys(scores)))];
}

/** The ids of all maps that there are, measured or not. */
export function knownMaps(results: readonly SetResult[]): string[] {
  return [...new Set([...measuredMaps(results), ...results.flatMap(({ maps = {} }) => Object.keys(maps))])];
}

export function summaryOf(results: readonly SetResult[], map: string, metric: MetricId): Summary {
  const values = results.map(({ scores }) => scores[map]?.[metric] ?? null);
  return isYesOrNo(metric) ? summariseProportion(values) : summarise(values);
}

/** How many of the images whose class is known are named right. */
export function accuracyOf(results: readonly SetResult[]): { readonly right: number; readonly known: number } {
  const known = results.filter(({ label }) => label !== null);
  return { right: known.filter(({ label, predicted }) => label === predicted).length, known: known.length };
}

/** How many images keep so much of their probability without any of their pixels that measures by removal say little of them. */
export function muchLeftOf(results: readonly SetResult[]): number {
  return results.filter(({ left }) => isMuchLeft(left ?? null)).length;
}

/** Worst first; those without a value come last. */
export function worstFirst(results: readonly SetResult[], map: string, metric: MetricId): SetResult[] {
  const sign = METRICS.find(({ id }) => id === metric)?.isMoreBetter ? 1 : -1;
  const rankOf = ({ scores }: SetResult) => {
    const value = scores[map]?.[metric] ?? null;
    return value === null ? Number.POSITIVE_INFINITY : value * sign;
  };
  return results.toSorted((a, b) => rankOf(a) - rankOf(b));
}

function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The same by the titles of the maps, as files name them. */
export function withTitles(results: readonly SetResult[], titleOf: (id: string) => string): SetResult[] {
  return results.map(({ scores, ...result }) => ({
    ...result,
    scores: Object.fromEntries(Object.entries(scores).map(([id, values]) => [titleOf(id), values])),
  }));
}

/**
 * One row for each image and map, by RFC 4180.
 *
 * @param results with titles (see `withTitles`)
 */
export function setCsv(results: readonly SetResult[]): string {
  const ids = (metrics: typeof METRICS) => metrics.map(({ id }) => id);
  const head = ['path', 'label', 'predicted', 'probability', 'value', 'map', ...ids(FOLLOWED), 'left', ...ids([...OF_MAPS, ...OF_BOXES])];
  const rows = results.flatMap(({ path, label, predicted, probability, value, left, scores }) =>
    Object.entries(scores).map(([title, values]) => [
      quoted(path),
      quoted(label ?? ''),
      quoted(predicted),
      String(probability ?? ''),
      String(value ?? ''),
      quoted(title),
      ...ids(FOLLOWED).map((id) => String(values[id] ?? '')),
      String(left ?? ''),
      ...ids([...OF_MAPS, ...OF_BOXES]).map((id) => String(values[id] ?? '')),
    ]),
  );
  return [head, ...rows].map((row) => row.join(',')).join('\r\n');
}
