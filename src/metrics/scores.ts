/** Every metric that the app knows, in the order of the tables, and the numbers that they make of what was measured. */
import type { OutputReading } from '../core/models/output-reading.ts';
import { complexity, sparseness } from './concentration.ts';
import { averageDrop, increase } from './confidence.ts';
import { deletion, insertion } from './deletion-insertion.ts';
import { maxSensitivity } from './max-sensitivity.ts';
import type { MapMeasures } from './measures.ts';
import type { Metric, Pointing } from './metric.ts';
import { energy, pointing } from './pointing.ts';
import { road } from './road.ts';

const LIST = [deletion, insertion, averageDrop, increase, road, pointing, energy, complexity, sparseness, maxSensitivity] as const;

export type MetricId = (typeof LIST)[number]['id'];

export type MetricInfo = Metric<MetricId, MapMeasures>;

export const METRICS: readonly MetricInfo[] = LIST;

/** Whether a metric is yes or no for one image, and so a proportion over a set. */
export function isYesOrNo(id: MetricId): boolean {
  return METRICS.some((metric) => metric.id === id && metric.isYesOrNo);
}

/** Those that can be had: with a box or without, of a class or of a number. */
export function metricsFor(hasBox: boolean, reading: OutputReading): readonly MetricInfo[] {
  return METRICS.filter(({ needsBox, needsProbability }) => (hasBox || !needsBox) && !(needsProbability && reading === 'number'));
}

/** What is to be known of the metrics of a number. */
export const NUMBER_NOTE = 'Of a number the value is followed; average drop and increase are left out, because they compare probabilities.';

/** Null where the map is constant, or there is no box. */
export type MetricScores = Readonly<Record<MetricId, number | null>>;

/**
 * @param measures null for a constant map, which has no ranking
 * @param box what a box says of the map; null without one
 * @param reading numbers have no measures that compare probabilities
 */
export function metricScores(measures: MapMeasures | null, box: Pointing | null, reading: OutputReading): MetricScores {
  const scores = METRICS.map(({ id, needsProbability, score }) => [
    id,
    score(needsProbability && reading === 'number' ? null : measures, box),
  ]);
  return Object.fromEntries(scores) as Record<MetricId, number | null>;
}
