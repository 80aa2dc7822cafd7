import { useState } from 'react';
import type { OutputReading } from '../../core/models/output-reading.ts';
import { formatInterval, formatMetric, formatShare, formatValue } from '../../core/reports/format.ts';
import { formatRemaining } from '../../core/reports/remaining-time.ts';
import { isYesOrNo, METRICS, type MetricId, metricsFor } from '../../metrics/scores.ts';
import { accuracyOf, isOfNumbers, measuredMaps, type SetResult, summaryOf, worstFirst } from '../../metrics/set-result.ts';
import { filesOfFolder } from '../../platform/dropped-files.ts';
import type { SetSlice } from '../../state/dataset/set-state.ts';
import { mapTitle } from '../../state/faithfulness/map-title.ts';
import { setRemovalWarning, setRemovalWords } from '../../state/faithfulness/removal-words.ts';
import { FileButton } from '../controls/FileButton.tsx';
import { MetricsHead } from '../faithfulness/MetricsHead.tsx';
import { useApp } from '../store-context.tsx';

type KeptSet = NonNullable<SetSlice['set']['kept']>;

const WORST = 8;

/** What it means that the class that a folder is called after is the one with the largest score. */
const RIGHT: Readonly<Record<OutputReading, string>> = {
  softmax: 'named right',
  binary: 'named right',
  independent: 'have their own class first',
  number: '',
};

function valueInWords(value: number | null | undefined): string {
  return value == null ? 'undefined (constant map)' : formatMetric(value);
}

interface Sorting {
  readonly metric: MetricId;
  readonly map: string;
}

/** Methods by metrics; a click on a metric sorts the maps by it, a click on a value shows where it was worst. */
function SetTable({ results, sorting, onSort }: { results: readonly SetResult[]; sorting: Sorting; onSort: (sorting: Sorting) => void }) {
  const metrics = metricsFor(false, isOfNumbers(results) ? 'number' : 'softmax');
  const metric = metrics.find(({ id }) => id === sorting.metric);
  const sign = metric?.isMoreBetter ? -1 : 1;
  const worst = Number.POSITIVE_INFINITY;
  const maps = measuredMaps(results).toSorted(
    (a, b) => sign * ((summaryOf(results, a, sorting.metric).mean ?? worst) - (summaryOf(results, b, sorting.metric).mean ?? worst)),
  );
  return (
    <div className="table-scroll">
      <table className="measures">
        <MetricsHead metrics={metrics} sorting={{ metric: sorting.metric, onSort: (id) => onSort({ ...sorting, metric: id }) }} />
        <tbody>
          {maps.map((map) => (
            <tr key={map}>
              <th scope="row">{mapTitle(map)}</th>
              {metrics.map(({ id, title: metricTitle }) => {
                const summary = summaryOf(results, map, id);
                const isChosen = sorting.metric === id && sorting.map === map;
                return (
                  <td key={id}>
                    <button
                      type="button"
                      className="value-button"
                      aria-pressed={isChosen}
                      aria-label={`Worst images of ${mapTitle(map)} by ${metricTitle}`}
                      title={`${summary.count} images; 95 % confidence interval by ${isYesOrNo(id) ? 'Wilson’s score' : 'Student’s t'}`}
                      onClick={() => onSort({ metric: id, map })}
                    >
                      {valueInWords(summary.mean)} <small>{formatInterval(summary)}</small>
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function WorstImages({ results, sorting }: { results: readonly SetResult[]; sorting: Sorting }) {
  const openSetImage = useApp((state) => state.openSetImage);
  const metric = METRICS.find(({ id }) => id === sorting.metric);
  return (
    <div>
      <h3>
        Worst of {mapTitle(sorting.map)} by {metric?.title}
      </h3>
      <ol className="worst-list">
        {worstFirst(results, sorting.map, sorting.metric)
          .slice(0, WORST)
          .map(({ path, label, predicted, probability, value, scores }) => (
            <li key={path}>
              <button type="button" className="cell-button" onClick={() => void openSetImage(path)}>
                <span className="best-name">{path}</span>
                <span>
                  {predicted} {probability === null ? formatValue(value ?? Number.NaN) : formatShare(probability)}
                  {label !== null && label !== predicted && `, is ${label}`} · {valueInWords(scores[sorting.map]?.[sorting.metric])}
                </span>
              </button>
            </li>
          ))}
      </ol>
    </div>
  );
}

/** What removed pixels become in all images, and of how many that says little. */
function SetRemoval({ kept, results }: { kept: KeptSet; results: readonly SetResult[] }) {
  const words = setRemovalWords(kept);
  const warning = setRemovalWarning(results);
  return (
    <>
      {words && <p className="field-hint field-hint-tall">{words}</p>}
      {warning && <p className="measure-warning">{warning}</p>}
    </>
  );
}

/** A folder of images, measured in the background; it goes on after the tab was closed. */
export function ImageSet() {
  const { status, waiting, kept, results, failed, remainingMs } = useApp((state) => state.set);
  const giveFolder = useApp((state) => state.giveFolder);
  const runSet = useApp((state) => state.runSet);
  const pauseSet = useApp((state) => state.pauseSet);
  const clearSet = useApp((state) => state.clearSet);
  const downloadSet = useApp((state) => state.downloadSet);
  const [chosen, setChosen] = useState<Sorting | null>(null);
  const [first] = measuredMaps(results);
  const sorting = chosen && measuredMaps(results).includes(chosen.map) ? chosen : { metric: 'deletion' as const, map: first ?? '' };
  const { right, known } = accuracyOf(results);
  const total = kept?.paths.length ?? 0;
  const done = results.length + failed.length;
  return (
    <section aria-labelledby="set-title" className="faithfulness">
      <div className="section-head">
        <h2 id="set-title">Dataset</h2>
        <p className="field-hint">
          {waiting !== null
            ? `${waiting} waits until a model is loaded.`
            : kept
              ? `${kept.name}: ${done} of ${total} images at ${kept.layer}${known > 0 ? `, ${right} of ${known} ${RIGHT[kept.reading ?? 'softmax']}` : ''}.`
              : 'Drop or choose a folder (its folders may be called after classes): every map on screen is measured on every image, by the logit of its best class, or by the largest number.'}
        </p>
        <span className="button-row">
          <FileButton label="Folder" isFolder onFiles={(files) => void giveFolder(filesOfFolder(files))} />
          {status === 'running' && (
            <button type="button" className="small-button" onClick={pauseSet}>
              Pause
            </button>
          )}
          {status === 'paused' && (
            <button type="button" className="small-button" onClick={() => void runSet()}>
              Resume
            </button>
          )}
          {kept && (
            <>
              <button type="button" className="small-button" disabled={results.length === 0} onClick={() => downloadSet('csv')}>
                CSV
              </button>
              <button type="button" className="small-button" disabled={results.length === 0} onClick={() => downloadSet('json')}>
                JSON
              </button>
            </>
          )}
          {(kept || waiting !== null) && (
            <button type="button" className="small-button" onClick={() => void clearSet()}>
              Delete
            </button>
          )}
        </span>
      </div>
      {status === 'running' && (
        <p className="field-hint">
          <progress aria-label="Measuring the set" max={total} value={done} /> {remainingMs === null ? '' : formatRemaining(remainingMs)}
        </p>
      )}
      {kept && <SetRemoval kept={kept} results={results} />}
      {failed.map(({ path, message }) => (
        <p key={path} className="field-hint">
          {message}
        </p>
      ))}
      {results.length > 0 && (
        <>
          <SetTable results={results} sorting={sorting} onSort={setChosen} />
          <WorstImages results={results} sorting={sorting} />
        </>
      )}
    </section>
  );
}
