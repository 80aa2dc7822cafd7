/** The numbers of a table, from what was measured: one per metric, with what is better. */

import type { OutputReading } from '../core/models/output-reading.ts';
import { averageDrop, isIncrease } from './confidence.ts';
import { areaUnderCurve } from './deletion-insertion.ts';
import type { MapMeasures } from './measures.ts';
import type { Pointing } from './pointing.ts';
import { roadScore } from './road.ts';

export type MetricId = 'deletion' | 'insertion' | 'average-drop' | 'increase' | 'road' | 'pointing' | 'energy';

export interface MetricInfo {
  readonly id: MetricId;
  readonly title: string;
  readonly isMoreBetter: boolean;
  /** Whether a person must have drawn a box. */
  readonly needsBox: boolean;
  /** Whether it compares probabilities with each other, as shares: of a number that may be negative, these mean nothing. */
  readonly needsProbability?: boolean;
  /** What it is, in one sentence. */
  readonly summary: string;
  /** As a formula; `p` is the probability of the class. */
  readonly formula: string;
  /** Where it misleads, in one sentence. */
  readonly weakness: string;
  readonly source: string;
}

export const METRICS: readonly MetricInfo[] = [
  {
    id: 'deletion',
    title: 'Deletion',
    isMoreBetter: false,
    needsBox: false,
    summary: 'The mean probability of the class while the most salient pixels are removed, step by step: the area under the curve.',
    formula: 'mean over steps s of p(image without its s most salient pixels), by trapezoids',
    weakness:
      'Removed pixels leave shapes that no training image had, so a network may fall for the shape rather than for what is missing.',
    source: 'RISE: Petsiuk, Das and Saenko, BMVC 2018, section 4.2',
  },
  {
    id: 'insertion',
    title: 'Insertion',
    isMoreBetter: true,
    needsBox: false,
    summary: 'The mean probability of the class while the most salient pixels are put into a replaced image, step by step.',
    formula: 'mean over steps s of p(replacement with the s most salient pixels), by trapezoids',
    weakness: 'It rewards maps of one compact piece, and depends on what the image begins with.',
    source: 'RISE: Petsiuk, Das and Saenko, BMVC 2018, section 4.2',
  },
  {
    id: 'average-drop',
    title: 'Average drop',
    isMoreBetter: false,
    needsBox: false,
    needsProbability: true,
    summary: 'The share of the probability that is lost when only the map’s own part of the image is left.',
    formula: 'max(0, p(image) − p(image × map)) / p(image)',
    weakness: 'A map that covers everything loses nothing: alone it says little.',
    source: 'Grad-CAM++: Chattopadhay et al., WACV 2018, section 4.1',
  },
  {
    id: 'increase',
    title: 'Increase',
    isMoreBetter: true,
    needsBox: false,
    needsProbability: true,
    summary: 'Whether the probability rises when only the map’s own part of the image is left; over a set, how often.',
    formula: 'p(image × map) > p(image)',
    weakness: 'It does not say by how much, and rewards covering everything as well.',
    source: 'Grad-CAM++: Chattopadhay et al., WACV 2018, section 4.1',
  },
  {
    id: 'road',
    title: 'ROAD',
    isMoreBetter: true,
    needsBox: false,
    summary:
      'Half of how much higher the probability stays without the least important pixels than without the most important ones, which are filled in from their surroundings; zero for a map that knows nothing.',
    formula: 'mean over shares of (p(without the least important) − p(without the most important)) / 2',
    weakness: 'What is filled in is smooth, which is a cue of its own to networks that look at texture.',
    source: 'Rong et al., ICML 2022; combined as in pytorch-grad-cam',
  },
  {
    id: 'pointing',
    title: 'Pointing',
    isMoreBetter: true,
    needsBox: true,
    summary: 'Whether the map’s greatest value lies in the box that you drew.',
    formula: 'argmax of the map lies in the box',
    weakness: 'It asks where a person would look, not where the network does.',
    source: 'Zhang et al., ECCV 2016, section 4.1, without tolerance',
  },
  {
    id: 'energy',
    title: 'Energy in box',
    isMoreBetter: true,
    needsBox: true,
    summary: 'The share of the map’s positive values that lies in the box that you drew.',
    formula: 'sum of max(0, map) in the box / sum of max(0, map)',
    weakness: 'It asks where a person would look, and grows with the box: compare it with the box’s share of the image.',
    source: 'Score-CAM: Wang et al., CVPR workshops 2020, section 4.3',
  },
];

/** Whether a metric is yes or no for one image, and so a proportion over a set. */
export function isYesOrNo(id: MetricId): boolean {
  return id === 'increase' || id === 'pointing';
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
 * @param measures null for a map without a ranking
 * @param pointing null without a box
 * @param reading numbers have no measures that compare probabilities
 */
export function metricScores(measures: MapMeasures | null, pointing: Pointing | null, reading: OutputReading): MetricScores {
  const ofClass = reading === 'number' ? null : measures;
  return {
    deletion: measures && areaUnderCurve(measures.deletion),
    insertion: measures && areaUnderCurve(measures.insertion),
    'average-drop': ofClass && averageDrop(ofClass.intact, ofClass.masked),
    increase: ofClass && Number(isIncrease(ofClass.intact, ofClass.masked)),
    road: measures && roadScore(measures.roadMost, measures.roadLeast),
    pointing: pointing && Number(pointing.isHit),
    energy: pointing?.energy ?? null,
  };
}
