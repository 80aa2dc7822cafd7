/** The one colour scale of all figures, for the one legend that says what it means. */
import type { DisplaySettings } from '../../core/maps/display.ts';
import { type DisplayScale, displayScale } from '../../core/maps/display-scale.ts';
import type { LegendSubject } from '../../core/maps/legend.ts';
import { memoize } from '../../core/memoize.ts';
import { methodOf } from '../../explain/methods/list.ts';
import { knowsNoClass, unitOf } from '../../explain/methods/method.ts';
import type { AppState } from '../app-state.ts';
import { legendSubjectOf, sharedLimit, shownMap } from './selectors.ts';

interface CommonScale {
  readonly scale: DisplayScale;
  /** Of all maps, each once. */
  readonly units: string;
  readonly subject: LegendSubject;
}

const common = memoize(
  (minimum: number, maximum: number, limit: number, display: DisplaySettings, units: string, subject: LegendSubject): CommonScale => ({
    scale: displayScale({ rows: 1, columns: 2, values: Float32Array.of(minimum, maximum) }, display, limit),
    units,
    subject,
  }),
);

/** Null where each figure has a scale of its own. */
export function commonScale(state: AppState): CommonScale | null {
  const limit = sharedLimit(state);
  const all = state.view.methods.flatMap((method) => {
    const shown = shownMap(state, method);
    return shown ? [{ shown, unit: unitOf(methodOf(method), shown.score) }] : [];
  });
  const [first] = all;
  if (limit === null || !first) return null;
  const { display } = state.view;
  const scales = all.map(({ shown }) => displayScale(shown.map, display, limit));
  const units = [...new Set(all.map(({ unit }) => unit))].join(' or ');
  const { shown } = all.find(({ shown: { result } }) => !knowsNoClass(methodOf(result.method))) ?? first;
  const subject = legendSubjectOf(state, shown);
  return common(
    Math.min(...scales.map(({ minimum }) => minimum)),
    Math.max(...scales.map(({ maximum }) => maximum)),
    limit,
    display,
    units,
    subject,
  );
}
