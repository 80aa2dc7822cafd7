/** What components read: derived from the state, and the same object as long as its ingredients are the same. */

import { commonLimit } from '../../core/maps/display-scale.ts';
import type { LegendSubject } from '../../core/maps/legend.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { memoize } from '../../core/memoize.ts';
import { numberedName } from '../../core/models/output-names.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import { correlation } from '../../core/statistics/correlation.ts';
import { isComplete } from '../../explain/item-sweep.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { type Estimate, knowsNoClass } from '../../explain/methods/method.ts';
import { isNothing, isSaturated } from '../../explain/rounding.ts';
import { type ClassScore, classLogits, probabilities, topClasses } from '../../explain/target.ts';
import { isSweepResult, type Result } from '../../explain/work.ts';
import { explainedName as nameOfMap, scoreName } from '../../sets/map-data.ts';
import type { AppState } from '../app-state.ts';
import type { Image } from '../images/image-state.ts';
import { logitsInView, readingOf, scoreInView } from '../view/in-view.ts';
import { figureOf } from './figures.ts';
import type { ResultContext } from './result-cache.ts';

/** What the model on screen takes a sample for that shows something else; null where it is right, or nobody knows. */
export function mistakenName({ sample }: Pick<Image, 'sample'>, { model }: AppState): string | null {
  const isWrong = sample !== null && sample.label !== null && sample.label !== sample.named;
  return isWrong && sample.modelId === model.card?.id ? sample.named : null;
}

/** A map together with what it is a map of, which is what captions, legends and exports must say. */
export interface ShownMap {
  /** On the layer's cells: what is drawn. */
  readonly map: SaliencyMap;
  /** One value per window position: what is measured, and saved. */
  readonly raw: SaliencyMap;
  /** Whether nothing in the map stands out from rounding. */
  readonly isNothing: boolean;
  /** Whether that is because the score is a probability that hardly anything changes. */
  readonly isSaturated: boolean;
  readonly result: Result;
  readonly context: ResultContext;
  /** Of a method without a class: the one in view, which its map says nothing of (`explainedName`). */
  readonly score: ClassScore;
  /** For a long sweep: what the positions that are not exact yet show, and how well it did once all are. */
  readonly estimate: (Estimate & { readonly correlation: number | null }) | null;
}

/** The map of a result that is about an image, on screen or not. */
export const shownMapOf = memoize(
  (result: Result, context: ResultContext, score: ClassScore, estimate: Estimate | null, logits: Float32Array | null): ShownMap => {
    const { map, raw } = methodOf(result.method).mapOf(result, score, estimate);
    const isFinished = isSweepResult(result) && isComplete(result.sweep);
    const empty = isNothing(map);
    return {
      map,
      raw,
      isNothing: empty,
      isSaturated: empty && logits !== null && isSaturated(logits, score),
      result,
      context,
      score: isSweepResult(result) ? score : (result.score ?? score),
      estimate: estimate && { ...estimate, correlation: isFinished && !empty ? correlation(raw.values, estimate.values) : null },
    };
  },
);

/**
 * The map on screen: the one in view when the figure is done; before that, as much of it as there is, or the figure's former map of the same
 * image, which may be of another layer or class. Null when there is none.
 */
export function shownMap(state: AppState, method: MethodId): ShownMap | null {
  const { result, resultOf, estimate } = figureOf(state, method);
  const score = scoreInView(state);
  const { card } = state.model;
  if (!result || !resultOf || !card || resultOf.modelId !== card.id) return null;
  // A sweep that was left unfinished at another layer has holes.
  if (score === null || (isSweepResult(result) && !estimate && !isComplete(result.sweep))) return null;
  return shownMapOf(result, resultOf, score, estimate, logitsInView(state));
}

/** How far the colour scale reaches that all figures on screen have in common; null where each has its own. */
export function sharedLimit(state: AppState): number | null {
  const { display, methods } = state.view;
  return commonLimit(
    display,
    methods.flatMap((method) => shownMap(state, method)?.map ?? []),
  );
}

export interface Prediction {
  readonly classIndex: number;
  readonly name: string;
  /** Null for a number. */
  readonly probability: number | null;
  /** Its logit, or the number itself. */
  readonly value: number;
}

const predictionsOf = memoize(
  (logits: Float32Array, reading: OutputReading, classNames: readonly string[], count: number): readonly Prediction[] => {
    const shares = probabilities(logits, reading);
    const values = classLogits(logits, reading);
    return topClasses(logits, reading, count).map((classIndex) => ({
      classIndex,
      name: classNames[classIndex] ?? numberedName(classIndex, reading),
      probability: shares && (shares[classIndex] ?? 0),
      value: values[classIndex] ?? Number.NaN,
    }));
  },
);

const NONE: readonly Prediction[] = [];

/** The best classes of the selected image, best first; of numbers the largest. */
export function predictions(state: AppState, count: number): readonly Prediction[] {
  const { model } = state;
  const logits = logitsInView(state);
  const classNames = model.card?.classNames ?? [];
  return logits && model.card ? predictionsOf(logits, model.card.reading, classNames, count) : NONE;
}

export function classNameOf({ model }: AppState, classIndex: number): string {
  return model.card?.classNames[classIndex] ?? numberedName(classIndex, readingOf(model));
}

/** What a map is of, in words. */
export function explainedName(state: AppState, shown: Pick<ShownMap, 'result' | 'score'>): string {
  return nameOfMap(shown, (index) => classNameOf(state, index));
}

const subject = memoize((name: string, kind: LegendSubject['kind']): LegendSubject => ({ name, kind }), 16);

/** What a legend speaks about. */
export function legendSubjectOf(state: AppState, shown: Pick<ShownMap, 'result' | 'score'>): LegendSubject {
  if (knowsNoClass(methodOf(shown.result.method))) return subject('the main pattern', 'pattern');
  return subject(scoreNameOf(state, shown.score), shown.score.reading === 'number' ? 'number' : 'class');
}

/** What is explained, in words. */
export function scoreNameOf(state: AppState, score: ClassScore): string {
  return scoreName(score, (index) => classNameOf(state, index));
}
