/** What a method will cost at a layer, estimated from the network's own forward pass on this device. */
import type { WorkSize } from './layer-info.ts';

export interface MethodCost {
  readonly count: number;
  readonly unit: 'cells' | 'windows' | 'channels' | 'patches' | 'masks' | 'forward pass' | 'backward pass';
  /** In forward passes of the whole network, the one that every explanation starts from included. */
  readonly passes: number;
}

/** Writing an activation takes as long as this many MACs: seen on WASM and, roughly, on GPUs. */
const MACS_PER_VALUE = 20;

function work({ macs, values }: WorkSize): number {
  return macs + MACS_PER_VALUE * values;
}

/** How long one takes of what the other takes, on the same device. */
export function workShare(part: WorkSize, whole: WorkSize): number {
  return work(part) / work(whole);
}

/** One forward pass, and then `times` runs of this size, in forward passes. */
export function passesFor(size: WorkSize, times: number, forward: WorkSize): number {
  return 1 + times * workShare(size, forward);
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
  const passes = passesFor(copy, count, forward) - 1;
  return passes < TELLING_PASSES ? null : durationMs / passes;
}
