/** How far the methods on screen agree, in numbers, as a map of where they do not, and in words. */
import { type Correlations, correlationsOf, disagreementOf } from '../../core/maps/agreement.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { memoize } from '../../core/memoize.ts';
import { formatCorrelation } from '../../core/reports/format.ts';
import type { AppState } from '../app-state.ts';
import { type ComparableMap, figureMaps } from './compare-selectors.ts';

export interface Agreement {
  /** Of the finished figures, in their order. */
  readonly maps: readonly ComparableMap[];
  /** In the order of the maps. */
  readonly correlations: Correlations;
  /** Where they disagree; null where fewer than two maps say anything. */
  readonly disagreement: SaliencyMap | null;
}

const agreementAmong = memoize((maps: readonly ComparableMap[]): Agreement => {
  const own = maps.map(({ map }) => map);
  return { maps, correlations: correlationsOf(own), disagreement: disagreementOf(own) };
});

export function agreementOf(state: AppState): Agreement {
  return agreementAmong(figureMaps(state));
}

/** From which rank correlation on two methods are said to agree, without more words. */
const AGREE = 0.8;

/** From which rank correlation on two methods are said to do so. */
const STRENGTHS = [
  [AGREE, 'agree'],
  [0.5, 'agree by and large'],
  [0.2, 'agree a little'],
  [-0.2, 'do not agree'],
] as const;

function inWords(value: number): string {
  const said = STRENGTHS.find(([least]) => value >= least)?.[1] ?? 'contradict each other';
  return `${said} (${formatCorrelation(value)})`;
}

/** Which two methods agree most, and which least; empty where no two can be compared. */
export function agreementWords(titles: readonly string[], correlations: Correlations): string {
  const pairs = titles.flatMap((title, i) =>
    titles.slice(0, i).flatMap((other, j) => {
      const value = correlations[i]?.[j] ?? null;
      return value === null ? [] : [{ names: `${other} and ${title}`, value }];
    }),
  );
  const sorted = pairs.toSorted((a, b) => b.value - a.value);
  const [most, least] = [sorted[0], sorted.at(-1)];
  if (!most || !least) return '';
  const first = `${most.names} ${inWords(most.value)}`;
  if (least === most) return `${first}.`;
  const [high, low] = [most, least].map(({ names, value }) => `${names} (${formatCorrelation(value)})`);
  if (least.value >= AGREE) return `All agree: ${high} most, ${low} least.`;
  return `${first}; the furthest apart, ${least.names}, ${inWords(least.value)}.`;
}
