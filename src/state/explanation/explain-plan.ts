/**
 * What is to be found out next for the view on screen. A pure function of what is known already, so that the explainer need only ask again
 * after every answer.
 */

import { memoize } from '../../core/memoize.ts';
import { ablationAt } from '../../explain/ablation-plan.ts';
import type { LayerInfo } from '../../explain/layer-info.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import type { Find, NetworkSize, Subject } from '../../explain/methods/method.ts';
import type { ClassScore } from '../../explain/target.ts';
import { isSweepWork, type Work } from '../../explain/work.ts';
import type { AppState } from '../app-state.ts';
import { layerInView, scoreInView, selectedImage } from '../view/in-view.ts';
import type { Results } from './explanation-state.ts';
import type { Place, ResultCache } from './result-cache.ts';

/** What is to be explained, and where what is known about it is kept. */
export interface Question {
  readonly cache: ResultCache;
  readonly place: Place;
  readonly methods: readonly MethodId[];
  readonly subject: Subject;
}

const questionAbout = memoize(
  (
    { cache }: Results,
    modelId: string,
    imageId: string,
    layerName: string,
    view: AppState['view'],
    layer: LayerInfo | null,
    score: ClassScore,
  ): Question => ({
    cache,
    place: { modelId, imageId, layer: layerName },
    methods: view.methods,
    subject: { score, ablation: ablationAt(layer, view.ablation), order: view.order, layer },
  }),
);

/** What is to be explained; null until that is known. */
export function questionOf(state: AppState): Question | null {
  const { view, model, explanation } = state;
  const image = selectedImage(state);
  const score = scoreInView(state);
  if (!model.card || !image || !score || view.layer === null) return null;
  return questionAbout(explanation.results, model.card.id, image.id, view.layer, view, layerInView(state), score);
}

export function findIn({ cache, place }: Pick<Question, 'cache' | 'place'>): Find {
  return (work) => cache.find(place, work)?.result ?? null;
}

/** What is left to do of some work, in forward passes. */
function passesLeft(work: Work, layer: LayerInfo, { ablation }: Subject, network: NetworkSize): number {
  if (!isSweepWork(work)) return 0;
  const { count, passes } = methodOf(work.method).cost(layer, { ...ablation, ...work.ablation }, network);
  return work.items ? (passes * work.items.length) / count : passes;
}

/**
 * Cheap things first, so that something true is on screen at once: maps of one backward pass in the order of the figures, among them the estimates
 * of long sweeps; then the sweeps, the one with less left to do first.
 *
 * @returns with the figure that it is for; null when everything in view is known
 */
export function nextWork(question: Question, layer: LayerInfo, network: NetworkSize): { figure: MethodId; work: Work } | null {
  const { methods, subject } = question;
  const find = findIn(question);
  const missing = methods.flatMap((figure) => {
    const work = methodOf(figure).next({ ...subject, layer }, find);
    return work ? [{ figure, work, left: passesLeft(work, layer, subject, network) }] : [];
  });
  return missing.toSorted((a, b) => a.left - b.left)[0] ?? null;
}
