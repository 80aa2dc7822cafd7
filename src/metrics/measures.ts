/** What is measured of a map, and with which settings. */
import { complexitySeries, sparsenessSeries } from './concentration.ts';
import { maskedSeries } from './confidence.ts';
import { deletionSeries, insertionSeries } from './deletion-insertion.ts';
import { DEFAULT_SENSITIVITY, type SensitivitySettings } from './max-sensitivity.ts';
import type { Series } from './metric.ts';
import { REPLACEMENTS, type ReplacementKind } from './replacement.ts';
import { roadLeastSeries, roadMostSeries } from './road.ts';

export interface MeasureSettings {
  /** Into how many equal steps the pixels are divided that are removed, or inserted, one after the other. */
  readonly steps: number;
  /** What removed pixels become; what is inserted into starts from it. */
  readonly replacement: ReplacementChoice;
  /** Left out, as by former versions: max-sensitivity is not measured. */
  readonly sensitivity?: SensitivitySettings;
}

/** `auto`: the mildest one that takes the evidence away (`removal.ts`), the same for all maps that are compared. */
export type ReplacementChoice = ReplacementKind | 'auto';

export const REPLACEMENT_CHOICES: readonly ReplacementChoice[] = ['auto', ...REPLACEMENTS];

export const DEFAULT_MEASURE: MeasureSettings = { steps: 16, replacement: 'auto', sensitivity: DEFAULT_SENSITIVITY };

/** All that is scored for a map: what metrics (`scores.ts`) are computed from, and the curves that are drawn. */
export const SERIES = {
  deletion: deletionSeries,
  insertion: insertionSeries,
  masked: maskedSeries,
  roadMost: roadMostSeries,
  roadLeast: roadLeastSeries,
  complexity: complexitySeries,
  sparseness: sparsenessSeries,
} satisfies Readonly<Record<string, Series>>;

export type SeriesId = keyof typeof SERIES;

/**
 * The probabilities of the class on images that a map has changed, and on the intact one. A map without a ranking (constant, empty, or with
 * values that are no numbers) has none of it.
 */
export type MapMeasures = Readonly<Record<SeriesId, readonly number[]>> & {
  readonly intact: number;
  /** By how much the map changed with each change of the input (`max-sensitivity.ts`); left out where that was not measured. */
  readonly changes?: readonly number[];
};
