/** Mean and std over the runs, as maps that can be pinned and saved. */
import type { LegendSubject } from '../../core/maps/legend.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { memoize } from '../../core/memoize.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { unitOf } from '../../explain/methods/method.ts';
import type { StabilitySettings } from '../../explain/stability/run-changes.ts';
import { caveatOfRuns, isReadTwoWays } from '../../explain/stability/steady-map.ts';
import type { ClassScore } from '../../explain/target.ts';
import type { AppState } from '../app-state.ts';
import type { DerivedMap } from '../compare/derived-map.ts';
import { derivedSubject, explainedBy, placeOf } from '../compare/derived-words.ts';
import { layerInView, scoreInView, selectedImage } from '../view/in-view.ts';
import { meanOf, plannedRuns, spreadOf, stabilityInView } from './stability-selectors.ts';

/** Of the runs that there are. */
export type SteadyPart = 'mean' | 'std';

const steadyMap = memoize(
  (
    part: SteadyPart,
    method: MethodId,
    score: ClassScore,
    name: string,
    subject: LegendSubject,
    map: SaliencyMap,
    runs: number,
    settings: StabilitySettings,
    layer: string,
    imageId: string,
    modelId: string,
    caveat: string,
  ): DerivedMap => {
    const words = `${part} ${part === 'mean' ? 'of' : 'over'} ${runs} ${runs === 1 ? 'run' : 'runs'}`;
    const { title } = methodOf(method);
    return {
      methods: [method],
      score,
      title: [title, words, layer, name].join(' · '),
      words,
      name,
      unit: unitOf(methodOf(method), score),
      subject,
      map,
      caveat,
      layer,
      slug: `${methodOf(method).slug}_${words.replaceAll(' ', '-')}`,
      making: { of: 'runs', part, runs, settings },
      imageId,
      modelId,
    };
  },
  32,
);

/** Null where there is none, or not yet. */
export function steadyMapOf(state: AppState, method: MethodId, part: SteadyPart): DerivedMap | null {
  const steady = stabilityInView(state)?.maps[method];
  const map = steady && (part === 'mean' ? meanOf(steady) : spreadOf(steady));
  const score = scoreInView(state);
  const layer = layerInView(state);
  const image = selectedImage(state);
  const { card } = state.model;
  if (!map || !score || !layer || !image || !card) return null;
  const subject = derivedSubject(state, method, score, part === 'std');
  const name = explainedBy(state, [method], score);
  const place = placeOf(state, [method], score, layer.name);
  // A std has no sign that one could misread, but grows where the runs' signs differ.
  const caveat = part === 'mean' || isReadTwoWays(steady) ? caveatOfRuns(steady) : '';
  return steadyMap(part, method, score, name, subject, map, steady.runs, state.stability.settings, place, image.id, card.id, caveat);
}

/** Means and stds of the methods on screen that are there. */
export function steadyMaps(state: AppState): readonly DerivedMap[] {
  return plannedRuns(state).flatMap(({ id }) => [steadyMapOf(state, id, 'mean') ?? [], steadyMapOf(state, id, 'std') ?? []].flat());
}
