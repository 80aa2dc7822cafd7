/** Any two maps of one image, laid over each other: of methods on screen, or kept aside from other layers and classes. */

import { METHODS, type MethodId, methodOf } from '../../explain/methods/list.ts';
import { unitOf } from '../../explain/methods/method.ts';
import type { AppState } from '../app-state.ts';
import { figureOf } from '../explanation/figures.ts';
import { explainedName, legendSubjectOf, shownMap } from '../explanation/selectors.ts';
import type { SliceContext } from '../slice.ts';
import { selectedImage } from '../view/in-view.ts';
import { seenFrame } from './compare-selectors.ts';
import type { CompareSlice, PinnedMap } from './compare-state.ts';

/** Enough to compare with, and few enough to find. */
const MAX_PINS = 8;

let nextPin = 1;

type Titled = Omit<PinnedMap, 'id' | 'modelTitle' | 'frame'>;

/** The map on screen under a name that says what it is of; null where there is none. */
function titled(state: AppState, method: MethodId): Titled | null {
  const shown = figureOf(state, method).status === 'done' ? shownMap(state, method) : null;
  if (!shown) return null;
  const { layer, imageId, modelId } = shown.context;
  const info = methodOf(method);
  const title = [info.title, layer, explainedName(state, shown)].join(' · ');
  const subject = legendSubjectOf(state, shown);
  return { title, unit: unitOf(info, shown.score), subject, map: shown.map, imageId, modelId };
}

export function createCompareSlice({ store }: SliceContext): CompareSlice {
  const change = (part: Partial<CompareSlice['compare']>) => store.setState(({ compare }) => ({ compare: { ...compare, ...part } }));
  function pin(map: Titled): void {
    const state = store.getState();
    const frame = seenFrame(state);
    const { card } = state.model;
    // Its image or its model is not on screen any more.
    if (!frame || card?.id !== map.modelId || selectedImage(state)?.id !== map.imageId) return;
    const { title, imageId, modelId } = map;
    const others = state.compare.pins.filter((own) => own.title !== title || own.imageId !== imageId || own.modelId !== modelId);
    const id = `pin-${nextPin++}`;
    change({ pins: [...others, { ...map, id, modelTitle: card.title, frame }].slice(-MAX_PINS), second: id });
    // Elsewhere it is in sight.
    if (state.stage.layout !== 'side-by-side') return;
    state.notify('info', `${title} is pinned, to be compared in Wipe and Difference.`, {
      title: 'Wipe',
      run: () => store.getState().setStage({ layout: 'wipe' }),
    });
  }

  return {
    compare: { pins: [], first: METHODS[0]?.id ?? '', second: METHODS[1]?.id ?? '', share: 0.5 },
    setCompare: change,

    pinMap(method) {
      const map = titled(store.getState(), method);
      if (map) pin(map);
    },

    pinDerived({ title, unit, subject, map, imageId, modelId }) {
      pin({ title, unit, subject, map, imageId, modelId });
    },

    unpinMap(id) {
      change({ pins: store.getState().compare.pins.filter((pin) => pin.id !== id) });
    },
  };
}
