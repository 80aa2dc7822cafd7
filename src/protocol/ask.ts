/** One question to an engine, answered as a whole: for tests and tools, which have no screen to fill meanwhile. */
import { begunSweep, type SweepResult, withSweptItems } from './assemble-result.ts';
import type { Engine, ExplainEvent, ExplainRequest, FirstOrderResult, MethodResult } from './engine.ts';

export interface Reply {
  /** `[classes]` */
  readonly logits: Float32Array;
  /** What the forward pass took. */
  readonly passMs: number;
  /** Null where only the logits were asked for. A sweep of some of its items is unfinished. */
  readonly result: MethodResult | FirstOrderResult | null;
}

/** @param onEvent is told everything that the engine reports, as it comes */
export async function ask(
  engine: Engine,
  request: ExplainRequest,
  onEvent: (event: ExplainEvent) => void = () => {},
  signal?: AbortSignal,
): Promise<Reply> {
  const { work } = request;
  let logits = new Float32Array();
  let passMs = Number.NaN;
  let result: Reply['result'] = null;
  let sweep: SweepResult | null = null;
  await engine.explain(
    request,
    (event) => {
      onEvent(event);
      if (event.kind === 'logits') {
        logits = Float32Array.from(event.logits);
        passMs = event.durationMs;
      } else if (event.kind === 'map') result = event.result;
      else if (event.kind === 'begun' && work) sweep = begunSweep(event, work, logits);
      else if (event.kind === 'items' && sweep) sweep = withSweptItems(sweep, event.swept, event.durationMs);
    },
    signal,
  );
  return { logits, passMs, result: sweep ?? result };
}
