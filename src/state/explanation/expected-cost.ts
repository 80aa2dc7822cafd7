/** What methods will cost on this device, told before it is paid. */
import { ablationAt } from '../../explain/ablation-plan.ts';
import type { MethodCost } from '../../explain/cost.ts';
import type { LayerInfo } from '../../explain/layer-info.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import type { AppState } from '../app-state.ts';
import { sharedPasses } from '../engines/shared-time.ts';
import { passMs } from './device-costs.ts';
import { networkAsPlanned, plannedLayer } from './layer-plans.ts';

export interface ExpectedCost extends MethodCost {
  /** Null until a forward pass was timed, and copies of the layer are planned. */
  readonly durationMs: number | null;
}

/** What a method will cost at a layer on this device. */
export function expectedCost(state: AppState, method: MethodId, layer: LayerInfo): ExpectedCost | null {
  const info = networkAsPlanned(state);
  if (!info || layer.unsupportedReason !== null) return null;
  const planned = plannedLayer(state, layer);
  const cost = methodOf(method).cost(planned ?? layer, ablationAt(layer, state.view.ablation), info);
  const onePass = planned && passMs(state);
  return { ...cost, durationMs: onePass === null ? null : sharedPasses(state, cost.passes) * onePass };
}
