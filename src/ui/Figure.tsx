import { useMemo } from 'react';
import type { AblationSettings } from '../core/ablation-plan.ts';
import { strongestCell } from '../core/map-painter.ts';
import { type MethodId, type MethodInfo, methodInfo } from '../core/methods.ts';
import type { FigureState } from '../state/app-state.ts';
import { type ShownMap, scoreNameOf, selectedPicture, shownMap } from '../state/selectors.ts';
import { FigureCanvas } from './FigureCanvas.tsx';
import { exactWords, FigureStatus } from './FigureStatus.tsx';
import { formatDuration, formatValue } from './format.ts';
import { Legend } from './Legend.tsx';
import { useApp } from './store-context.tsx';

/** More than any screen shows of one figure. */
const MAX_SIDE = 1600;

function descriptionOf(title: string, shown: ShownMap | null, className: string, pictureName: string, exact: string): string {
  if (!shown) return `${pictureName}, not explained yet`;
  const strongest = strongestCell(shown.map);
  const where = strongest
    ? `strongest in row ${strongest.row + 1} of ${shown.map.rows}, column ${strongest.column + 1} of ${shown.map.columns}, with ${formatValue(strongest.value)}`
    : 'without values';
  const certainty = exact ? `, an estimate in part: ${exact}` : '';
  return `${title} of the class ${className} at the layer ${shown.context.layer} over ${pictureName}: ${where}${certainty}`;
}

function summarise({ map, result, context, estimate }: ShownMap): string {
  const cells = map.rows * map.columns;
  const words = result.method === 'fast-ablation-cam' ? ablationWords(result.sweep) : [];
  if (result.method === 'ablation-cam') words.push(`${result.sweep.isExact.length} channels`);
  const grid = `${map.rows} × ${map.columns}`;
  const summary = [context.layer, words.length ? grid : `${grid} = ${cells} cells`, ...words, formatDuration(result.durationMs)];
  if (estimate) summary.push(`estimate correlated ${estimate.correlation?.toFixed(2) ?? 'with nothing'}`);
  return summary.join(' · ');
}

/** What must be known to read the map right; empty when there is nothing. */
function caveatOf(shown: ShownMap | null, figure: FigureState): string {
  if (shown?.estimate && exactWords(figure)) {
    const isMixed = shown.result.method === 'fast-ablation-cam' && shown.result.sweep.exactCount > 0;
    const source = shown.estimate.order === 'largest-first' ? 'first order' : 'coarse windows';
    return `${isMixed ? 'In part an estimate' : 'Estimate'} (${source})`;
  }
  if (shown?.result.method !== 'ablation-cam' || !figure.isCurrent) return '';
  const { baseline } = shown.result.sweep;
  const own = baseline[shown.score.classIndex] ?? 0;
  const score = shown.score.versus === null ? own : own - (baseline[shown.score.versus] ?? 0);
  return shown.score.kind === 'logit' && score < 0 ? 'Negative score: its signs are turned around' : '';
}

/** What differs from one cell after the other being silenced. */
function ablationWords({ window, stride, value }: AblationSettings): string[] {
  const words: string[] = [];
  if (window !== 1 || stride !== 1) words.push(`window ${window}, stride ${stride}`);
  if (value !== 0) words.push(typeof value === 'number' ? `times ${value}` : value);
  return words;
}

function unitOf(info: MethodInfo, shown: ShownMap | null): string {
  const unit = info.unit[shown?.score.kind ?? 'logit'];
  return shown?.score.versus == null ? unit : `${unit} difference`;
}

/** One method's map over the picture, with its legend and its downloads. */
export function Figure({ method }: { method: MethodId }) {
  const info = methodInfo(method);
  const figure = useApp(({ explanation }) => explanation.figures[method]);
  const shown = useApp((state) => shownMap(state, method));
  const picture = useApp(selectedPicture);
  const card = useApp(({ model }) => model.card);
  const display = useApp(({ view }) => view.display);
  const className = useApp((state) => {
    const current = shownMap(state, method);
    return current ? scoreNameOf(state, current.score) : '';
  });
  const isExporting = useApp(({ exporting }) => exporting !== null);
  const downloadOverlay = useApp((state) => state.downloadOverlay);
  const downloadHeatmap = useApp((state) => state.downloadHeatmap);

  const map = shown?.map ?? null;
  const content = useMemo(
    () =>
      picture &&
      card && { picture: { width: picture.width, height: picture.height }, map, input: card.input, fit: card.preprocessing.fit, display },
    [picture, card, map, display],
  );
  const isBusy = figure.status === 'waiting' || figure.status === 'running';
  const isDone = figure.status === 'done';
  const caveat = caveatOf(shown, figure);
  const ratio = picture ? picture.width / picture.height : 1;
  return (
    <figure className="figure" aria-label={info.title} aria-busy={isBusy}>
      <figcaption className="figure-caption">
        <h2>{info.title}</h2>
        <span className="figure-class">{className || '\u00a0'}</span>
      </figcaption>
      <div className="figure-stage" style={{ '--ratio': ratio }} data-former={(!figure.isCurrent && map !== null) || undefined}>
        {picture && content && (
          <FigureCanvas
            picture={picture}
            content={content}
            description={descriptionOf(info.title, shown, className, picture.name, exactWords(figure))}
            maxSide={MAX_SIDE}
          />
        )}
        {caveat && <p className="figure-caveat">{caveat}</p>}
      </div>
      <FigureStatus method={method} figure={figure} summary={shown ? summarise(shown) : ''} />
      <Legend map={map} display={display} unit={unitOf(info, shown)} />
      <div className="figure-actions">
        <button type="button" disabled={!isDone || isExporting} onClick={() => downloadOverlay(method)}>
          Download overlay
        </button>
        <button type="button" disabled={!isDone || isExporting} onClick={() => downloadHeatmap(method)}>
          Download heatmap
        </button>
      </div>
    </figure>
  );
}
