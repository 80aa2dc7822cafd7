import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { type CutName as CutNameParts, cutNames } from '../../core/reports/cut-names.ts';
import { formatMetric, formatShare, formatValue } from '../../core/reports/format.ts';
import type { MetricInfo } from '../../metrics/scores.ts';
import type { SetResult } from '../../metrics/set-result.ts';
import { mapTitle } from '../../sets/map-title.ts';
import {
  type GridEntry,
  type GridFilter,
  type GridSort,
  inOrder,
  isWrong,
  pathsByName,
  sortedPaths,
} from '../../state/dataset/grid-order.ts';
import { CutName } from '../controls/CutName.tsx';
import { useApp } from '../store-context.tsx';
import { SetThumbnail } from './SetThumbnail.tsx';

/** A card's place, in CSS pixels, as the style sheet has it. */
const CARD = { width: 148, height: 176 };

interface CardProps {
  readonly entry: GridEntry;
  /** How its name is cut. */
  readonly cut: CutNameParts | undefined;
  /** The map over the image. */
  readonly map: string;
  readonly metric: MetricInfo;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function answerOf({ predicted, probability, value }: SetResult): string {
  return `${predicted} ${probability === null ? formatValue(value ?? Number.NaN) : formatShare(probability)}`;
}

function Measured({ result, cut, map, metric }: Omit<CardProps, 'entry'> & { result: SetResult }) {
  const { path, label, scores } = result;
  const score = scores[map]?.[metric.id] ?? null;
  const isMistaken = isWrong(result);
  return (
    <>
      <span className="set-card-line">
        <span className="set-card-answer">{answerOf(result)}</span>
        {label !== null && <span data-truth={isMistaken ? 'wrong' : 'right'}>{isMistaken ? '✗' : '✓'}</span>}
      </span>
      <span className="set-card-line">
        <span className="set-card-answer">
          {isMistaken ? `is ${label}` : <CutName name={path} head={cut?.head ?? ''} tail={cut?.tail ?? ''} />}
        </span>
        <span>{score === null ? '–' : formatMetric(score)}</span>
      </span>
    </>
  );
}

function spokenWords({ path, result }: GridEntry, map: string, metric: MetricInfo, isFailed: boolean): string {
  if (!result) return `${path}: ${isFailed ? 'could not be read' : 'not measured yet'}`;
  const truth = result.label === null ? '' : isWrong(result) ? `, wrong: it is ${result.label}` : ', right';
  const score = result.scores[map]?.[metric.id] ?? null;
  return `${path}: ${answerOf(result)}${truth}; ${metric.title} ${score === null ? 'undefined' : formatMetric(score)}`;
}

function SetCard({ entry, cut, map, metric }: CardProps) {
  const { path, result } = entry;
  const openSetImage = useApp((state) => state.openSetImage);
  const isOpen = useApp(({ set, images }) => images.selectedId !== null && set.opened[path] === images.selectedId);
  const isFailed = useApp(({ set }) => set.failed.some((failure) => failure.path === path));
  return (
    <button
      type="button"
      className="set-card"
      aria-pressed={isOpen}
      aria-label={spokenWords(entry, map, metric, isFailed)}
      title={path}
      data-waits={result === null || undefined}
      onClick={() => void openSetImage(path)}
    >
      <SetThumbnail path={path} mapId={map} map={result?.maps?.[map] ?? null} description={result ? `${mapTitle(map)} of ${path}` : path} />
      {result ? (
        <Measured result={result} cut={cut} map={map} metric={metric} />
      ) : (
        <>
          <span className="set-card-line">{isFailed ? 'Not readable' : 'Not measured yet'}</span>
          <span className="set-card-line">
            <CutName name={path} head={cut?.head ?? ''} tail={cut?.tail ?? ''} />
          </span>
        </>
      )}
    </button>
  );
}

interface DatasetGridProps {
  /** Of the whole set. */
  readonly paths: readonly string[];
  readonly results: readonly SetResult[];
  readonly sort: GridSort;
  /** What is drawn over the images, and which measure stands under them. */
  readonly map: string;
  readonly metric: MetricInfo;
  readonly filter: GridFilter;
}

/** All images of the set, those that were measured with map, answer, truth and measure: only those in sight are drawn. */
export function DatasetGrid({ paths, results, sort, map, metric, filter }: DatasetGridProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [columns, setColumns] = useState(4);
  const byName = useMemo(() => pathsByName(paths), [paths]);
  // The order is that of the moment in which it was chosen: what comes later stands behind.
  const [order, setOrder] = useState<readonly string[]>([]);
  const latest = useRef(results);
  latest.current = results;
  const isFiltered = filter.wrongOnly || filter.className !== '';
  useEffect(() => setOrder(sort.by === 'path' && !isFiltered ? byName : sortedPaths(latest.current, sort)), [sort, isFiltered, byName]);
  const names = useMemo(() => cutNames(paths.map(nameOf)), [paths]);
  const shown = useMemo(() => inOrder(byName, results, order, filter), [byName, results, order, filter]);
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
            {shown.slice(index * columns, (index + 1) * columns).map((entry) => (
              <SetCard key={entry.path} entry={entry} cut={names.get(nameOf(entry.path))} map={map} metric={metric} />
            ))}
          </div>
        ))}
      </div>
      {shown.length === 0 && <p className="field-hint">No image is like that.</p>}
    </div>
  );
}
