/** The network's answer as it is, and without the cells that are ablated. */
import { memoize } from '../../core/memoize.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import { shownValues, topClasses } from '../../explain/target.ts';
import type { AppState } from '../app-state.ts';
import { logitsInView, readingOf } from '../view/in-view.ts';

/** One output; shares of classes from 0 to 1, or the values of numbers. */
export interface PairedPrediction {
  readonly classIndex: number;
  readonly before: number;
  /** Null while no cell is ablated, and until the answer is there. */
  readonly without: number | null;
}

const pairsOf = memoize(
  (before: Float32Array, without: Float32Array | null, reading: OutputReading, count: number): readonly PairedPrediction[] => {
    const shown = topClasses(before, reading, count);
    const best = without && topClasses(without, reading, 1)[0];
    // The new answer is always among the rows: it may come from far below.
    const rows = best != null && !shown.includes(best) ? [...shown.slice(0, -1), best] : shown;
    const valuesBefore = shownValues(before, reading);
    const valuesWithout = without && shownValues(without, reading);
    return rows.map((classIndex) => ({
      classIndex,
      before: valuesBefore[classIndex] ?? Number.NaN,
      without: valuesWithout ? (valuesWithout[classIndex] ?? Number.NaN) : null,
    }));
  },
);

const NONE: readonly PairedPrediction[] = [];

/** The best classes of the selected image, best first; of numbers the largest. */
export function pairedPredictions(state: AppState, count: number): readonly PairedPrediction[] {
  const before = logitsInView(state);
  return before ? pairsOf(before, state.cells.logits, readingOf(state.model), count) : NONE;
}
