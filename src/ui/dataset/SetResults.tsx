import { useMemo, useRef, useState } from 'react';
import { formatInterval, formatMetric } from '../../core/reports/format.ts';
import { RANDOM_MAP } from '../../metrics/random-map.ts';
import { isYesOrNo, type MetricId, type MetricInfo, metricsFor } from '../../metrics/scores.ts';
import { isOfNumbers, knownMaps, measuredMaps, type SetResult, summaryOf } from '../../metrics/set-result.ts';
import { mapTitle } from '../../sets/map-title.ts';
import { hasBoxes } from '../../state/dataset/boxed-results.ts';
import type { GridFilter, GridSort } from '../../state/dataset/grid-order.ts';
import { Choice } from '../controls/Choice.tsx';
import { SelectField } from '../controls/SelectField.tsx';
import { MetricsHead } from '../faithfulness/MetricsHead.tsx';
import { useApp } from '../store-context.tsx';
import { DatasetGrid } from './DatasetGrid.tsx';

function valueInWords(value: number | null, map: string, { needsBox, needsExplanations }: MetricInfo): string {
  if (value !== null) return formatMetric(value);
  // A map of random numbers is nobody's explanation.
  if (needsExplanations) return map === RANDOM_MAP.id ? '–' : 'left out';
  return needsBox ? 'no box on these images' : 'undefined (constant map)';
}

interface Sorting {
  readonly metric: MetricId;
  readonly map: string;
}

/** Methods by metrics; a click on a metric sorts the maps by it, a click on a value shows where it was worst. */
interface SetTableProps {
  readonly results: readonly SetResult[];
  readonly metrics: readonly MetricInfo[];
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
}

function SetTable({ results, metrics, sorting, onSort }: SetTableProps) {
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
              {metrics.map((info) => {
                const { id, title: metricTitle } = info;
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
                      {valueInWords(summary.mean, map, info)} <small>{formatInterval(summary)}</small>
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

const ORDERS = [
  { id: 'path', title: 'Name' },
  { id: 'least-sure', title: 'Least sure first' },
  { id: 'metric', title: 'Worst first' },
] as const;

/** All images, sorted and filtered, and the summary by methods and measures: what is clicked there sorts the images. */
export function SetResults({ paths, results }: { paths: readonly string[]; results: readonly SetResult[] }) {
  const isBoxed = useApp(hasBoxes);
  const images = useRef<HTMLDivElement>(null);
  const metrics = useMemo(() => metricsFor(isBoxed, isOfNumbers(results) ? 'number' : 'softmax'), [isBoxed, results]);
  const run = useApp(({ set }) => set.run);
  const maps = useMemo(
    () => [...new Set([...knownMaps(results), ...Object.values(run?.overlays ?? {}).flatMap(Object.keys)])],
    [results, run],
  );
  const isMeasured = results.some(({ scores }) => Object.keys(scores).length > 0);
  const [chosen, setChosen] = useState<Sorting>({ metric: 'deletion', map: '' });
  const [by, setBy] = useState<GridSort['by']>('path');
  const [filter, setFilter] = useState<GridFilter>({ wrongOnly: false, className: '' });
  const map = maps.includes(chosen.map) ? chosen.map : (maps[0] ?? '');
  const metric = metrics.find(({ id }) => id === chosen.metric) ?? metrics[0];
  const metricId = metric?.id;
  const sort = useMemo<GridSort>(
    () => (by === 'metric' && metricId ? { by, metric: metricId, map } : { by: by === 'least-sure' ? by : 'path' }),
    [by, metricId, map],
  );
  const classes = [...new Set(results.flatMap(({ label, predicted }) => (label === null ? [predicted] : [label, predicted])))].sort();
  if (!metric) return null;
  return (
    <div className="set-results">
      <div ref={images} className="set-images">
        <div className="set-filters">
          <Choice label="Order" options={ORDERS.map(({ id, title }) => ({ value: id, title }))} value={by} onChoose={setBy} />
          {!isMeasured && maps.length > 1 && (
            <Choice
              label="Map"
              options={maps.map((value) => ({ value, title: mapTitle(value) }))}
              value={map}
              onChoose={(value) => setChosen({ ...chosen, map: value })}
            />
          )}
          <SelectField
            label="Show only"
            options={[{ value: '', title: 'All' }, ...classes.map((name) => ({ value: name, title: name }))]}
            value={filter.className}
            onChoose={(className) => setFilter({ ...filter, className })}
          />
          <label className="check-field">
            <input
              type="checkbox"
              checked={filter.wrongOnly}
              onChange={({ target }) => setFilter({ ...filter, wrongOnly: target.checked })}
            />
            Wrong only
          </label>
        </div>
        <DatasetGrid paths={paths} results={results} metric={metric} map={map} sort={sort} filter={filter} />
      </div>
      {isMeasured && (
        <SetTable
          results={results}
          metrics={metrics}
          sorting={{ metric: metric.id, map }}
          onSort={(sorting) => {
            setChosen(sorting);
            setBy('metric');
            images.current?.scrollIntoView({ block: 'nearest' });
          }}
        />
      )}
    </div>
  );
}
