import { memoize } from '../../core/memoize.ts';
import { type AblationSettings, emptyAblationSweep, mapOfSweep, onCells } from '../ablation-plan.ts';
import { isLongSweep } from '../estimate.ts';
import { isComplete, remainingItems } from '../item-sweep.ts';
import type { LayerInfo } from '../layer-info.ts';
import { scoreScale, withoutRounding } from '../rounding.ts';
import type { SweepResult } from '../work.ts';
import {
  ablationSweepIn,
  ablationSweepOf,
  ablationWork,
  FAST_ABLATION_CAM,
  windowCopyOf,
  windowCost,
  windowDetails,
} from './ablation-sweep.ts';
import type { SweepMethod } from './method.ts';
import { estimateOf, estimateWork } from './sweep-estimate.ts';

/** The same object for the same sweep, so that nothing is drawn anew. It is shown and never gone on with: it has no room for scores. */
const nothingYet = memoize(
  (layer: LayerInfo, ablation: AblationSettings, logits: Float32Array): SweepResult => ({
    method: FAST_ABLATION_CAM,
    sweep: { ...emptyAblationSweep(layer, ablation, new Float32Array()), baseline: logits },
    durationMs: 0,
    forwardMs: 0,
  }),
);

export const fastAblationCam: SweepMethod<typeof FAST_ABLATION_CAM> = {
  id: FAST_ABLATION_CAM,
  title: 'FastAblationCAM',
  slug: 'fast-ablation-cam',
  group: 'ablation',
  purpose: 'Tested by experiment, cell by cell, at any layer.',
  summary: 'Zeroes out all channels at one cell, runs the rest of the network, and shows how far the class score drops.',
  source: 'FastAblationCAM: depthwise ablation, after Desai & Ramaswamy, Ablation-CAM, WACV 2020',
  unit: (score) => `drop in ${score}`,
  whole: ({ ablation }) => ablationWork(ablation),
  next(subject, find) {
    const whole = ablationWork(subject.ablation);
    const sweep = ablationSweepIn(find(whole));
    const isFinished = sweep !== null && isComplete(sweep);
    // A finished map of another class is still to be compared with its first-order estimate; coarse windows would only be run for that.
    const forEstimate = isFinished && subject.order === 'coarse-first' ? null : estimateWork(subject, find);
    if (forEstimate) return forEstimate;
    if (isFinished) return null;
    if (!sweep && !isLongSweep(subject.layer, subject.ablation)) return whole;
    const begun = sweep ?? emptyAblationSweep(subject.layer, subject.ablation, new Float32Array());
    return { ...whole, items: remainingItems(begun, estimateOf(subject, find)?.values ?? null) };
  },
  known(subject, find, logits) {
    const result = find(ablationWork(subject.ablation));
    const estimate = estimateOf(subject, find);
    if (result && isComplete(ablationSweepOf(result))) return { result, isDone: true, estimate };
    if (!subject.layer || !logits || !estimate) return null;
    if (result) return { result, isDone: false, estimate };
    return { result: nothingYet(subject.layer, subject.ablation, logits), isDone: false, estimate };
  },
  begin({ ablation }, { cells }, baseline) {
    if (!ablation) throw new RangeError('a sweep over cells needs to be told its windows');
    return emptyAblationSweep(cells, ablation, baseline);
  },
  mapOf(result, score, estimate) {
    const sweep = ablationSweepOf(result);
    const raw = mapOfSweep(sweep, score, estimate?.values ?? null);
    return { map: onCells(withoutRounding(raw, scoreScale(sweep.baseline, score)), sweep.cells, sweep), raw };
  },
  copySize: windowCopyOf,
  cost: windowCost,
  isEstimatedFirst: isLongSweep,
  details: (result) => windowDetails(ablationSweepOf(result)),
  caveat: () => '',
};
