/** A sweep over windows of cells of which each copy's tail is worked out from what it changes (`engine/incremental`). */

import type { CellRange } from '../../../core/maps/grid.ts';
import { workShare } from '../../../explain/cost.ts';
import { yieldToEventLoop } from '../../backend/yield-to-event-loop.ts';
import type { LayerGraph } from '../../graph/layer-graph.ts';
import { batchSize, tailMemory } from '../../graph/tail-memory.ts';
import { workOf } from '../../graph/work-size.ts';
import { IncrementalTail, type Sides } from '../../incremental/incremental-tail.ts';
import { type IncrementalPlan, planIncremental } from '../../incremental/plan.ts';
import type { MethodContext } from '../method.ts';
import { mostItems, sweepBatches } from './sweep-batches.ts';
import { tailGraph } from './tail-graph.ts';

export interface WindowCopies extends Sides {
  /** The window of every item. */
  readonly ranges: readonly CellRange[];
  /** Cells of the largest window. */
  readonly rows: number;
  readonly columns: number;
  readonly items: Uint32Array;
  /** What of the sides was made for this sweep, in bytes. */
  readonly keptBytes: number;
}

/** Below this gain the dense tail is as quick, and simpler. */
const LEAST_GAIN = 0.9;

/** A batch this small would not use the device. */
const LEAST_BATCH = 4;

/** Null where the dense tail costs as little, or memory is too short. */
function usefulPlan(graph: LayerGraph, { tail, limits }: MethodContext, copies: WindowCopies): IncrementalPlan | null {
  const plan = planIncremental(graph, tail, copies);
  if (workShare(plan.work, workOf(graph, tail.steps)) > LEAST_GAIN) return null;
  const room = limits.budgetBytes - plan.keptBytes - copies.keptBytes;
  const least = Math.min(LEAST_BATCH, copies.items.length);
  const fits = room >= least * plan.memory.peakBytes && room >= tailMemory(graph, tail).peakBytes;
  return fits && limits.maxTensorBytes >= least * plan.memory.largestBytes ? plan : null;
}

/** The items' windows, the last one again where a batch is not full. */
function positionsOf(ranges: readonly CellRange[], items: Uint32Array, size: number) {
  const at = (i: number) => ranges[items[Math.min(i, items.length - 1)] ?? 0];
  return {
    rows: Int32Array.from({ length: size }, (_, i) => at(i)?.top ?? 0),
    columns: Int32Array.from({ length: size }, (_, i) => at(i)?.left ?? 0),
  };
}

/**
 * @returns whether it was done; if not, nothing has been reported
 * @throws the signal's reason when cancelled; nothing is left behind then
 */
export async function sweepIncrementally(context: MethodContext, copies: WindowCopies): Promise<boolean> {
  const { tail, pass, limits, signal } = context;
  const graph = tailGraph(context, tail);
  const plan = usefulPlan(graph, context, copies);
  if (!plan) return false;
  const { items } = copies;
  const pause = yieldToEventLoop(signal);
  const most = { ...limits, maxItems: mostItems(context, plan.work.macs) };
  const batchFor = (count: number) => batchSize(plan.memory, count, most, plan.keptBytes + copies.keptBytes);
  const prepared = await IncrementalTail.prepare(graph, tail, plan, pass.activations, copies, pause);
  try {
    await sweepBatches(context, items, batchFor, (inBatch, size) => prepared.logits(positionsOf(copies.ranges, inBatch, size), pause));
    return true;
  } finally {
    prepared.dispose();
  }
}
