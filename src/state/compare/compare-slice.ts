/** Any two maps of one image, laid over each other: of methods on screen, or kept aside from other layers and classes. */

import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { METHODS, type MethodId, methodOf } from '../../explain/methods/list.ts';
import { unitOf } from '../../explain/methods/method.ts';
import { combinedOver } from '../across-layers/combined-depth.ts';
import type { AppState } from '../app-state.ts';
import { figureOf } from '../explanation/figures.ts';
import { explainedName, legendSubjectOf, scoreNameOf, shownMap } from '../explanation/selectors.ts';
import type { SliceContext } from '../slice.ts';
import { meanOf, spreadOf, stabilityInView } from '../stability/stability-selectors.ts';
import type { CompareSlice, PinnedMap } from './compare-state.ts';

/** Enough to compare with, and few enough to find. */
const MAX_PINS = 8;

let nextPin = 1;

/** A map that takes the place of the one on screen, and what it is called. */
interface Instead {
  readonly map: SaliencyMap;
  readonly words: string;
}

/** Keeps the map on screen aside under a name that says what it is of, or another of the same; null where there is none. */
function pinned(state: AppState, method: MethodId, instead: Instead | null = null): PinnedMap | null {
  const shown = figureOf(state, method).status === 'done' ? shownMap(state, method) : null;
  if (!shown) return null;
  const { layer, imageId, modelId } = shown.context;
  const info = methodOf(method);
  const name = explainedName(state, shown);
  const title = [info.title, instead?.words, layer, name].filter(Boolean).join(' · ');
  const subject = legendSubjectOf(state, shown);
  return { id: `pin-${nextPin++}`, title, unit: unitOf(info, shown.score), subject, map: instead?.map ?? shown.map, imageId, modelId };
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

    pinLayers(method, layers, combination) {
      const state = store.getState();
      const combined = combinedOver(state, method, layers, combination);
      const { imageId, modelId, score } = state.depth;
      if (!combined || !score || imageId === null || modelId === null) return;
      const kind = score.reading === 'number' ? 'number' : 'class';
      pin({ ...combined, id: `pin-${nextPin++}`, subject: { name: scoreNameOf(state, score), kind }, imageId, modelId });
    },

    pinRuns(method, part) {
      const state = store.getState();
      const steady = stabilityInView(state)?.maps[method];
      const map = steady && (part === 'mean' ? meanOf(steady) : spreadOf(steady));
      if (!map) return;
      const kept = pinned(state, method, { map, words: `${part === 'mean' ? 'mean of' : 'std over'} ${steady.runs} runs` });
      if (kept) pin(part === 'std' ? { ...kept, subject: { ...kept.subject, kind: 'spread' } } : kept);
    },

    unpinMap(id) {
      change({ pins: store.getState().compare.pins.filter((pin) => pin.id !== id) });
    },
  };
}
