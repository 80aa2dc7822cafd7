/** The maps that can be compared, and how alike the chosen two are. */

import { type Frame, inputFrame } from '../../core/images/geometry.ts';
import { reachOf } from '../../core/maps/display-scale.ts';
import type { LegendSubject } from '../../core/maps/legend.ts';
import { onCommonGrid } from '../../core/maps/map-comparison.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { memoize } from '../../core/memoize.ts';
import { cosine, rankCorrelation } from '../../core/statistics/rank-correlation.ts';
import { methodOf } from '../../explain/methods/list.ts';
import { unitOf } from '../../explain/methods/method.ts';
import type { AppState } from '../app-state.ts';
import { figureOf } from '../explanation/figures.ts';
import { legendSubjectOf, sharedLimit, shownMap } from '../explanation/selectors.ts';
import { selectedImage } from '../view/in-view.ts';
import type { PinnedMap } from './compare-state.ts';

export interface ComparableMap {
  readonly id: string;
  readonly title: string;
  /** Of the map's values. */
  readonly unit: string;
  /** What its legend speaks about. */
  readonly subject: LegendSubject;
  readonly map: SaliencyMap;
}

/** The same object for the same map, so that nothing is drawn anew. */
const figureMap = memoize(
  (id: string, title: string, unit: string, subject: LegendSubject, map: SaliencyMap): ComparableMap => ({ id, title, unit, subject, map }),
  16,
);

/** The same list for the same maps. */
const sameList = memoize((...maps: ComparableMap[]): readonly ComparableMap[] => maps);

/** The maps of the finished figures on screen. */
export function figureMaps(state: AppState): readonly ComparableMap[] {
  const figures = state.view.methods.flatMap((id) => {
    const shown = figureOf(state, id).status === 'done' ? shownMap(state, id) : null;
    const info = methodOf(id);
    if (!shown) return [];
    const subject = legendSubjectOf(state, shown);
    return [figureMap(id, info.title, unitOf(info, shown.score), subject, shown.map)];
  });
  return sameList(...figures);
}

/** What of the image on screen the model on screen sees; null as long as there is neither. */
export function seenFrame(state: AppState): Frame | null {
  const { card } = state.model;
  const image = selectedImage(state);
  return image && card && inputFrame(image, card.input, card.preprocessing.fit);
}

/** But for rounding: inputs of other sizes may see the same. */
function isSameFrame(a: Frame, b: Frame): boolean {
  return (['left', 'top', 'width', 'height'] as const).every((side) => Math.abs(a[side] - b[side]) < 1e-3);
}

/** A map of another model says so. */
const pinnedMap = memoize(
  (pin: PinnedMap, isOther: boolean): ComparableMap => (isOther ? { ...pin, title: `${pin.title} · ${pin.modelTitle}` } : pin),
  16,
);

/**
 * The maps of the image on screen: the finished figures, then what was kept aside. Those of models that see another part of it are left out:
 * they have no cells in common.
 */
function comparableMaps(state: AppState): readonly ComparableMap[] {
  const frame = seenFrame(state);
  const { compare, images, model } = state;
  const pins = compare.pins.filter((pin) => pin.imageId === images.selectedId && frame && isSameFrame(pin.frame, frame));
  return sameList(...figureMaps(state), ...pins.map((pin) => pinnedMap(pin, pin.modelId !== model.card?.id)));
}

export interface Comparison {
  readonly maps: readonly ComparableMap[];
  /** The two that are compared; null where there are not as many. */
  readonly first: ComparableMap | null;
  readonly second: ComparableMap | null;
  /** Of the two on the finer of their grids; null where a map is constant. */
  readonly rankCorrelation: number | null;
  readonly cosine: number | null;
}

/** How alike two maps are, whatever their grids. */
const similarity = memoize((a: SaliencyMap, b: SaliencyMap) => {
  const [first, second] = onCommonGrid(a, b);
  return { rankCorrelation: rankCorrelation(first.values, second.values), cosine: cosine(first.values, second.values) };
});

const compared = memoize(
  (maps: readonly ComparableMap[], first: ComparableMap | null, second: ComparableMap | null): Comparison => ({
    maps,
    first,
    second,
    ...(first && second ? similarity(first.map, second.map) : { rankCorrelation: null, cosine: null }),
  }),
);

/** What is compared: the two that were chosen, or the first two where these are not on screen. */
export function comparisonOf(state: AppState): Comparison {
  const maps = comparableMaps(state);
  const { first, second } = state.compare;
  const chosen = maps.find(({ id }) => id === second);
  // Until the figures are there the second one may be the only one: it is not compared with itself.
  const one = maps.find(({ id }) => id === first) ?? maps.find((map) => map !== chosen) ?? null;
  const other = chosen ?? maps.find((map) => map !== one) ?? null;
  return compared(maps, one, other);
}

/**
 * How far the colour scale reaches that both compared maps are drawn on; null where each has its own. It is the figures' scale, unless a
 * map that was kept aside reaches beyond it: what is cut off cannot be compared.
 */
export function comparedLimit(state: AppState): number | null {
  const { contrast, sign } = state.view.display;
  if (contrast !== 'shared') return null;
  const { first, second } = comparisonOf(state);
  const limits = [first, second].map((compared) => (compared ? reachOf(compared.map, sign) : 0));
  return Math.max(sharedLimit(state) ?? 0, ...limits) || null;
}
