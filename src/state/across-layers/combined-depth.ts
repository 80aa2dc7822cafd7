/** Layers of the strip in one map. */
import { type Combination, combinedLayers } from '../../core/maps/combined-layers.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { memoize } from '../../core/memoize.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import type { AppState } from '../app-state.ts';
import { scoreNameOf } from '../explanation/selectors.ts';
import { isDepthInView, mapOver } from './depth-selectors.ts';

/** A method's maps at some layers of the strip, put together. */
export interface CombinedMap {
  /** Its method, layers and class. */
  readonly title: string;
  readonly unit: string;
  readonly map: SaliencyMap;
}

const combined = memoize((title: string, unit: string, combination: Combination, ...maps: readonly SaliencyMap[]): CombinedMap | null => {
  const map = combinedLayers(maps, combination);
  return map && { title, unit, map };
}, 16);

/**
 * @param layers by their names
 * @returns null for fewer than two layers, or where one of their maps is not there
 */
export function combinedOver(state: AppState, method: MethodId, layers: readonly string[], combination: Combination): CombinedMap | null {
  const { columns, score } = state.depth;
  const chosen = columns.filter(({ layer }) => layers.includes(layer.name));
  const maps = chosen.flatMap((column) => mapOver(state, column, method) ?? []);
  if (!score || !isDepthInView(state) || maps.length < 2 || maps.length < chosen.length) return null;
  const title = `${methodOf(method).title} · ${combination} of ${chosen.map(({ layer }) => layer.block).join(', ')} · ${scoreNameOf(state, score)}`;
  return combined(title, `${combination} of shares of each layer’s largest value`, combination, ...maps);
}
