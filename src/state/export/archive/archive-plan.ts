/** What an archive of all images will hold, and what is still to be computed for it. */
import { isComplete } from '../../../explain/item-sweep.ts';
import { type MethodId, methodOf } from '../../../explain/methods/list.ts';
import type { ClassScore } from '../../../explain/target.ts';
import { isSweepResult } from '../../../explain/work.ts';
import type { AppState } from '../../app-state.ts';
import { type ExpectedTime, timeForPasses } from '../../drawer/expected-times.ts';
import { networkAsPlanned, plannedLayer } from '../../explanation/layer-plans.ts';
import type { StoredResult } from '../../explanation/result-cache.ts';
import { ablationInView, layerInView } from '../../view/in-view.ts';
import { exportedScore } from '../finished-figures.ts';

/** The finished result of a method for an image; null where it is still to be computed. */
export function finishedResult(state: AppState, imageId: string, method: MethodId, score: ClassScore): StoredResult | null {
  const { model, view, explanation } = state;
  if (!model.card || view.layer === null) return null;
  const place = { modelId: model.card.id, imageId, layer: view.layer };
  const found = explanation.results.cache.find(place, methodOf(method).whole({ score, ablation: ablationInView(state) }));
  return found && (!isSweepResult(found.result) || isComplete(found.result.sweep)) ? found : null;
}

export interface ArchivePlan {
  readonly images: number;
  readonly maps: number;
  /** Maps that are still to be computed. */
  readonly missing: number;
  /** What computing them will take; null while this device's speed is not known. */
  readonly time: ExpectedTime | null;
}

export function archivePlan(state: AppState): ArchivePlan {
  const { images, view, model, explanation, device } = state;
  const inView = layerInView(state);
  const layer = inView && plannedLayer(state, inView);
  const info = networkAsPlanned(state);
  let missing = 0;
  let passes = 0;
  for (const { id } of images.items) {
    const logits = model.card && explanation.results.cache.findLogits(model.card.id, id);
    const score = logits && exportedScore(state, logits);
    const wanted = view.methods.filter((method) => !score || !finishedResult(state, id, method, score));
    missing += wanted.length;
    if (wanted.length === 0 || !layer || !info) continue;
    // All start from one forward pass of the image.
    passes += wanted.reduce((sum, method) => sum + methodOf(method).cost(layer, ablationInView(state), info).passes - 1, 1);
  }
  return {
    images: images.items.length,
    maps: images.items.length * view.methods.length,
    missing,
    time: timeForPasses(device, passes, null),
  };
}
