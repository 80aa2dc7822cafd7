/** What was found out, in one sentence each. */
import { memoize } from '../../core/memoize.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import { enumerated, formatCorrelation } from '../../core/reports/format.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { RANDOM_MAP } from '../../metrics/random-map.ts';
import { type MetricInfo, metricsFor } from '../../metrics/scores.ts';
import { accuracyOf, isOfNumbers, measuredMaps, type SetResult, summaryOf } from '../../metrics/set-result.ts';
import { mapTitle } from '../../sets/map-title.ts';
import { agreementOver, depthMethods, depthStatus } from '../across-layers/depth-selectors.ts';
import type { AppState } from '../app-state.ts';
import { type MeasuredRow, measuredRows } from '../faithfulness/faithfulness-selectors.ts';
import type { SanitySlice } from '../faithfulness/sanity-state.ts';
import { selectedImage } from '../view/in-view.ts';

/** What it means that the class that a folder is called after is the one with the largest score; of numbers nothing is known. */
const RIGHT: Readonly<Record<OutputReading, string>> = {
  softmax: 'are named right',
  binary: 'are named right',
  independent: 'have their own class first',
  number: '',
};

/** How many of the measures a map is better by than one of random numbers; some say nothing of that. */
interface Wins {
  readonly title: string;
  readonly wins: number;
  /** The measures that both have. */
  readonly of: number;
}

/** “A beats a random map on 4 of 5 measures, B on 3.”, the best first; empty where there is nothing to compare. */
function winsInWords(all: readonly Wins[]): string {
  const [first, ...others] = all.filter(({ of }) => of > 0).toSorted((a, b) => b.wins - a.wins);
  if (!first) return '';
  const rest = others.map(({ title, wins, of }) => `, ${title} on ${wins}${of === first.of ? '' : ` of ${of}`}`).join('');
  return `${first.title} beats a random map on ${first.wins} of ${first.of} measures${rest}.`;
}

function winsOf(title: string, metrics: readonly MetricInfo[], scoreOf: (metric: MetricInfo, isRandom: boolean) => number | null): Wins {
  const pairs = metrics.flatMap((metric) => {
    const [own, random] = [scoreOf(metric, false), scoreOf(metric, true)];
    const isSilent = !metric.isAgainstRandom || own === null || random === null;
    return isSilent ? [] : [{ isBetter: metric.isMoreBetter ? own > random : own < random }];
  });
  return { title, wins: pairs.filter(({ isBetter }) => isBetter).length, of: pairs.length };
}

const measuredInWords = memoize((rows: readonly MeasuredRow[], metrics: readonly MetricInfo[]): string => {
  const random = rows.find(({ id }) => id === RANDOM_MAP.id);
  if (!random || rows.some(({ isPending }) => isPending)) return '';
  const own = rows.filter((row) => row !== random);
  return winsInWords(own.map((row) => winsOf(row.title, metrics, ({ id }, isRandom) => (isRandom ? random.scores[id] : row.scores[id]))));
});

const metricsOf = memoize(metricsFor, 8);

/** What the measures of the image on screen say together. */
export function measureVerdict(state: AppState): string {
  const { box, reading } = state.faithfulness;
  const hasBox = box !== null && box.imageId === selectedImage(state)?.id;
  return measuredInWords(measuredRows(state), metricsOf(hasBox, reading));
}

/** The same over a dataset, by the means, and how many images are named right. */
export const datasetVerdict = memoize((results: readonly SetResult[], reading: OutputReading): string => {
  const metrics = metricsFor(false, isOfNumbers(results) ? 'number' : 'softmax');
  const maps = measuredMaps(results).filter((id) => id !== RANDOM_MAP.id);
  const mean = (map: string, { id }: MetricInfo) => summaryOf(results, map, id).mean;
  const wins = winsInWords(
    maps.map((map) => winsOf(mapTitle(map), metrics, (metric, isRandom) => mean(isRandom ? RANDOM_MAP.id : map, metric))),
  );
  const { right, known } = accuracyOf(results);
  return [known > 0 && `${right} of ${known} ${RIGHT[reading]}.`, wins].filter(Boolean).join(' ');
});

/** What a rank correlation with the trained network's map means, once all is shuffled. */
function sanityInWords(id: MethodId, correlation: number | null | undefined): string {
  const { title } = methodOf(id);
  if (correlation == null) return `${title} shows nothing any more`;
  const number = formatCorrelation(correlation);
  if (correlation > 0.6) return `${title} stays alike (${number}): it shows little of what the network has learnt`;
  if (Math.abs(correlation) > 0.3 && correlation > -0.6) return `${title} changes in part (${number})`;
  // What was for the class is against it now: the same edges, which no weights were needed for.
  if (correlation < -0.6)
    return `${title} turns around (${number}): the places stay the same, which owes little to what the network has learnt`;
  return `${title} falls apart (${number}), as it should`;
}

/** What the sanity check found, by its last stage. */
export function sanityVerdict({ status, stages, methods }: SanitySlice['sanity']): string {
  const last = stages.at(-1);
  if (status !== 'done' || !last || stages.length < 2) return '';
  return `With all weights shuffled, by rank correlation with the maps as trained, ${methods.map((id) => sanityInWords(id, last.correlations[id])).join('; ')}.`;
}

/** Where along the network the methods agree most, and least. */
export function depthVerdict(state: AppState): string {
  const { columns } = state.depth;
  if (depthStatus(state) !== 'done') return '';
  const known = columns.flatMap((column) => {
    const agreement = agreementOver(state, column)?.mean ?? null;
    return agreement === null ? [] : [{ block: column.title, agreement }];
  });
  const sorted = known.toSorted((x, y) => y.agreement - x.agreement);
  const [most, least] = [sorted[0], sorted.at(-1)];
  if (!most || !least || most === least) return '';
  const methods = depthMethods(state);
  const [titles, what] =
    methods.length === 2
      ? [enumerated(methods.map((id) => methodOf(id).title)), 'rank correlation']
      : [`The ${methods.length} methods`, 'mean rank correlation'];
  return `${titles} agree most at ${most.block} (${what} ${formatCorrelation(most.agreement)}), and least at ${least.block} (${formatCorrelation(least.agreement)}).`;
}
