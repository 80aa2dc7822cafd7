/**
 * What the engine has found out so far, so that nothing is computed twice: going back to an image, a layer or a class is instant, and a sweep
 * that was stopped goes on where it was. The results longest unused go first when there are too many.
 */

import { withReport } from '../../explain/assemble.ts';
import { isComplete } from '../../explain/item-sweep.ts';
import { INPUT_IMAGE, isAboutImage, isSweepResult, type Result, type Work, workKey } from '../../explain/work.ts';
import type { BackendName } from '../../protocol/engine.ts';
import type { ExplainEvent } from '../../protocol/explain.ts';

/** Where a result comes from. */
export interface ResultContext {
  readonly imageId: string;
  readonly modelId: string;
  /** `INPUT_IMAGE` for what is about the image itself. */
  readonly layer: string;
  readonly backend: BackendName;
}

export interface StoredResult {
  /** What was asked for, whole or in part. */
  readonly work: Work;
  readonly result: Result;
  readonly context: ResultContext;
}

/** What a result is about, its work aside. */
export type Place = Pick<ResultContext, 'modelId' | 'imageId' | 'layer'>;

const MAX_VALUES = 16_000_000;

/** What is about the image itself is the same at every layer, and found once. */
function layerOf(work: Work, { layer }: Pick<Place, 'layer'>): string {
  return isAboutImage(work) ? INPUT_IMAGE : layer;
}

function resultKey(place: Place, work: Work): string {
  return JSON.stringify([place.modelId, place.imageId, layerOf(work, place), workKey(work)]);
}

/** Where the result of this work comes from, asked for at a layer. */
export function contextOf(work: Work, asked: ResultContext): ResultContext {
  return { ...asked, layer: layerOf(work, asked) };
}

/** Of the arrays that it holds, in values. */
function sizeOf({ result }: Pick<StoredResult, 'result'>): number {
  if (!isSweepResult(result)) return result.map.values.length;
  return Object.values(result.sweep).reduce((sum, part: unknown) => sum + (part instanceof Float32Array ? part.length : 0), 0);
}

/** Keeps what the engine reports of some work. */
export function keepEvent(cache: ResultCache, context: ResultContext, work: Work | null, event: ExplainEvent): void {
  // The newest ones: a sweep's drops are measured from the scores of its own run.
  if (event.kind === 'logits') cache.addLogits(context.modelId, context.imageId, event.logits);
  const baseline = cache.findLogits(context.modelId, context.imageId);
  if (!work || !baseline || event.kind === 'logits' || event.kind === 'progress') return;
  const known = cache.find(context, work)?.result ?? null;
  const result = withReport(work, known, event, baseline);
  if (result && result !== known) cache.add(work, result, context);
}

function isSamePlace(a: Place, b: Place): boolean {
  const isSameLayer = a.layer === b.layer || a.layer === INPUT_IMAGE || b.layer === INPUT_IMAGE;
  return a.modelId === b.modelId && a.imageId === b.imageId && isSameLayer;
}

export class ResultCache {
  readonly #onChange: () => void;
  readonly #results = new Map<string, StoredResult>();
  readonly #logits = new Map<string, Float32Array>();
  #values = 0;

  /** @param onChange called after every change of what is known */
  constructor(onChange: () => void = () => {}) {
    this.#onChange = onChange;
  }

  find(place: Place, work: Work): StoredResult | null {
    const key = resultKey(place, work);
    const found = this.#results.get(key);
    if (!found) return null;
    // Put back at the end: the front of the map is what was longest unused.
    this.#results.delete(key);
    this.#results.set(key, found);
    return found;
  }

  /** @param work what was asked for, whole or in part */
  add(work: Work, result: Result, context: ResultContext): void {
    const key = resultKey(context, work);
    this.#put(key, { work, result, context });
    this.#onChange();
  }

  #put(key: string, { work, result, context: from }: StoredResult): void {
    const context = contextOf(work, from);
    const stored = { work, result, context };
    this.#forget(key);
    this.#results.set(key, stored);
    this.#values += sizeOf(stored);
    for (const [oldest, { context: other }] of this.#results) {
      if (this.#values <= MAX_VALUES) break;
      // What is about one layer of one image is needed together: letting go of some of it would have it asked for again, without end.
      if (!isSamePlace(other, context)) this.#forget(oldest);
    }
  }

  /** All results there are. */
  all(): Iterable<StoredResult> {
    return this.#results.values();
  }

  /** What a former visit found out, where this one has not: at once, as it may be a lot. */
  restore(
    results: readonly StoredResult[],
    logits: readonly { readonly modelId: string; readonly imageId: string; readonly logits: Float32Array }[],
  ): void {
    for (const stored of results) {
      const key = resultKey(stored.context, stored.work);
      if (!this.#results.has(key)) this.#put(key, stored);
    }
    for (const { modelId, imageId, logits: values } of logits) {
      const key = JSON.stringify([modelId, imageId]);
      if (!this.#logits.has(key)) this.#logits.set(key, values);
    }
    this.#onChange();
  }

  /** What nobody looks at is kept only where nothing else has to go for it. */
  addWhereRoom(work: Work, result: Result, context: ResultContext): void {
    const former = this.#results.get(resultKey(context, work));
    const size = sizeOf({ result }) - (former ? sizeOf(former) : 0);
    if (this.#values + size <= MAX_VALUES) this.add(work, result, context);
  }

  findLogits(modelId: string, imageId: string): Float32Array | null {
    return this.#logits.get(JSON.stringify([modelId, imageId])) ?? null;
  }

  addLogits(modelId: string, imageId: string, logits: Float32Array): void {
    this.#logits.set(JSON.stringify([modelId, imageId]), logits);
    this.#onChange();
  }

  /** Forgets everything about an image or a model. */
  forget(matches: (context: { readonly imageId: string; readonly modelId: string }) => boolean): void {
    for (const [key, { context }] of this.#results) if (matches(context)) this.#forget(key);
    for (const key of this.#logits.keys()) {
      const [modelId, imageId]: [string, string] = JSON.parse(key);
      if (matches({ modelId, imageId })) this.#logits.delete(key);
    }
    this.#onChange();
  }

  /** Forgets sweeps that another backend left unfinished: its numbers differ in the last digits, and drops can be as small. */
  forgetUnfinished(backend: BackendName): void {
    for (const [key, { result, context }] of this.#results)
      if (context.backend !== backend && isSweepResult(result) && !isComplete(result.sweep)) this.#forget(key);
    this.#onChange();
  }

  #forget(key: string): void {
    const stored = this.#results.get(key);
    if (!stored) return;
    this.#values -= sizeOf(stored);
    this.#results.delete(key);
  }
}
