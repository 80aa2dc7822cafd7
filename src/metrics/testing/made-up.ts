/** Made-up measurements of a map, with every metric and every series that the lists have. */
import { type MapMeasures, SERIES, type SeriesId } from '../measures.ts';
import { type MetricScores, metricScores } from '../scores.ts';

/** None but these. */
export function scoresWith(own: Partial<MetricScores>): MetricScores {
  return { ...metricScores(null, null, 'softmax'), ...own };
}

/** Half everywhere else. */
export function measuresWith(own: Partial<MapMeasures>): MapMeasures {
  const halves = Object.fromEntries(Object.keys(SERIES).map((id) => [id, [0.5]])) as unknown as Record<SeriesId, readonly number[]>;
  return { ...halves, intact: 0.5, ...own };
}
