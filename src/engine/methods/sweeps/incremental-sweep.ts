/** A sweep over windows of cells of which each copy's tail is worked out from what it changes (`engine/incremental`). */

import type { CellRange } from '../../../core/maps/grid.ts';
import { yieldToEventLoop } from '../../backend/yield-to-event-loop.ts';
import { batchSize } from '../../graph/tail-memory.ts';
import { workOf } from '../../graph/work-size.ts';
import { type Sides, windowCopies } from '../../incremental/copies.ts';
import { IncrementalTail } from '../../incremental/incremental-tail.ts';
import { planIncremental } from '../../incremental/planning/plan.ts';
import { cutNode } from '../cut-activation.ts';
import type { MethodContext } from '../method.ts';
import { isUseful } from './is-useful.ts';
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
  const plan = planIncremental(graph, tail, copies);
  if (!isUseful(graph, context, plan, workOf(graph, tail.steps), copies)) return false;
  const { items } = copies;
  const pause = yieldToEventLoop(signal);
  const most = { ...limits, maxItems: mostItems(context, plan.work.macs) };
  const batchFor = (count: number) => batchSize(plan.memory, count, most, plan.keptBytes + copies.keptBytes);
  const cut = cutNode(context);
  const prepared = await IncrementalTail.prepare(graph, tail, plan, pass.activations, new Map([[cut, copies.outside]]), pause);
  try {
    await sweepBatches(context, items, batchFor, (inBatch, size) =>
      prepared.logits(windowCopies(cut, plan, copies, positionsOf(copies.ranges, inBatch, size)), pause),
    );
    return true;
  } finally {
    prepared.dispose();
  }
}
