/** What is said in and under a figure. */
import type { AblationSettings } from '../core/ablation-plan.ts';
import { isComplete } from '../core/item-sweep.ts';
import { strongestCell } from '../core/map-painter.ts';
import { type MethodInfo, unitOf } from '../core/methods.ts';
import { type OutputActivation, scoreOf } from '../core/scores.ts';
import type { FigureState } from '../state/explanation-state.ts';
import type { ShownMap } from '../state/selectors.ts';
import { formatDuration, formatValue } from './format.ts';

/** How much of the sweep in view is exact; empty when all of it is, or nothing is shown of it. */
export function exactWords({ result, isCurrent }: FigureState): string {
  if (!isCurrent || result?.method !== 'fast-ablation-cam' || isComplete(result.sweep)) return '';
  const { exactCount, isExact, window, stride } = result.sweep;
  return `${exactCount} of ${isExact.length} ${window === 1 && stride === 1 ? 'cells' : 'windows'} exact`;
}

/** What the figure shows, for those who do not see it. */
export function descriptionOf(info: MethodInfo, shown: ShownMap | null, className: string, pictureName: string, exact: string): string {
  if (!shown) return `${pictureName}, not explained yet`;
  const strongest = strongestCell(shown.map);
  const where = strongest
    ? `strongest in row ${strongest.row + 1} of ${shown.map.rows}, column ${strongest.column + 1} of ${shown.map.columns}, with ${formatValue(strongest.value)} (${unitOf(info, shown.score)})`
    : 'without values';
  const certainty = exact ? `, an estimate in part: ${exact}` : '';
  return `${info.title} of the class ${className} at the layer ${shown.context.layer} over ${pictureName}: ${where}${certainty}`;
}

/** What is said of a finished figure: where, how finely, and what it took. */
export function summarise({ map, result, context, estimate }: ShownMap): string {
  const cells = map.rows * map.columns;
  const words = result.method === 'fast-ablation-cam' ? ablationWords(result.sweep) : [];
  if (result.method === 'ablation-cam') words.push(`${result.sweep.isExact.length} channels`);
  const grid = `${map.rows} × ${map.columns}`;
  const summary = [context.layer, words.length ? `${grid} cells` : `${grid} = ${cells} cells`, ...words, formatDuration(result.durationMs)];
  if (estimate) summary.push(`estimate correlated ${estimate.correlation?.toFixed(2) ?? 'with nothing'}`);
  return summary.join(' · ');
}

/** What must be known to read the map right; empty when there is nothing. */
export function caveatOf(shown: ShownMap | null, figure: FigureState, activation: OutputActivation): string {
  if (shown?.estimate && exactWords(figure)) {
    const isMixed = shown.result.method === 'fast-ablation-cam' && shown.result.sweep.exactCount > 0;
    const source = shown.estimate.order === 'largest-first' ? 'first order' : 'coarse windows';
    return `${isMixed ? 'In part an estimate' : 'Estimate'} (${source})`;
  }
  // A former map must not pass for the one that is on its way.
  if (shown && !figure.isCurrent) return `Former map: ${shown.context.layer}`;
  if (shown?.result.method !== 'ablation-cam') return '';
  const score = scoreOf(shown.result.sweep.baseline, shown.score, activation);
  if (score === 0) return 'The score is zero: there are no shares of it';
  return score < 0 ? 'Negative score: its signs are turned around' : '';
}

/** What differs from one cell after the other being silenced. */
function ablationWords({ window, stride, value }: AblationSettings): string[] {
  const words: string[] = [];
  if (window !== 1 || stride !== 1) words.push(`window ${window}, stride ${stride} cells`);
  if (value !== 0) words.push(typeof value === 'number' ? `times ${value}` : value);
  return words;
}
