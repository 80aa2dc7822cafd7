/** What maps are of that were put together from others. */
import type { LegendSubject } from '../../core/maps/legend.ts';
import { memoize } from '../../core/memoize.ts';
import { enumerated } from '../../core/reports/format.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { knowsNoClass } from '../../explain/methods/method.ts';
import type { ClassScore } from '../../explain/target.ts';
import { INPUT_IMAGE, isAboutImage } from '../../explain/work.ts';
import { NO_CLASS } from '../../sets/map-data.ts';
import type { AppState } from '../app-state.ts';
import { scoreNameOf } from '../explanation/selectors.ts';
import type { DerivedMap } from './derived-map.ts';

/** Whether any of them asks about a class. */
export function askAboutClass(methods: readonly MethodId[]): boolean {
  return !methods.every((method) => knowsNoClass(methodOf(method)));
}

/** What the maps of a score speak about. */
export function explainedBy(state: AppState, methods: readonly MethodId[], score: ClassScore): string {
  return askAboutClass(methods) ? scoreNameOf(state, score) : NO_CLASS;
}

/** `Grad-CAM, mean of 8 runs`. */
export function derivedHeading({ methods, words }: Pick<DerivedMap, 'methods' | 'words'>): string {
  return `${enumerated(methods.map((method) => methodOf(method).title))}, ${words}`;
}

/** Where maps of these methods lie: on the image, where all of them change that; else on the layer that they were asked about. */
export function placeOf({ view }: AppState, methods: readonly MethodId[], score: ClassScore, layer: string): string {
  const { ablation } = view;
  return methods.every((method) => isAboutImage(methodOf(method).whole({ score, ablation }))) ? INPUT_IMAGE : layer;
}

const subjectOf = memoize((name: string, kind: LegendSubject['kind']): LegendSubject => ({ name, kind }), 16);

/** @param isSpread whether its values say how far maps differ */
export function derivedSubject(state: AppState, method: MethodId, score: ClassScore, isSpread: boolean): LegendSubject {
  const isOfNoClass = knowsNoClass(methodOf(method));
  const name = isOfNoClass ? 'the main pattern' : scoreNameOf(state, score);
  if (isSpread) return subjectOf(name, 'spread');
  return subjectOf(name, isOfNoClass ? 'pattern' : score.reading === 'number' ? 'number' : 'class');
}
