/** What a method will cost at a layer, reckoned from the network's own forward pass on this device. */
import { type AblationSettings, positionGrid } from './ablation-plan.ts';
import type { LayerInfo, WorkSize } from './layer-info.ts';
import type { MethodId } from './methods.ts';

export interface MethodCost {
  readonly count: number;
  readonly unit: 'cells' | 'windows' | 'channels' | 'backward pass';
  /** In forward passes of the whole network, the one that every explanation starts from included. */
  readonly passes: number;
}

/** Writing an activation takes as long as this many multiply-adds: seen on WASM and, roughly, on GPUs. */
const MULTIPLY_ADDS_PER_VALUE = 20;
/** A backward pass runs the tail forwards, keeping everything, and then backwards. */
const BACKWARD_TAILS = 4;

function work({ multiplyAdds, values }: WorkSize): number {
  return multiplyAdds + MULTIPLY_ADDS_PER_VALUE * values;
}

export function costOf(method: MethodId, layer: LayerInfo, { window, stride }: AblationSettings, forward: WorkSize): MethodCost {
  const passes = (size: WorkSize, times: number) => 1 + (times * work(size)) / work(forward);
  if (method === 'grad-cam') return { count: 1, unit: 'backward pass', passes: passes(layer.tail, BACKWARD_TAILS) };
  if (method === 'ablation-cam') {
    return { count: layer.channels, unit: 'channels', passes: passes(layer.channelTail, layer.channels) };
  }
  const grid = positionGrid(layer, { window, stride });
  const count = grid.rows * grid.columns;
  return { count, unit: window === 1 && stride === 1 ? 'cells' : 'windows', passes: passes(layer.tail, count) };
}

/** Runs shorter than this share of a pass are mostly overhead, and say little about speed. */
const TELLING_PASSES = 0.1;

/**
 * What a forward pass takes, judged by a sweep's batch: how the tail really runs, warm, counts for more than the first pass of all.
 *
 * @param count how many copies ran
 * @returns null for batches too small to tell
 */
export function impliedPassMs(copy: WorkSize, count: number, durationMs: number, forward: WorkSize): number | null {
  const passes = (count * work(copy)) / work(forward);
  return passes < TELLING_PASSES ? null : durationMs / passes;
}
