/** What is finished, and may be exported: a figure that is still at work is never exported under a wrong name. */

import type { MapLegend } from '../../core/reports/legend.ts';
import { npyOf } from '../../core/reports/npy.ts';
import { METHODS, type MethodId, methodOf } from '../../explain/methods/list.ts';
import { type ClassScore, versusOf } from '../../explain/target.ts';
import { bestScore } from '../../sets/explain-whole.ts';
import { type FinishedMap, mapFileName, mapJson } from '../../sets/map-data.ts';
import type { AppState } from '../app-state.ts';
import type { FigureContent } from '../dependencies.ts';
import { figureOf } from '../explanation/figures.ts';
import { classNameOf, type ShownMap, sharedLimit, shownMap } from '../explanation/selectors.ts';
import type { Image } from '../images/image-state.ts';
import { logitsInView, readingOf, selectedImage } from '../view/in-view.ts';
import type { MadeFile } from './exporter.ts';
import { mapLegend } from './map-legend.ts';

/** What an export must know of an image; its pixels come from the file, or from who has them. */
export type ExportedImage = Pick<Image, 'name' | 'width' | 'height' | 'file' | 'isStretched'>;

/** A finished map of an image, with all that is said of it. */
export interface FinishedFigure {
  readonly method: MethodId;
  readonly image: ExportedImage;
  readonly shown: ShownMap;
  readonly content: FigureContent;
  readonly legend: MapLegend;
  /** The intact network's, `[classes]`. */
  readonly logits: Float32Array;
}

/** @param limit the value at the end of a scale that several figures have in common; null: the map's own */
export function finishedFigure(
  state: AppState,
  image: ExportedImage,
  method: MethodId,
  shown: ShownMap,
  logits: Float32Array,
  limit: number | null,
): FinishedFigure | null {
  const { model, view } = state;
  if (!model.card) return null;
  const { input, preprocessing } = model.card;
  const size = { width: image.width, height: image.height };
  const content = { image: size, map: shown.map, limit, input, fit: preprocessing.fit, display: view.display };
  return { method, image, shown, content, legend: mapLegend(state, shown, limit), logits };
}

/** What is explained of an image with these logits: the class chosen, else its best one. */
export function exportedScore({ view, model }: AppState, logits: Float32Array): ClassScore {
  const best = bestScore(logits, readingOf(model));
  const classIndex = view.classIndex ?? best.classIndex;
  const versus = versusOf(view.versus, classIndex, logits, best.reading) ?? null;
  return { ...best, classIndex, versus, kind: best.kind === 'value' ? 'value' : view.score };
}

/** The map on screen; null where it is not finished. */
export function figureOnScreen(state: AppState, method: MethodId): FinishedFigure | null {
  const shown = figureOf(state, method).status === 'done' ? shownMap(state, method) : null;
  const image = selectedImage(state);
  const logits = logitsInView(state);
  return shown && image && logits && finishedFigure(state, image, method, shown, logits, sharedLimit(state));
}

/** All that are on screen and finished, in the order of the figures. */
export function figuresOnScreen(state: AppState): FinishedFigure[] {
  const shown = METHODS.filter(({ id }) => state.view.methods.includes(id));
  return shown.flatMap(({ id }) => figureOnScreen(state, id) ?? []);
}

/** All that its files say of a map. */
function finishedMap({ shown, logits }: FinishedFigure): FinishedMap {
  const { result, raw, score, context } = shown;
  const { modelId, layer, backend } = context;
  return { result, raw, score, logits, modelId, layer, backend };
}

/** @param what the method, or what else is in the file */
export function fileNameOf(state: AppState, figure: FinishedFigure, what: string, extension: string): string {
  return mapFileName(finishedMap(figure), figure.image.name, (index) => classNameOf(state, index), what, extension);
}

/** The raw numbers of the map, as a file. */
export function dataFile(state: AppState, figure: FinishedFigure, format: 'json' | 'npy'): MadeFile {
  const name = fileNameOf(state, figure, methodOf(figure.method).slug, format);
  const content =
    format === 'npy'
      ? new Blob([npyOf(figure.shown.raw)], { type: 'application/octet-stream' })
      : new Blob([mapJson(finishedMap(figure), figure.image, (index) => classNameOf(state, index))], { type: 'application/json' });
  return { content, name };
}
