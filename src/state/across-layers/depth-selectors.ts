/** The strip across layers: which layers, with which windows, what it costs, and what it shows. */

import { correlationsOf } from '../../core/maps/agreement.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { memoize } from '../../core/memoize.ts';
import { DEFAULT_ABLATION } from '../../explain/ablation-plan.ts';
import { coarseSettings } from '../../explain/estimate.ts';
import { DEFAULT_SWEEP, type SweepSettings } from '../../explain/input/input-settings.ts';
import { blockEnds } from '../../explain/layer-groups.ts';
import type { LayerInfo } from '../../explain/layer-info.ts';
import { DEFAULT_METHODS, type MethodId, methodOf } from '../../explain/methods/list.ts';
import { type ClassScore, isSameScore } from '../../explain/target.ts';
import type { AppState } from '../app-state.ts';
import { passMs } from '../explanation/device-costs.ts';
import { scoreInView } from '../view/in-view.ts';
import type { DepthColumn } from './depth-state.ts';

/** The methods whose maps are compared: those of a first visit. */
export const DEPTH_METHODS = DEFAULT_METHODS;

/** Cells one by one where they are few, else in squares. */
export function depthSettings(layer: LayerInfo): SweepSettings {
  return { ...DEFAULT_SWEEP, ...coarseSettings(layer, DEFAULT_ABLATION) };
}

/** Whether the strip is about what is in view. */
export function isDepthInView(state: AppState): boolean {
  const { depth, model, images } = state;
  const isSameImage = depth.imageId === images.selectedId && depth.modelId === model.info?.id;
  return depth.columns.length > 0 && isSameImage && isSameScore(depth.score, scoreInView(state));
}

/** What both maps of these layers come to, in forward passes. */
function passesFor({ model }: AppState, layers: readonly LayerInfo[]): number | null {
  const { info } = model;
  if (!info) return null;
  // One forward pass is run for all methods.
  const afterPass = (id: MethodId, layer: LayerInfo) => methodOf(id).cost(layer, depthSettings(layer), info).passes - 1;
  return layers.reduce((sum, layer) => sum + DEPTH_METHODS.reduce((passes, id) => passes + afterPass(id, layer), 1), 0);
}

/** What they will take on this device, in milliseconds; null until its speed is known. */
export function depthDurationMs(state: AppState, layers: readonly LayerInfo[]): number | null {
  const [passes, onePass] = [passesFor(state, layers), passMs(state)];
  return passes === null || onePass === null ? null : passes * onePass;
}

const endsOf = memoize(blockEnds);

/** What is still missing of the strip, in forward passes; null until there is a model. */
export function depthPasses(state: AppState): number | null {
  const { info } = state.model;
  const known = isDepthInView(state) ? state.depth.columns.filter(({ results }) => DEPTH_METHODS.every((id) => results[id])) : [];
  const names = new Set(known.map(({ layer }) => layer.name));
  return (
    info &&
    passesFor(
      state,
      endsOf(info.layers).filter(({ name }) => !names.has(name)),
    )
  );
}

const mapInColumn = memoize((column: DepthColumn, id: MethodId, score: ClassScore): SaliencyMap | null => {
  const result = column.results[id];
  return result ? methodOf(id).mapOf(result, score, null).map : null;
}, 64);

/** A method's map in a column, on the layer's cells; null as long as it is not there. */
export function mapOver({ depth }: AppState, column: DepthColumn, id: MethodId): SaliencyMap | null {
  return depth.score && mapInColumn(column, id, depth.score);
}

const agreementOfTwo = memoize((a: SaliencyMap, b: SaliencyMap): number | null => correlationsOf([a, b])[0]?.[1] ?? null, 64);

/** The rank correlation of both methods' maps in a column; null as long as they are not there, or where one is constant. */
export function agreementOver(state: AppState, column: DepthColumn): number | null {
  const [first, second] = DEPTH_METHODS.map((id) => mapOver(state, column, id));
  return first && second ? agreementOfTwo(first, second) : null;
}
