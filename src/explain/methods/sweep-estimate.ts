/** The estimate that stands in for what a long sweep has not reached: what it takes, and what it says. */

import { memoize } from '../../core/memoize.ts';
import { coarseEstimate, coarseSettings, isLongSweep, windowSums } from '../estimate.ts';
import { isComplete, remainingItems } from '../item-sweep.ts';
import type { LayerInfo } from '../layer-info.ts';
import { isSweepResult, type MapWork, type Work } from '../work.ts';
import { ablationSweepIn, ablationWork } from './ablation-sweep.ts';
import type { Estimate, Find, Subject } from './method.ts';

/** Whoever asks twice gets the same array, so that nothing is drawn anew. */
const firstOrderEstimate = memoize(windowSums);
const estimateOfSquares = memoize(coarseEstimate);

/** The score's drop if the tail were linear, cell by cell. */
function firstOrderWork({ score, ablation }: Subject): MapWork {
  return { method: 'first-order', score, value: ablation.value };
}

function coarseWork({ ablation }: Subject, layer: LayerInfo) {
  return ablationWork(coarseSettings(layer, ablation));
}

/** The best estimate at hand of the sweep, by the order that was chosen; null where there is none, or no need of one. */
export function estimateOf(subject: Subject, find: Find): Estimate | null {
  const { layer, ablation, order, score } = subject;
  if (!layer || !isLongSweep(layer, ablation)) return null;
  if (order === 'largest-first') {
    const linear = find(firstOrderWork(subject));
    return linear && !isSweepResult(linear) ? { order, values: firstOrderEstimate(linear.map, ablation) } : null;
  }
  const coarse = ablationSweepIn(find(coarseWork(subject, layer)));
  return coarse && isComplete(coarse) ? { order, values: estimateOfSquares(coarse, ablation, score) } : null;
}

/** What is to be asked for the estimate; null where it is known, or there is no need of one. */
export function estimateWork(subject: Subject, find: Find): Work | null {
  const { layer, ablation, order } = subject;
  if (!layer || !isLongSweep(layer, ablation)) return null;
  if (order === 'largest-first') {
    const linear = firstOrderWork(subject);
    return find(linear) ? null : linear;
  }
  const whole = coarseWork(subject, layer);
  const coarse = ablationSweepIn(find(whole));
  if (!coarse) return whole;
  return isComplete(coarse) ? null : { ...whole, items: remainingItems(coarse, null) };
}
