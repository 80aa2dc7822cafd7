/** What a table of measures says in its cells, and how max-sensitivity was measured. */
import { enumerated } from '../../core/reports/format.ts';
import { methodOf } from '../../explain/methods/list.ts';
import type { MeasureSettings } from '../../metrics/measures.ts';
import { RANDOM_MAP } from '../../metrics/random-map.ts';
import { isYesOrNo, METRICS, type MetricInfo } from '../../metrics/scores.ts';
import { type SetResult, summaryOf } from '../../metrics/set-result.ts';
import type { KeptSet } from '../../protocol/kept-set.ts';
import type { MeasuredRow } from './faithfulness-selectors.ts';

/** @param format of a number */
export function measureInWords({ id, needsExplanations }: MetricInfo, row: MeasuredRow, format: (value: number) => string): string {
  const value = row.scores[id];
  if (row.isPending || (needsExplanations && row.isExplaining)) return '…';
  if (value !== null) return isYesOrNo(id) ? (value > 0 ? 'yes' : 'no') : format(value);
  // A map of random numbers is nobody's explanation.
  if (needsExplanations && row.id === RANDOM_MAP.id) return '–';
  return needsExplanations && row.measures && !row.changes ? 'left out' : 'undefined (constant map)';
}

/** @param leftOut the titles of maps that it was not measured of */
function sensitivityWords({ sensitivity }: MeasureSettings, leftOut: readonly string[]): string {
  if (!sensitivity || sensitivity.of === 'none') return '';
  const { samples, radiusPercent } = sensitivity;
  const words = `Max-sensitivity: the largest of ${samples} changes, in each of which uniform noise moves every value by up to ${radiusPercent} % of the input’s range`;
  return leftOut.length === 0 ? `${words}.` : `${words}; left out for ${enumerated(leftOut)}, of which one more map takes too long.`;
}

/** The same of measured rows. */
export function rowsSensitivityWords(rows: readonly MeasuredRow[], settings: MeasureSettings): string {
  const isLeftOut = ({ id, measures, changes }: MeasuredRow) => id !== RANDOM_MAP.id && measures !== null && changes === null;
  return sensitivityWords(
    settings,
    rows.filter(isLeftOut).map(({ title }) => title),
  );
}

/** The same of a folder. */
export function setSensitivityWords({ settings, methods }: Pick<KeptSet, 'settings' | 'methods'>, results: readonly SetResult[]): string {
  const isLeftOut = (id: string) =>
    results.length > 0 && METRICS.some((metric) => metric.needsExplanations && summaryOf(results, id, metric.id).count === 0);
  return sensitivityWords(
    settings,
    methods.filter(isLeftOut).map((id) => methodOf(id).title),
  );
}
