/**
 * What the engine has found out so far, so that nothing is computed twice: going back to a picture, a layer or a class is instant.
 * The results longest unused go first when there are too many.
 */
import { type AblationSettings, DEFAULT_ABLATION } from '../core/ablation-plan.ts';
import type { ClassScore } from '../core/scores.ts';
import type { MethodResult } from '../protocol/engine.ts';
import type { ResultContext } from './app-state.ts';

export interface StoredResult {
  readonly result: MethodResult;
  readonly context: ResultContext;
}

/** What a result is looked up by. The score matters to Grad-CAM alone: a sweep holds all classes. */
export interface ResultQuery {
  readonly modelId: string;
  readonly pictureId: string;
  readonly layer: string;
  readonly score: ClassScore;
  readonly ablation: AblationSettings;
}

/** For results that hold all scores. */
const NO_SCORE: ClassScore = { classIndex: 0, kind: 'logit', versus: null };

const MAX_VALUES = 16_000_000;

function keyOf(method: MethodResult['method'], { modelId, pictureId, layer, score, ablation }: ResultQuery): string {
  const place = [method, modelId, pictureId, layer];
  const { classIndex, kind, versus } = score;
  const { window, stride, value } = ablation;
  return JSON.stringify(method === 'grad-cam' ? [...place, classIndex, kind, versus] : [...place, window, stride, value]);
}

function sizeOf({ result }: StoredResult): number {
  return result.method === 'grad-cam' ? result.map.values.length : result.sweep.logits.length;
}

export class ResultCache {
  readonly #results = new Map<string, StoredResult>();
  readonly #logits = new Map<string, Float32Array>();
  #values = 0;

  find(method: MethodResult['method'], query: ResultQuery): StoredResult | null {
    const key = keyOf(method, query);
    const found = this.#results.get(key);
    if (!found) return null;
    // Put back at the end: the front of the map is what was longest unused.
    this.#results.delete(key);
    this.#results.set(key, found);
    return found;
  }

  add(result: MethodResult, context: ResultContext): void {
    const score = result.method === 'grad-cam' ? result.score : NO_SCORE;
    const ablation = result.method === 'fast-ablation-cam' ? result.sweep : DEFAULT_ABLATION;
    const key = keyOf(result.method, { ...context, score, ablation });
    const stored = { result, context };
    this.#forget(key);
    this.#results.set(key, stored);
    this.#values += sizeOf(stored);
    for (const oldest of this.#results.keys()) {
      if (this.#values <= MAX_VALUES || oldest === key) break;
      this.#forget(oldest);
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

  #forget(key: string): void {
    const stored = this.#results.get(key);
    if (!stored) return;
    this.#values -= sizeOf(stored);
    this.#results.delete(key);
  }
}
