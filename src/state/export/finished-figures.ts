/** What is finished, and may be exported: a figure that is still at work is never exported under a wrong name. */

import { exportName } from '../../core/reports/export-name.ts';
import type { MapLegend } from '../../core/reports/legend.ts';
import { npyOf } from '../../core/reports/npy.ts';
import { heatmapJson } from '../../explain/heatmap-json.ts';
import { ablationSweepIn, valueIn } from '../../explain/methods/ablation-sweep.ts';
import { METHODS, type MethodId, methodOf } from '../../explain/methods/list.ts';
import { knowsNoClass } from '../../explain/methods/method.ts';
import { type ClassScore, scoreOf, type Versus, versusOf } from '../../explain/target.ts';
import { isSweepResult } from '../../explain/work.ts';
import { bestScore } from '../../sets/explain-whole.ts';
import type { AppState } from '../app-state.ts';
import type { FigureContent } from '../dependencies.ts';
import { figureOf } from '../explanation/figures.ts';
import { classNameOf, NO_CLASS, type ShownMap, sharedLimit, shownMap } from '../explanation/selectors.ts';
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

/** @param what the method, or what else is in the file */
export function fileNameOf(state: AppState, { image, shown }: FinishedFigure, what: string, extension: string): string {
  const className = knowsNoClass(methodOf(shown.result.method)) ? NO_CLASS : classNameOf(state, shown.score.classIndex);
  return exportName(image.name, className, shown.context.layer, what, extension);
}

/** One class, or several. */
function rivalsIn<Named>(versus: Versus, named: (index: number) => Named): Named | readonly Named[] | null {
  return versus === null ? null : typeof versus === 'number' ? named(versus) : versus.map(named);
}

function jsonOf(state: AppState, { method, image, shown, logits }: FinishedFigure): string {
  const { raw, result, context, score } = shown;
  const named = (index: number) => ({ index, name: classNameOf(state, index) });
  const isOfClass = !knowsNoClass(methodOf(method));
  const sweep = ablationSweepIn(result);
  const baseline = isSweepResult(result) ? result.sweep.baseline : logits;
  return heatmapJson({
    method: methodOf(method).slug,
    model: context.modelId,
    layer: context.layer,
    class: isOfClass ? named(score.classIndex) : null,
    score: isOfClass ? score.kind : null,
    baseline: isOfClass ? scoreOf(baseline, score) : null,
    map: raw,
    window: sweep?.window ?? null,
    stride: sweep?.stride ?? null,
    value: valueIn(result),
    versus: isOfClass ? rivalsIn(score.versus, named) : null,
    input: { name: image.name, width: image.width, height: image.height },
    backend: context.backend,
    durationMs: result.durationMs,
    forwardMs: result.forwardMs,
  });
}

/** The raw numbers of the map, as a file. */
export function dataFile(state: AppState, figure: FinishedFigure, format: 'json' | 'npy'): MadeFile {
  const name = fileNameOf(state, figure, methodOf(figure.method).slug, format);
  const content =
    format === 'npy'
      ? new Blob([npyOf(figure.shown.raw)], { type: 'application/octet-stream' })
      : new Blob([jsonOf(state, figure)], { type: 'application/json' });
  return { content, name };
}
