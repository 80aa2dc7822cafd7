/**
 * What the engine has found out so far, so that nothing is computed twice: going back to a picture, a layer or a class is instant, and a sweep
 * that was stopped goes on where it was. The results longest unused go first when there are too many.
 */
import { isComplete } from '../core/item-sweep.ts';
import { begunSweep, type SweepResult, withSweptItems } from '../protocol/assemble-result.ts';
import type { BackendName, ExplainEvent, FirstOrderResult, MethodResult, Work, WorkKind } from '../protocol/engine.ts';
import type { ResultContext } from './explanation-state.ts';

export type KeptResult = MethodResult | FirstOrderResult;

/** Results by the kind of work that they are of. */
type ResultByKind = { readonly [Kind in WorkKind]: Extract<KeptResult, { method: Kind }> };

export interface StoredResult<Kind extends WorkKind = WorkKind> {
  readonly result: ResultByKind[Kind];
  readonly context: ResultContext;
}

/** What a result is about, its work aside. */
export type Place = Pick<ResultContext, 'modelId' | 'pictureId' | 'layer'>;

const MAX_VALUES = 16_000_000;

/** The score matters to maps alone: a sweep holds all classes, whichever of its items are asked for. */
export function workKey(work: Work): string {
  switch (work.method) {
    case 'grad-cam':
      return JSON.stringify([work.method, work.score.classIndex, work.score.kind, work.score.versus]);
    case 'first-order':
      return JSON.stringify([work.method, work.score.classIndex, work.score.kind, work.score.versus, work.value]);
    case 'fast-ablation-cam':
      return JSON.stringify([work.method, work.ablation.window, work.ablation.stride, work.ablation.value]);
    case 'ablation-cam':
      return JSON.stringify([work.method]);
  }
}

export function resultKey({ modelId, pictureId, layer }: Place, work: Work): string {
  return JSON.stringify([modelId, pictureId, layer, workKey(work)]);
}

function sizeOf({ result }: StoredResult): number {
  if ('map' in result) return result.map.values.length;
  return result.sweep.logits.length + (result.method === 'ablation-cam' ? result.sweep.activation.length : 0);
}

function isOf<Kind extends WorkKind>(stored: StoredResult, kind: Kind): stored is StoredResult<Kind> {
  return stored.result.method === kind;
}

/** Keeps what the engine reports of some work. */
export function keepEvent(cache: ResultCache, context: ResultContext, work: Work | null, event: ExplainEvent): void {
  // The newest ones: a sweep's drops are measured from the scores of its own run.
  if (event.kind === 'logits') cache.addLogits(context.modelId, context.pictureId, event.logits);
  if (!work) return;
  if (event.kind === 'map') cache.add(work, event.result, context);
  if (work.method !== 'fast-ablation-cam' && work.method !== 'ablation-cam') return;
  const known: SweepResult | undefined = cache.find(context, work)?.result;
  const baseline = cache.findLogits(context.modelId, context.pictureId);
  if (event.kind === 'begun' && !known && baseline) cache.add(work, begunSweep(event, work, baseline), context);
  if (event.kind === 'items' && known) cache.add(work, withSweptItems(known, event.swept, event.durationMs), context);
}

function isSamePlace(a: Place, b: Place): boolean {
  return a.modelId === b.modelId && a.pictureId === b.pictureId && a.layer === b.layer;
}

export class ResultCache {
  readonly #results = new Map<string, StoredResult>();
  readonly #logits = new Map<string, Float32Array>();
  #values = 0;

  find<Kind extends WorkKind>(place: Place, work: Extract<Work, { method: Kind }>): StoredResult<Kind> | null {
    const key = resultKey(place, work);
    const found = this.#results.get(key);
    if (!found) return null;
    // Put back at the end: the front of the map is what was longest unused.
    this.#results.delete(key);
    this.#results.set(key, found);
    return isOf(found, work.method) ? found : null;
  }

  /** @param work what was asked for, whole or in part */
  add(work: Work, result: KeptResult, context: ResultContext): void {
    const key = resultKey(context, work);
    const stored: StoredResult = { result, context };
    this.#forget(key);
    this.#results.set(key, stored);
    this.#values += sizeOf(stored);
    for (const [oldest, { context: other }] of this.#results) {
      if (this.#values <= MAX_VALUES) break;
      // What is about one layer of one picture is needed together: letting go of some of it would have it asked for again, without end.
      if (!isSamePlace(other, context)) this.#forget(oldest);
    }
  }

  findLogits(modelId: string, pictureId: string): Float32Array | null {
    return this.#logits.get(JSON.stringify([modelId, pictureId])) ?? null;
  }

  addLogits(modelId: string, pictureId: string, logits: Float32Array): void {
    this.#logits.set(JSON.stringify([modelId, pictureId]), logits);
  }

  /** Forgets everything about a picture or a model. */
  forget(matches: (context: { readonly pictureId: string; readonly modelId: string }) => boolean): void {
    for (const [key, { context }] of this.#results) if (matches(context)) this.#forget(key);
    for (const key of this.#logits.keys()) {
      const [modelId, pictureId]: [string, string] = JSON.parse(key);
      if (matches({ modelId, pictureId })) this.#logits.delete(key);
    }
  }

  /** Forgets sweeps that another backend left unfinished: its numbers differ in the last digits, and drops can be as small. */
  forgetUnfinished(backend: BackendName): void {
    for (const [key, { result, context }] of this.#results)
      if (context.backend !== backend && 'sweep' in result && !isComplete(result.sweep)) this.#forget(key);
  }

  #forget(key: string): void {
    const stored = this.#results.get(key);
    if (!stored) return;
    this.#values -= sizeOf(stored);
    this.#results.delete(key);
  }
}
