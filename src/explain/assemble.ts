/** Puts a result together from what the engine reports of it. */
import { withItems } from './item-sweep.ts';
import { sweepMethod } from './methods/list.ts';
import { isSweepResult, isSweepWork, type Result, type ResultEvent, type Work } from './work.ts';

/**
 * @param known what there is of the result so far; null before the first report
 * @param baseline the intact network's logits, `[classes]`, of the same run
 * @returns the result with the report; what was known where the report adds nothing
 */
export function withReport(work: Work, known: Result | null, event: ResultEvent, baseline: Float32Array): Result | null {
  if (event.kind === 'map') return event.result;
  if (!isSweepWork(work)) return known;
  if (event.kind === 'begun') {
    // One that goes on has begun already.
    const { forwardMs } = event;
    return known ?? { method: work.method, sweep: sweepMethod(work.method).begin(work, event, baseline), durationMs: 0, forwardMs };
  }
  if (!known || !isSweepResult(known)) return known;
  return { ...known, sweep: withItems(known.sweep, event.swept), durationMs: known.durationMs + event.durationMs };
}
