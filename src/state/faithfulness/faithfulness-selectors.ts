/** The table of measures, derived from what was measured and from the box. */

import { type Frame, inputFrame } from '../../core/images/geometry.ts';
import { memoize } from '../../core/memoize.ts';
import type { ModelCard } from '../../core/models/model-card.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import type { MapMeasures } from '../../metrics/measures.ts';
import { pointingOf } from '../../metrics/pointing.ts';
import { type MetricInfo, type MetricScores, metricScores } from '../../metrics/scores.ts';
import type { AppState } from '../app-state.ts';
import type { Image } from '../images/image-state.ts';
import { selectedImage } from '../view/in-view.ts';
import type { FaithfulnessSlice, MeasuredMap } from './faithfulness-state.ts';

export interface MeasuredRow extends MeasuredMap {
  readonly scores: MetricScores;
}

/** With what is known of max-sensitivity, once all of it is. */
function measuresOf({ measures, changes, isExplaining }: MeasuredMap): MapMeasures | null {
  return measures && changes && !isExplaining ? { ...measures, changes } : measures;
}

const rowsOf = memoize(
  (
    rows: readonly MeasuredMap[],
    drawn: FaithfulnessSlice['faithfulness']['box'],
    image: Image | null,
    card: ModelCard | null,
    reading: OutputReading,
  ): readonly MeasuredRow[] => {
    const frame: Frame | null = image && card && inputFrame(image, card.input, card.preprocessing.fit);
    const box = drawn?.imageId === image?.id ? (drawn?.box ?? null) : null;
    return rows.map((row) => ({
      ...row,
      scores: metricScores(measuresOf(row), box && frame ? pointingOf(row.map, box, frame) : null, reading),
    }));
  },
);

export function measuredRows(state: AppState): readonly MeasuredRow[] {
  return rowsOf(state.faithfulness.rows, state.faithfulness.box, selectedImage(state), state.model.card, state.faithfulness.reading);
}

/** The best value of a metric among finished rows; null where none is better than the others. */
export function bestOf(rows: readonly MeasuredRow[], { id, isMoreBetter }: Pick<MetricInfo, 'id' | 'isMoreBetter'>): number | null {
  const values = rows.flatMap(({ scores }) => scores[id] ?? []);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (values.length < 2 || least === most) return null;
  return isMoreBetter ? most : least;
}
