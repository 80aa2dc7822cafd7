/** An image explained whole, with nothing on screen meanwhile: for sets of images, and for archives. */
import type { OutputReading } from '../core/models/output-reading.ts';
import { type MethodId, methodOf } from '../explain/methods/list.ts';
import type { Subject } from '../explain/methods/method.ts';
import { type ClassScore, topClasses } from '../explain/target.ts';
import type { Result } from '../explain/work.ts';
import { ask } from '../protocol/ask.ts';
import type { Engine } from '../protocol/engine.ts';
import type { ExplainEvent, ExplainRequest } from '../protocol/explain.ts';

export type WholeRequest = Omit<ExplainRequest, 'work'>;

/** The intact network's logits, `[classes]`. */
export async function logitsOf(engine: Engine, request: WholeRequest, signal: AbortSignal): Promise<Float32Array> {
  const { logits } = await ask(engine, { ...request, work: null }, () => {}, signal);
  return logits;
}

/** The logit of the class that is best; of numbers the largest. */
export function bestScore(logits: Float32Array, reading: OutputReading): ClassScore {
  const classIndex = topClasses(logits, reading, 1)[0] ?? 0;
  return { classIndex, kind: reading === 'number' ? 'value' : 'logit', versus: null, reading };
}

/**
 * Null for an engine that has nothing to say of it.
 *
 * @param onShare told how much of it is there, 0 to 1
 */
export async function explainWhole(
  engine: Engine,
  request: WholeRequest,
  method: MethodId,
  subject: Pick<Subject, 'score' | 'ablation'>,
  signal: AbortSignal,
  onShare: (share: number) => void = () => {},
): Promise<Result | null> {
  const work = methodOf(method).whole(subject);
  const tell = (event: ExplainEvent) => event.kind === 'progress' && !signal.aborted && onShare(event.done / event.total);
  const { result } = await ask(engine, { ...request, work }, tell, signal);
  return result;
}
