/** How far the methods on screen agree, in numbers, as a map of where they do not, and in words. */
import { type Correlations, correlationsOf, disagreementOf } from '../../core/maps/agreement.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { memoize } from '../../core/memoize.ts';
import { enumerated, formatCorrelation } from '../../core/reports/format.ts';
import { isSignChosen, withSignsAligned } from '../../explain/methods/chosen-sign.ts';
import { METHODS } from '../../explain/methods/list.ts';
import type { AppState } from '../app-state.ts';
import { type ComparableMap, figureMaps } from './compare-selectors.ts';

export interface Agreement {
  /** Of the finished figures, in their order. */
  readonly maps: readonly ComparableMap[];
  /** In the order of the maps. */
  readonly correlations: Correlations;
  /** Where they disagree, those of a chosen sign turned to the side on which they agree; null where fewer than two maps say anything. */
  readonly disagreement: SaliencyMap | null;
}

const agreementAmong = memoize((maps: readonly ComparableMap[]): Agreement => {
  return { maps, correlations: correlationsOf(maps.map(({ map }) => map)), disagreement: disagreementOf(withSignsAligned(maps)) };
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

const CHOSEN_SIGNS: ReadonlySet<string> = new Set(METHODS.flatMap(({ id, title }) => (isSignChosen(id) ? [title] : [])));

/** Those among these methods whose sign is chosen, in words; empty where there are none. */
export function chosenSigns(titles: readonly string[]): string {
  return enumerated(titles.filter((title) => CHOSEN_SIGNS.has(title)));
}

/** Two methods, and how alike their maps are. */
interface Pair {
  readonly names: string;
  /** Of the rank correlation only its magnitude, where a sign was chosen. */
  readonly strength: number;
  /** The rank correlation. */
  readonly number: string;
}

function pairOf(other: string, title: string, value: number): Pair {
  const isTurned = value < 0 && (CHOSEN_SIGNS.has(other) || CHOSEN_SIGNS.has(title));
  const number = formatCorrelation(value);
  return {
    names: `${other} and ${title}`,
    strength: isTurned ? -value : value,
    number: isTurned ? `${number}, with a chosen sign` : number,
  };
}

function inWords({ strength, number }: Pair): string {
  const said = STRENGTHS.find(([least]) => strength >= least)?.[1] ?? 'contradict each other';
  return `${said} (${number})`;
}

/** Which two methods agree most, and which least; empty where no two can be compared. */
export function agreementWords(titles: readonly string[], correlations: Correlations): string {
  const pairs = titles.flatMap((title, i) =>
    titles.slice(0, i).flatMap((other, j) => {
      const value = correlations[i]?.[j] ?? null;
      return value === null ? [] : [pairOf(other, title, value)];
    }),
  );
  const sorted = pairs.toSorted((a, b) => b.strength - a.strength);
  const [most, least] = [sorted[0], sorted.at(-1)];
  if (!most || !least) return '';
  const first = `${most.names} ${inWords(most)}`;
  if (least === most) return `${first}.`;
  const [high, low] = [most, least].map(({ names, number }) => `${names} (${number})`);
  if (least.strength >= AGREE) return `All agree: ${high} most, ${low} least.`;
  return `${first}; the furthest apart, ${least.names}, ${inWords(least)}.`;
}
