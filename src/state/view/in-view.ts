/** What is in view: the selected image, the layer, the score that is explained. */

import { memoize } from '../../core/memoize.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import { ablationAt } from '../../explain/ablation-plan.ts';
import type { SweepSettings } from '../../explain/input/input-settings.ts';
import type { LayerInfo } from '../../explain/layer-info.ts';
import { type ClassScore, type Rival, type ScoreKind, topClasses, versusOf } from '../../explain/target.ts';
import type { BackendName } from '../../protocol/engine.ts';
import type { AppState } from '../app-state.ts';
import { hasPixels, type Image } from '../images/image-state.ts';

export function selectedImage({ images }: Pick<AppState, 'images'>): Image | null {
  const image = images.items.find(({ id }) => id === images.selectedId);
  return image && hasPixels(image) ? image : null;
}

/** Whether an image is on its way, so that nobody can say yet that there is none. */
export function isImageAwaited({ images, isBeginning }: AppState): boolean {
  return isBeginning || images.reading !== null || images.awaitedId !== null;
}

/** The network's logits for the selected image, `[outputs]`; null until it has run on it. */
export function logitsInView({ explanation, model, images }: AppState): Float32Array | null {
  if (!model.card || images.selectedId === null) return null;
  return explanation.results.cache.findLogits(model.card.id, images.selectedId);
}

/** What the outputs of the model on screen mean. */
export function readingOf({ card }: AppState['model']): OutputReading {
  return card?.reading ?? 'softmax';
}

const scoreOfClass = memoize(
  (classIndex: number, kind: ScoreKind, rival: Rival | null, logits: Float32Array | null, reading: OutputReading): ClassScore | null => {
    const versus = versusOf(rival, classIndex, logits, reading);
    return versus === undefined ? null : { classIndex, kind, versus, reading };
  },
);

/** Asked for at every change of anything; networks of tens of thousands of classes take their time for it. */
const bestClass = memoize((logits: Float32Array, reading: OutputReading) => topClasses(logits, reading, 1)[0]);

/** What is explained: the class chosen, else the image's best, or the largest number. Null while neither is known. */
export function scoreInView(state: AppState): ClassScore | null {
  const { view, model } = state;
  const reading = readingOf(model);
  const logits = logitsInView(state);
  const classIndex = view.classIndex ?? (logits ? bestClass(logits, reading) : undefined);
  if (classIndex === undefined) return null;
  const { versus } = view;
  // Only of classes that look alike does it depend on the image which they are.
  const deciding = versus === 'look-alikes' ? logits : null;
  return scoreOfClass(classIndex, reading === 'number' ? 'value' : view.score, versus, deciding, reading);
}

/** The class that is explained. */
export function effectiveClass(state: AppState): number | null {
  return scoreInView(state)?.classIndex ?? null;
}

/** The layer in view; null until a model is loaded. */
export function layerInView({ model, view }: AppState): LayerInfo | null {
  return model.info?.layers.find(({ name }) => name === view.layer) ?? null;
}

/** The ablation settings as they can be had at the layer in view. */
export function ablationInView(state: AppState): SweepSettings {
  return ablationAt(layerInView(state), state.view.ablation);
}

export function backendInUse({ device }: AppState): BackendName {
  return device.info?.backend ?? 'cpu';
}

/**
 * What something that was found out is about: once this is another one, it belongs to the view no more. Null while there is nothing to be about.
 *
 * @param upTo `layer`: whatever the class, as for cells that were taken away; `score`: all that a map depends on
 */
export function subjectKey(state: AppState, upTo: 'layer' | 'score'): string | null {
  const { card, info } = state.model;
  const { layer } = state.view;
  const ablation = ablationInView(state);
  const { selectedId } = state.images;
  const score = scoreInView(state);
  if (!card || !info || selectedId === null || layer === null || (upTo === 'score' && !score)) return null;
  const common = [card.id, card.preprocessing, card.input, card.reading, selectedId, layer];
  return JSON.stringify(upTo === 'layer' ? [...common, ablation.value] : [...common, ablation, score]);
}
