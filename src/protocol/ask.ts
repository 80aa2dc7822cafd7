/** One question to an engine, answered as a whole: for tests and tools, which have no screen to fill meanwhile. */
import { withReport } from '../explain/assemble.ts';
import type { Result } from '../explain/work.ts';
import type { ExplainEvent, Explains, RequestAbout } from './explain.ts';

export interface Reply {
  /** `[classes]` */
  readonly logits: Float32Array;
  /** What the forward pass took. */
  readonly passMs: number;
  /** Null where only the logits were asked for. A sweep of some of its items is unfinished. */
  readonly result: Result | null;
}

/** @param onEvent is told everything that the engine reports, as it comes */
export async function ask<Image>(
  engine: Explains<Image>,
  request: RequestAbout<Image>,
  onEvent: (event: ExplainEvent) => void = () => {},
  signal?: AbortSignal,
): Promise<Reply> {
  const { work } = request;
  let logits = new Float32Array();
  let passMs = Number.NaN;
  let result: Result | null = null;
  await engine.explain(
    request,
    (event) => {
      onEvent(event);
      if (event.kind === 'logits') {
        logits = Float32Array.from(event.logits);
        passMs = event.durationMs;
      } else if (event.kind !== 'progress' && work) result = withReport(work, result, event, logits);
    },
    signal,
  );
  return { logits, passMs, result };
}
