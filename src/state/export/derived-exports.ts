/** What leaves the page of a map that was put together from others. */
import { exportName } from '../../core/reports/export-name.ts';
import type { MapLegend } from '../../core/reports/legend.ts';
import { npyOf } from '../../core/reports/npy.ts';
import { heatmapJson } from '../../explain/heatmap-json.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { scoreOf } from '../../explain/target.ts';
import { rivalsIn } from '../../sets/map-data.ts';
import type { AppState } from '../app-state.ts';
import { type DerivedMap, displayFor } from '../compare/derived-map.ts';
import { askAboutClass, explainedBy } from '../compare/derived-words.ts';
import type { FigureContent } from '../dependencies.ts';
import { classNameOf } from '../explanation/selectors.ts';
import type { Image } from '../images/image-state.ts';
import { ablationInView, backendInUse, logitsInView, selectedImage } from '../view/in-view.ts';
import { legendOf } from './map-legend.ts';

/** A map over its image, and what its colours mean: on a scale of its own, as others have other units. */
export interface DerivedFigure {
  readonly derived: DerivedMap;
  readonly image: Image;
  readonly content: FigureContent;
  readonly legend: MapLegend;
}

/** Null where its image or its model is not on screen any more. */
export function derivedFigure(state: AppState, derived: DerivedMap): DerivedFigure | null {
  const image = selectedImage(state);
  const { card } = state.model;
  if (!image || !card || image.id !== derived.imageId || card.id !== derived.modelId) return null;
  const display = displayFor(derived, state.view.display);
  const { input, preprocessing } = card;
  const size = { width: image.width, height: image.height };
  const content = { image: size, map: derived.map, limit: null, input, fit: preprocessing.fit, display };
  return { derived, image, content, legend: legendOf(derived, display, null, '') };
}

/** @param more what else is in the file */
export function derivedName(state: AppState, { derived, image }: DerivedFigure, more: string, extension: string): string {
  const { methods, score, layer, slug } = derived;
  return exportName(image.name, explainedBy(state, methods, score), layer, `${slug}${more}`, extension);
}

function slugsOf(methods: readonly MethodId[]): string[] {
  return methods.map((method) => methodOf(method).slug);
}

function madeOf(state: AppState, { making, methods }: DerivedMap): object {
  if (making.of === 'layers') return making;
  if (making.of === 'runs') return { ...making, ablation: ablationInView(state) };
  return { of: making.of, part: making.part, methods: slugsOf(methods), ablation: making.ablation ?? ablationInView(state) };
}

function jsonOf(state: AppState, { derived, image }: DerivedFigure): string {
  const { methods, modelId, layer, score, map, making } = derived;
  const named = (index: number) => ({ index, name: classNameOf(state, index) });
  const logits = logitsInView(state);
  const hasClass = askAboutClass(methods);
  return heatmapJson({
    method: making.of === 'methods' ? 'disagreement' : slugsOf(methods).join(),
    model: modelId,
    layer,
    class: hasClass ? named(score.classIndex) : null,
    score: hasClass ? score.kind : null,
    baseline: hasClass && logits ? scoreOf(logits, score) : null,
    map,
    // Those of the maps that it was made of stand with what it was made of.
    window: null,
    stride: null,
    value: null,
    versus: hasClass ? rivalsIn(score.versus, named) : null,
    input: { name: image.name, width: image.width, height: image.height },
    backend: backendInUse(state),
    durationMs: null,
    forwardMs: null,
    made: madeOf(state, derived),
  });
}

/** Its numbers, as a file. */
export function derivedData(state: AppState, figure: DerivedFigure, format: 'json' | 'npy'): Blob {
  if (format === 'npy') return new Blob([npyOf(figure.derived.map)], { type: 'application/octet-stream' });
  return new Blob([jsonOf(state, figure)], { type: 'application/json' });
}
