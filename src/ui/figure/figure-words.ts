/** What is said in and under a figure. */

import { strongestCell } from '../../core/maps/map-painter.ts';
import { formatDuration, formatValue } from '../../core/reports/format.ts';
import { isComplete } from '../../explain/item-sweep.ts';
import { methodOf } from '../../explain/methods/list.ts';
import { knowsNoClass, type Method, unitOf } from '../../explain/methods/method.ts';
import { INPUT_IMAGE, isSweepResult } from '../../explain/work.ts';
import type { FigureState } from '../../state/explanation/explanation-state.ts';
import { nothingWords } from '../../state/explanation/nothing-words.ts';
import type { ShownMap } from '../../state/explanation/selectors.ts';

/** How much of the sweep in view is exact; empty when all of it is, or nothing is shown of it. */
export function exactWords({ result, isCurrent }: FigureState): string {
  if (!isCurrent || !result || !isSweepResult(result) || isComplete(result.sweep)) return '';
  const { exactCount, isExact, cells } = result.sweep;
  return `${exactCount} of ${isExact.length} ${isExact.length === cells.rows * cells.columns ? 'cells' : 'windows'} exact`;
}

/** What the figure shows, for those who do not see it. */
export function descriptionOf(info: Method, shown: ShownMap | null, className: string, imageName: string, exact: string): string {
  if (!shown) return `${imageName}, not explained yet`;
  const strongest = shown.isNothing ? null : strongestCell(shown.map);
  const where = strongest
    ? `strongest in row ${strongest.row + 1} of ${shown.map.rows}, column ${strongest.column + 1} of ${shown.map.columns}, with ${formatValue(strongest.value)} (${unitOf(info, shown.score)})`
    : nothingWords(shown) || 'without values';
  const certainty = exact ? `, an estimate in part: ${exact}` : '';
  const what = shown.score.reading === 'number' ? 'number' : 'class';
  // One without a name is called `class 3`.
  const subject = knowsNoClass(info) || className.startsWith(`${what} `) ? className : `the ${what} ${className}`;
  const { layer } = shown.context;
  const at = layer === INPUT_IMAGE ? 'from the image itself' : `at the layer ${layer}`;
  return `${info.title} of ${subject} ${at} over ${imageName}: ${where}${certainty}`;
}

/** What is said of a finished figure: how finely it was computed, and what it took. The layer stands above all figures; what is about no layer says so. */
export function summarise({ map, result, context, estimate }: ShownMap): string {
  const cells = map.rows * map.columns;
  const words = methodOf(result.method).details(result);
  const grid = `${map.rows} × ${map.columns}`;
  const timing = `${formatDuration(result.durationMs)} + ${formatDuration(result.forwardMs)} forward pass`;
  const of = context.layer === INPUT_IMAGE ? [INPUT_IMAGE] : [];
  const summary = [...of, words.length ? `${grid} cells` : `${grid} = ${cells} cells`, ...words, timing];
  // A constant map has no correlation with anything.
  if (estimate && estimate.correlation !== null) summary.push(`estimate correlated ${estimate.correlation.toFixed(2)}`);
  return summary.join(' · ');
}

/** What must be known to read the map right; empty when there is nothing. */
export function caveatOf(shown: ShownMap | null, figure: FigureState): string {
  if (shown?.estimate && exactWords(figure)) {
    const isMixed = isSweepResult(shown.result) && shown.result.sweep.exactCount > 0;
    const source = shown.estimate.order === 'largest-first' ? 'first order' : 'coarse windows';
    return `${isMixed ? 'In part an estimate' : 'Estimate'} (${source})`;
  }
  // A former map must not pass for the one that is on its way.
  if (shown && !figure.isCurrent) return `Former map: ${shown.context.layer}`;
  if (shown?.isNothing) return nothingWords(shown);
  return shown ? methodOf(shown.result.method).caveat(shown.result, shown.score) : '';
}
