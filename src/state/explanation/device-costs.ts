/** What things cost on this device, in time and in memory: measured as the network runs, and told before they are paid. */

import { impliedPassMs } from '../../explain/cost.ts';
import { sweepMethod } from '../../explain/methods/list.ts';
import { isSweepWork, type Work } from '../../explain/work.ts';
import { DEFAULT_MEMORY_MB } from '../../protocol/engine.ts';
import type { ExplainEvent } from '../../protocol/explain.ts';
import type { AppState } from '../app-state.ts';
import { networkAsPlanned, plannedLayer } from './layer-plans.ts';

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

/** The measurements with what an event tells of this device's speed; the same ones when it tells nothing. */
export function withMeasurement(state: AppState, layerName: string, work: Work | null, event: ExplainEvent): AppState['device'] {
  const { device } = state;
  const network = networkAsPlanned(state);
  const layer = plannedLayer(state, { name: layerName });
  let measuredMs: number | null = null;
  if (event.kind === 'logits') measuredMs = event.durationMs;
  if (event.kind === 'items' && network && layer && work && isSweepWork(work)) {
    const copy = sweepMethod(work.method).copySize(layer, network, work);
    // Of one engine: they are as quick as each other.
    const durationMs = event.durationMs * (event.engines ?? 1);
    measuredMs = copy && impliedPassMs(copy, event.swept.items.length, durationMs, network.forward);
  }
  // A pass that was kept is reported again with every request that starts from it.
  if (measuredMs === null || device.passTimesMs.at(-1) === measuredMs) return device;
  return { ...device, passTimesMs: [...device.passTimesMs, measuredMs].slice(-MEASUREMENTS) };
}
