/** Which jobs are worth more than one engine. */
import { DEFAULT_SWEEP } from '../../explain/input/input-settings.ts';
import { canBeExplained, isCalled } from '../../explain/layer-info.ts';
import { METHODS } from '../../explain/methods/list.ts';
import { isSweepWork } from '../../explain/work.ts';
import type { ModelInfo } from '../engine.ts';
import type { ExplainRequest } from '../explain.ts';
import type { SweepRequest } from './shared-sweep.ts';

/** Each engine more runs a forward pass of its own first: what costs little more than that is done sooner by one alone. */
export const LEAST_PASSES = 4;

export interface Shareable {
  readonly request: SweepRequest;
  readonly items: Uint32Array;
}

/** The items of a sweep; null for what is no sweep, and for one that costs too little. */
export function sweepToShare({ work, ...request }: ExplainRequest, info: ModelInfo): Shareable | null {
  if (!work || !isSweepWork(work)) return null;
  const layer = info.layers.find((one) => isCalled(one, request.layer));
  const method = METHODS.find(({ id }) => id === work.method);
  if (!layer || !method || !canBeExplained(layer)) return null;
  const { ablation, channelValue, occlusion = DEFAULT_SWEEP.occlusion, masks: rise = DEFAULT_SWEEP.rise } = work;
  const settings = { ...DEFAULT_SWEEP, ...ablation, ...(channelValue && { channelValue }), occlusion, rise };
  const { count, passes } = method.cost(layer, settings, info);
  const items = work.items ?? Uint32Array.from({ length: count }, (_, item) => item);
  return ((passes - 1) * items.length) / count > LEAST_PASSES ? { request: { ...request, work }, items } : null;
}
