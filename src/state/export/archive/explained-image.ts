/** Explains an image of the strip by every method on screen: what is known of it is taken as it is, and only the rest asked of the engine. */
import { AppError } from '../../../core/app-error.ts';
import { type MethodId, methodOf } from '../../../explain/methods/list.ts';
import type { ClassScore } from '../../../explain/target.ts';
import type { DecodedImage } from '../../../protocol/decoded-image.ts';
import type { Engine } from '../../../protocol/engine.ts';
import { explainWhole, logitsOf, type WholeRequest } from '../../../sets/explain-whole.ts';
import type { AppState } from '../../app-state.ts';
import { budgetBytes } from '../../explanation/device-costs.ts';
import { contextOf, type ResultContext } from '../../explanation/result-cache.ts';
import { type ShownMap, shownMapOf } from '../../explanation/selectors.ts';
import { pixelsOf } from '../../images/image-state.ts';
import type { SliceContext } from '../../slice.ts';
import { ablationInView, backendInUse } from '../../view/in-view.ts';
import { exportedScore } from '../finished-figures.ts';
import { finishedResult } from './archive-plan.ts';

export type ListedImage = AppState['images']['items'][number];

/** What the network says of an image, and its maps. */
export interface ExplainedImage {
  /** Of all classes. */
  readonly logits: Float32Array;
  readonly score: ClassScore;
  readonly maps: readonly { readonly method: MethodId; readonly shown: ShownMap }[];
}

/**
 * Whether what is computed now belongs to what was asked for.
 *
 * @throws AppError where it does not
 */
export function mustBeSame(asked: AppState, now: AppState): void {
  const [before, card] = [asked.model.card, now.model.card];
  const isSame = card?.id === before?.id && card?.preprocessing === before?.preprocessing && card?.reading === before?.reading;
  if (!isSame) throw new AppError('internal', 'The model was changed, so that the archive was not finished; please save it again.');
}

/** @throws AppError also where the model is another one meanwhile */
export async function explainedImage(
  { store, dependencies, cache }: SliceContext,
  state: AppState,
  image: ListedImage,
  engine: Engine,
  signal: AbortSignal,
): Promise<ExplainedImage> {
  const { card } = state.model;
  const { layer, methods } = state.view;
  const ablation = ablationInView(state);
  if (!card || layer === null) throw new AppError('layer-unknown', 'There is no layer to explain.');
  const context: ResultContext = { modelId: card.id, imageId: image.id, layer, backend: backendInUse(state) };
  const opened: DecodedImage[] = [];
  /** The image is decoded for the first question. */
  const asking = async (): Promise<WholeRequest> => {
    const decoded = opened[0] ?? (await dependencies.decodeImage(image.file, image.name, image.isStretched));
    opened[0] = decoded;
    const input = { id: image.id, pixels: pixelsOf(decoded) };
    return { image: input, preprocessing: card.preprocessing, layer, budgetBytes: budgetBytes(state) };
  };
  try {
    let logits = cache.findLogits(card.id, image.id);
    if (!logits) {
      logits = await logitsOf(engine, await asking(), signal);
      mustBeSame(state, store.getState());
      cache.addLogits(card.id, image.id, logits);
    }
    const score = exportedScore(state, logits);
    const maps: { method: MethodId; shown: ShownMap }[] = [];
    for (const method of methods) {
      const found = finishedResult(state, image.id, method, score);
      const work = methodOf(method).whole({ score, ablation });
      const result = found?.result ?? (await explainWhole(engine, await asking(), method, { score, ablation }, signal));
      mustBeSame(state, store.getState());
      if (result && !found) cache.addWhereRoom(work, result, context);
      if (result) maps.push({ method, shown: shownMapOf(result, found?.context ?? contextOf(work, context), score, null, logits) });
    }
    return { logits, score, maps };
  } finally {
    opened[0]?.bitmap.close();
  }
}
