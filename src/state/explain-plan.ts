/**
 * What is to be found out next for the view on screen. A pure function of what is known already, so that the explainer need only ask again
 * after every answer.
 */
import { emptyAblationSweep } from '../core/ablation-plan.ts';
import { costOf } from '../core/cost.ts';
import { isComplete, remainingItems } from '../core/item-sweep.ts';
import type { LayerInfo, WorkSize } from '../core/layer-info.ts';
import type { ClassScore, OutputActivation } from '../core/scores.ts';
import { coarseEstimate, coarseSettings, isLongSweep, windowSums } from '../core/sweep-estimate.ts';
import type { Work } from '../protocol/engine.ts';
import type { AppState } from './app-state.ts';
import type { SweepEstimate } from './explanation-state.ts';
import { remembered } from './remembered.ts';
import type { Place, ResultCache } from './result-cache.ts';

type View = AppState['view'];

/** What is to be explained, and where what is known about it is kept. */
export interface Question {
  readonly cache: ResultCache;
  readonly place: Place;
  readonly view: View;
  readonly score: ClassScore;
  readonly activation: OutputActivation;
}

/** The same once the model is loaded, and the layer known. */
export interface Situation extends Question {
  readonly layer: LayerInfo;
}

/** Whoever asks twice gets the same array, so that nothing is drawn anew. */
const firstOrderEstimate = remembered(windowSums);
const estimateOfSquares = remembered(coarseEstimate);

/** The best estimate at hand of the sweep in view, by the order that was chosen; null where there is none, or no need of one. */
export function estimateOf({ cache, place, view: { ablation, order }, layer, score, activation }: Situation): SweepEstimate | null {
  if (!isLongSweep(layer, ablation)) return null;
  if (order === 'largest-first') {
    const linear = cache.find(place, { method: 'first-order', score, value: ablation.value });
    return linear && { order, values: firstOrderEstimate(linear.result.map, ablation) };
  }
  const coarse = cache.find(place, coarseWork(layer, ablation))?.result.sweep;
  return coarse && isComplete(coarse) ? { order, values: estimateOfSquares(coarse, ablation, score, activation) } : null;
}

type SweepWork = Extract<Work, { method: 'fast-ablation-cam' }>;

function coarseWork(layer: LayerInfo, ablation: View['ablation']): SweepWork {
  return { method: 'fast-ablation-cam', ablation: coarseSettings(layer, ablation), items: null };
}

/** The windows that remain, those with the largest estimate first; before that, whatever the estimate takes. */
function ablationWork(situation: Situation): Work | null {
  const { cache, place, view, layer, score } = situation;
  const { ablation, order } = view;
  const whole: SweepWork = { method: 'fast-ablation-cam', ablation, items: null };
  const sweep = cache.find(place, whole)?.result.sweep;
  const isFinished = sweep !== undefined && isComplete(sweep);
  // A finished map of another class is still to be compared with its estimate; coarse windows would only be run for that.
  if (isFinished && (order === 'coarse-first' || !isLongSweep(layer, ablation))) return null;
  if (!isLongSweep(layer, ablation)) return sweep ? { ...whole, items: remainingItems(sweep, null) } : whole;
  if (order === 'largest-first') {
    const linear: Extract<Work, { method: 'first-order' }> = { method: 'first-order', score, value: ablation.value };
    if (!cache.find(place, linear)) return linear;
    if (isFinished) return null;
  } else {
    const coarse = coarseWork(layer, ablation);
    const known = cache.find(place, coarse)?.result.sweep;
    if (!known) return coarse;
    if (!isComplete(known)) return { ...coarse, items: remainingItems(known, null) };
  }
  const begun = sweep ?? emptyAblationSweep(layer, ablation, new Float32Array());
  return { ...whole, items: remainingItems(begun, estimateOf(situation)?.values ?? null) };
}

type ChannelWork = Extract<Work, { method: 'ablation-cam' }>;

function channelWork({ cache, place }: Situation): ChannelWork | null {
  const whole: ChannelWork = { method: 'ablation-cam', items: null };
  const sweep = cache.find(place, whole)?.result.sweep;
  if (!sweep) return whole;
  return isComplete(sweep) ? null : { ...whole, items: remainingItems(sweep, null) };
}

/**
 * Cheap things first, so that something true is on screen at once: Grad-CAM, then the estimate of a long sweep, then the sweeps, the one with
 * less left to do first.
 *
 * @returns null when everything in view is known
 */
export function nextWork(situation: Situation, forward: WorkSize): Work | null {
  const { cache, place, view, layer, score } = situation;
  const isShown = (method: View['methods'][number]) => view.methods.includes(method);
  const gradCam: Extract<Work, { method: 'grad-cam' }> = { method: 'grad-cam', score };
  if (isShown('grad-cam') && !cache.find(place, gradCam)) return gradCam;
  const cells = isShown('fast-ablation-cam') ? ablationWork(situation) : null;
  const channels = isShown('ablation-cam') ? channelWork(situation) : null;
  if (!cells || !channels || cells.method !== 'fast-ablation-cam') return cells ?? channels;
  const left = ({ method, items }: SweepWork | ChannelWork) => {
    const { count, passes } = costOf(method, layer, view.ablation, forward);
    return items ? (passes * items.length) / count : passes;
  };
  return left(channels) < left(cells) ? channels : cells;
}
