/** What the colours of a map mean, as exports say it. */
import type { DisplaySettings } from '../../core/maps/display.ts';
import { displayScale } from '../../core/maps/display-scale.ts';
import { legendColours, legendWords } from '../../core/maps/legend.ts';
import { formatValue } from '../../core/reports/format.ts';
import type { MapLegend } from '../../core/reports/legend.ts';
import { methodOf } from '../../explain/methods/list.ts';
import { unitOf } from '../../explain/methods/method.ts';
import type { AppState } from '../app-state.ts';
import type { DerivedMap } from '../compare/derived-map.ts';
import { nothingWords } from '../explanation/nothing-words.ts';
import { legendSubjectOf, type ShownMap } from '../explanation/selectors.ts';

/** @param limit how far a scale reaches that several figures have in common; null: as far as the map's own values */
export function mapLegend(state: AppState, shown: ShownMap, limit: number | null): MapLegend {
  const { map, result, score } = shown;
  const unit = unitOf(methodOf(result.method), score);
  return legendOf({ map, unit, subject: legendSubjectOf(state, shown) }, state.view.display, limit, nothingWords(shown));
}

/** @param nothing why there is nothing to see in it; empty where there is a map */
export function legendOf(
  { map, unit, subject: { name, kind } }: Pick<DerivedMap, 'map' | 'unit' | 'subject'>,
  display: DisplaySettings,
  limit: number | null,
  nothing: string,
): MapLegend {
  const scale = displayScale(map, display, limit);
  if (scale.isEmpty) return { stops: [], ticks: [], words: [`${nothing || 'No positive evidence stands out'}.`] };
  const { low, high, zero } = legendWords(scale, display.colormap, kind);
  const end = ({ value, says }: typeof low) => (says ? `${says} ${name}` : formatValue(value));
  const range = `values from ${formatValue(scale.minimum)} to ${formatValue(scale.maximum)}`;
  return {
    stops: legendColours(scale, display.colormap),
    ticks: [
      { at: 0, text: formatValue(low.value) },
      // At an end there is no room for it: the words tell.
      ...(zero !== null && zero > 0.15 && zero < 0.85 ? [{ at: zero, text: '0' }] : []),
      { at: 1, text: formatValue(high.value) },
    ],
    words: [
      [end(low), ...(zero === null ? [] : ['← 0']), '→', end(high)].join(' '),
      `${unit}; ${range}; ${limit === null ? 'a scale of its own' : 'one scale for all figures'}`,
    ],
  };
}
