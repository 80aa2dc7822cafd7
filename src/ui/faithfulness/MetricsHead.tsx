import type { MetricId, MetricInfo } from '../../metrics/scores.ts';

function MetricTitle({ title, isMoreBetter }: MetricInfo) {
  return (
    <>
      {title} <span aria-hidden="true">{isMoreBetter ? '↑' : '↓'}</span>
      <span className="visually-hidden">{isMoreBetter ? ', more is better' : ', less is better'}</span>
    </>
  );
}

interface MetricsHeadProps {
  readonly metrics: readonly MetricInfo[];
  /** The metric that the maps are sorted by, best first, and how to choose another one; without it their order is given. */
  readonly sorting?: { readonly metric: MetricId; onSort(metric: MetricId): void };
}

/** The head of a table of maps by metrics: what each metric is, and what is better. */
export function MetricsHead({ metrics, sorting }: MetricsHeadProps) {
  const orderOf = ({ id, isMoreBetter }: MetricInfo) => {
    if (id !== sorting?.metric) return 'none';
    return isMoreBetter ? 'descending' : 'ascending';
  };
  return (
    <thead>
      <tr>
        <th scope="col">Map</th>
        {metrics.map((metric) => (
          <th key={metric.id} scope="col" title={metric.summary} aria-sort={sorting && orderOf(metric)}>
            {sorting ? (
              <button type="button" className="link-button" onClick={() => sorting.onSort(metric.id)}>
                <MetricTitle {...metric} />
              </button>
            ) : (
              <MetricTitle {...metric} />
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}
