import { formatMetric } from '../../core/reports/format.ts';
import { REPLACEMENT_CHOICES } from '../../metrics/measures.ts';
import type { Removal } from '../../metrics/removal.ts';
import { type MetricInfo, metricsFor, NUMBER_NOTE } from '../../metrics/scores.ts';
import { unfinishedWords } from '../../state/compare/unfinished-words.ts';
import { measureVerdict } from '../../state/drawer/verdicts.ts';
import { areFiguresDone } from '../../state/explanation/figures.ts';
import { bestOf, type MeasuredRow, measuredRows } from '../../state/faithfulness/faithfulness-selectors.ts';
import { measureInWords, rowsSensitivityWords } from '../../state/faithfulness/measure-words.ts';
import { imageRemovalWords, REPLACEMENT_TITLES, removalWarning } from '../../state/faithfulness/removal-words.ts';
import { selectedImage } from '../../state/view/in-view.ts';
import { NumberField } from '../controls/NumberField.tsx';
import { SelectField } from '../controls/SelectField.tsx';
import { RunState } from '../drawer/RunState.tsx';
import { useApp } from '../store-context.tsx';
import { BoxFields } from './BoxFields.tsx';
import { FaithfulnessCurves } from './FaithfulnessCurves.tsx';
import { MetricsHead } from './MetricsHead.tsx';
import { SensitivityFields } from './SensitivityFields.tsx';

function isBest(rows: readonly MeasuredRow[], { scores }: MeasuredRow, metric: MetricInfo): boolean {
  const best = bestOf(rows, metric);
  return best !== null && best === scores[metric.id];
}

/** One row for each map, one column for each metric; the best of a column stands out. */
function MeasuresTable({ rows, metrics }: { rows: readonly MeasuredRow[]; metrics: readonly MetricInfo[] }) {
  return (
    <div className="table-scroll">
      <table className="measures">
        <MetricsHead metrics={metrics} />
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">{row.title}</th>
              {metrics.map((metric) => (
                <td key={metric.id} data-best={isBest(rows, row, metric) || undefined}>
                  {measureInWords(metric, row, formatMetric)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What removed pixels became, and whether that says anything. */
function RemovalNote({ removal }: { removal: Removal }) {
  const warning = removalWarning(removal);
  return (
    <>
      <p className="field-hint field-hint-tall">{imageRemovalWords(removal)}</p>
      {warning && <p className="measure-warning">{warning}</p>}
    </>
  );
}

/** Which map is right: what the network says of images that each map has changed. */
export function Faithfulness() {
  const rows = useApp(measuredRows);
  const verdict = useApp(measureVerdict);
  const { status, settings, progress, className, reading, box, removal } = useApp((state) => state.faithfulness);
  const imageId = useApp((state) => selectedImage(state)?.id ?? null);
  const canMeasure = useApp((state) => state.model.info !== null && areFiguresDone(state));
  const unfinished = useApp(unfinishedWords);
  const measureMaps = useApp((state) => state.measureMaps);
  const cancelMeasuring = useApp((state) => state.cancelMeasuring);
  const setMeasure = useApp((state) => state.setMeasure);
  const sensitivity = useApp((state) =>
    state.faithfulness.rows.length > 0 ? rowsSensitivityWords(measuredRows(state), state.faithfulness.measuredWith) : '',
  );
  const hasBox = box !== null && box.imageId === imageId;
  const metrics = metricsFor(hasBox, reading);
  const isNumber = reading === 'number';
  return (
    <section aria-labelledby="faithfulness-title" className="faithfulness">
      <div className="section-head">
        <h2 id="faithfulness-title">Which map is right?</h2>
        <p className="field-hint">
          {rows.length > 0
            ? `Measured by the ${isNumber ? 'value' : 'probability'} of ${className}, beside a map of random numbers.${isNumber ? ` ${NUMBER_NOTE}` : ''}`
            : 'Measures every map on screen by what the network says of images that the map has changed.'}
        </p>
      </div>
      <div className="measure-settings">
        <NumberField
          label="Steps"
          value={settings.steps}
          min={4}
          max={100}
          step={1}
          takes="the-last-one"
          onChange={(steps) => setMeasure({ steps })}
        />
        <SelectField
          label="Removed pixels become"
          options={REPLACEMENT_CHOICES.map((kind) => ({ value: kind, title: REPLACEMENT_TITLES[kind] }))}
          value={settings.replacement}
          onChoose={(replacement) => setMeasure({ replacement })}
        />
        <SensitivityFields />
        <RunState
          activity="measure"
          status={status}
          progress={progress}
          label="Measuring"
          startTitle="Measure"
          canStart={canMeasure}
          blocked={unfinished || 'Once the model is there.'}
          onStart={() => void measureMaps()}
          onCancel={cancelMeasuring}
        />
      </div>
      {verdict && <p className="verdict">{verdict}</p>}
      {removal && rows.length > 0 && <RemovalNote removal={removal} />}
      {sensitivity && <p className="field-hint">{sensitivity}</p>}
      <BoxFields />
      {rows.length > 0 && <MeasuresTable rows={rows} metrics={metrics} />}
      <FaithfulnessCurves />
    </section>
  );
}
