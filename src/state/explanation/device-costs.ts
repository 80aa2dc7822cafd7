/** What things cost on this device, in time and in memory: measured as the network runs, and told before they are paid. */

import { ablationAt } from '../../explain/ablation-plan.ts';
import { impliedPassMs, type MethodCost } from '../../explain/cost.ts';
import type { LayerInfo } from '../../explain/layer-info.ts';
import { type MethodId, methodOf, sweepMethod } from '../../explain/methods/list.ts';
import type { Work } from '../../explain/work.ts';
import { DEFAULT_MEMORY_MB } from '../../protocol/engine.ts';
import type { ExplainEvent } from '../../protocol/explain.ts';
import type { AppState } from '../app-state.ts';

/** Costs are estimated from the median of this many measurements. */
const MEASUREMENTS = 5;

/** The memory that is allowed for a batch of ablated copies, in megabytes. */
export function memoryMb({ view, device }: AppState): number {
  return view.memoryMb ?? DEFAULT_MEMORY_MB[device.info?.backend ?? 'cpu'];
}

export function budgetBytes(state: AppState): number {
  return memoryMb(state) * 1_000_000;
}

/** What this device needs for one forward pass, in milliseconds: the median of the last measurements. Null while there is none. */
export function passMs({ device }: AppState): number | null {
  const sorted = [...device.passTimesMs].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

export interface ExpectedCost extends MethodCost {
  /** Null until a forward pass was timed. */
  readonly durationMs: number | null;
}

/** What a method will cost at a layer on this device. */
export function expectedCost(state: AppState, method: MethodId, layer: LayerInfo): ExpectedCost | null {
  const { info } = state.model;
  if (!info || layer.unsupportedReason !== null) return null;
  const cost = methodOf(method).cost(layer, ablationAt(layer, state.view.ablation), info);
  const onePass = passMs(state);
  return { ...cost, durationMs: onePass === null ? null : cost.passes * onePass };
}

/** The measurements with what an event tells of this device's speed; the same ones when it tells nothing. */
export function withMeasurement(
  { device, model }: AppState,
  layerName: string,
  work: Work | null,
  event: ExplainEvent,
): AppState['device'] {
  const layer = model.info?.layers.find(({ name }) => name === layerName);
  let measuredMs: number | null = null;
  if (event.kind === 'logits') measuredMs = event.durationMs;
  if (event.kind === 'items' && model.info && layer && work) {
    const copy = sweepMethod(work.method).copySize(layer, model.info);
    measuredMs = impliedPassMs(copy, event.swept.items.length, event.durationMs, model.info.forward);
  }
  // A pass that was kept is reported again with every request that starts from it.
  if (measuredMs === null || device.passTimesMs.at(-1) === measuredMs) return device;
  return { ...device, passTimesMs: [...device.passTimesMs, measuredMs].slice(-MEASUREMENTS) };
}
