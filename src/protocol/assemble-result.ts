/** Puts a sweep together from what the engine reports batch by batch. */
import { emptyAblationSweep } from '../core/ablation-plan.ts';
import { emptyChannelSweep } from '../core/channel-sweep.ts';
import { type SweptItems, withItems } from '../core/item-sweep.ts';
import type { ExplainEvent, MethodResult, Work } from './engine.ts';

export type SweepResult = Extract<MethodResult, { method: 'fast-ablation-cam' | 'ablation-cam' }>;

type Begun = Extract<ExplainEvent, { kind: 'begun' }>;

/**
 * A sweep that has begun: none of its items is exact yet.
 *
 * @param baseline the intact network's logits
 */
export function begunSweep(event: Begun, work: Work, baseline: Float32Array): SweepResult {
  if (event.method === 'ablation-cam') {
    return { method: 'ablation-cam', sweep: emptyChannelSweep(event.cells, event.activation, baseline), durationMs: 0 };
  }
  if (work.method !== 'fast-ablation-cam') throw new Error(`${work.method} was asked for, ${event.method} was begun`);
  return { method: 'fast-ablation-cam', sweep: emptyAblationSweep(event.cells, work.ablation, baseline), durationMs: 0 };
}

export function withSweptItems(result: SweepResult, swept: SweptItems, durationMs: number): SweepResult {
  const total = result.durationMs + durationMs;
  return result.method === 'ablation-cam'
    ? { ...result, sweep: withItems(result.sweep, swept), durationMs: total }
    : { ...result, sweep: withItems(result.sweep, swept), durationMs: total };
}
