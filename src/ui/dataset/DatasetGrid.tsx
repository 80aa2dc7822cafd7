import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { type CutName as CutNameParts, cutNames } from '../../core/reports/cut-names.ts';
import { formatMetric, formatShare, formatValue } from '../../core/reports/format.ts';
import type { MetricInfo } from '../../metrics/scores.ts';
import type { SetResult } from '../../metrics/set-result.ts';
import { type GridFilter, type GridSort, inOrder, isWrong, sortedPaths } from '../../state/dataset/grid-order.ts';
import { mapTitle } from '../../state/faithfulness/map-title.ts';
import { CutName } from '../controls/CutName.tsx';
import { useApp } from '../store-context.tsx';
import { SetThumbnail } from './SetThumbnail.tsx';

/** A card's place, in CSS pixels, as the style sheet has it. */
const CARD = { width: 148, height: 176 };

interface CardProps {
  readonly result: SetResult;
  /** How its name is cut. */
  readonly cut: CutNameParts | undefined;
  /** The map over the image. */
  readonly map: string;
  readonly metric: MetricInfo;
}

function nameOf({ path }: SetResult): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function truthMark(result: SetResult): string {
  if (result.label === null) return '';
  return isWrong(result) ? '✗' : '✓';
}

function SetCard({ result, cut, map, metric }: CardProps) {
  const openSetImage = useApp((state) => state.openSetImage);
  const isOpen = useApp(({ set, images }) => images.selectedId !== null && set.opened[result.path] === images.selectedId);
  const { path, predicted, probability, value, label, maps, scores } = result;
  const score = scores[map]?.[metric.id] ?? null;
  const answer = `${predicted} ${probability === null ? formatValue(value ?? Number.NaN) : formatShare(probability)}`;
  const truth = label === null ? '' : isWrong(result) ? `, wrong: it is ${label}` : ', right';
  return (
    <button
      type="button"
      className="set-card"
      aria-pressed={isOpen}
      aria-label={`${path}: ${answer}${truth}; ${metric.title} ${score === null ? 'undefined' : formatMetric(score)}`}
      title={path}
      onClick={() => void openSetImage(path)}
    >
      <SetThumbnail path={path} map={maps?.[map] ?? null} description={`${mapTitle(map)} of ${path}`} />
      <span className="set-card-line">
        <span className="set-card-answer">{answer}</span>
        <span data-truth={label === null ? undefined : isWrong(result) ? 'wrong' : 'right'}>{truthMark(result)}</span>
      </span>
      <span className="set-card-line">
        <span className="set-card-answer">
          {label !== null && isWrong(result) ? `is ${label}` : <CutName name={path} head={cut?.head ?? ''} tail={cut?.tail ?? ''} />}
        </span>
        <span>{score === null ? '–' : formatMetric(score)}</span>
      </span>
    </button>
  );
}

interface DatasetGridProps {
  readonly results: readonly SetResult[];
  readonly sort: GridSort;
  /** What is drawn over the images, and which measure stands under them. */
  readonly map: string;
  readonly metric: MetricInfo;
  readonly filter: GridFilter;
}

/** All images of the set that were measured, with map, answer, truth and measure: only those in sight are drawn. */
export function DatasetGrid({ results, sort, map, metric, filter }: DatasetGridProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [columns, setColumns] = useState(4);
  // The order is that of the moment in which it was chosen: what comes later stands behind.
  const [order, setOrder] = useState<readonly string[]>([]);
  const latest = useRef(results);
  latest.current = results;
  useEffect(() => setOrder(sortedPaths(latest.current, sort)), [sort]);
  const names = useMemo(() => cutNames(results.map(nameOf)), [results]);
  const shown = useMemo(() => inOrder(results, order, filter), [results, order, filter]);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setColumns(Math.max(1, Math.floor(element.clientWidth / CARD.width))));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const rows = useVirtualizer({
    count: Math.ceil(shown.length / columns),
    getScrollElement: () => frame.current,
    estimateSize: () => CARD.height,
    overscan: 1,
  });
  return (
    <div ref={frame} className="set-grid">
      <div className="set-grid-inner" style={{ blockSize: `${rows.getTotalSize()}px` }}>
        {rows.getVirtualItems().map(({ key, index, start }) => (
          <div key={key} className="set-grid-row" style={{ transform: `translateY(${start}px)`, '--columns': columns }}>
            {shown.slice(index * columns, (index + 1) * columns).map((result) => (
              <SetCard key={result.path} result={result} cut={names.get(nameOf(result))} map={map} metric={metric} />
            ))}
          </div>
        ))}
      </div>
      {shown.length === 0 && <p className="field-hint">No image is like that.</p>}
    </div>
  );
}
