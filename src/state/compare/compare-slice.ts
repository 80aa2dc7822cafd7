/** Any two maps of one image, laid over each other: of methods on screen, or kept aside from other layers and classes. */

import { METHODS, type MethodId, methodOf } from '../../explain/methods/list.ts';
import { unitOf } from '../../explain/methods/method.ts';
import type { AppState } from '../app-state.ts';
import { figureOf } from '../explanation/figures.ts';
import { explainedName, legendSubjectOf, shownMap } from '../explanation/selectors.ts';
import type { SliceContext } from '../slice.ts';
import type { CompareSlice, PinnedMap } from './compare-state.ts';

/** Enough to compare with, and few enough to find. */
const MAX_PINS = 8;

let nextPin = 1;

/** Keeps the map on screen aside under a name that says what it is of; null where there is none. */
function pinned(state: AppState, method: MethodId): PinnedMap | null {
  const shown = figureOf(state, method).status === 'done' ? shownMap(state, method) : null;
  if (!shown) return null;
  const { layer, imageId, modelId } = shown.context;
  const info = methodOf(method);
  const title = [info.title, layer, explainedName(state, shown)].join(' · ');
  const subject = legendSubjectOf(state, shown);
  return { id: `pin-${nextPin++}`, title, unit: unitOf(info, shown.score), subject, map: shown.map, imageId, modelId };
}

export function createCompareSlice({ store }: SliceContext): CompareSlice {
  const change = (part: Partial<CompareSlice['compare']>) => store.setState(({ compare }) => ({ compare: { ...compare, ...part } }));
  function pin(map: PinnedMap): void {
    const others = store.getState().compare.pins.filter(({ title, imageId }) => title !== map.title || imageId !== map.imageId);
    change({ pins: [...others, map].slice(-MAX_PINS), second: map.id });
  }

  return {
    compare: { pins: [], first: METHODS[0]?.id ?? '', second: METHODS[1]?.id ?? '', share: 0.5 },
    setCompare: change,

    pinMap(method) {
      const map = pinned(store.getState(), method);
      if (map) pin(map);
    },

    pinDerived({ title, unit, subject, map, imageId, modelId }) {
      pin({ id: `pin-${nextPin++}`, title, unit, subject, map, imageId, modelId });
    },

    unpinMap(id) {
      change({ pins: store.getState().compare.pins.filter((pin) => pin.id !== id) });
    },
  };
}
