/** A sweep over windows of cells of which each copy's tail is worked out from what it changes (`engine/incremental`). */

import type { CellRange } from '../../../core/maps/grid.ts';
import { yieldToEventLoop } from '../../backend/yield-to-event-loop.ts';
import { batchSize } from '../../graph/tail-memory.ts';
import { windowCopies } from '../../incremental/copies.ts';
import { planIncremental } from '../../incremental/planning/plan.ts';
import type { Starts } from '../../incremental/window.ts';
import type { MethodContext } from '../method.ts';
import { type Ground, withTail } from './ground.ts';
import { isUseful } from './is-useful.ts';
import { mostItems, sweepBatches } from './sweep-batches.ts';
import { tailGraph } from './tail-graph.ts';

export interface WindowItems {
  /** The window of every item. */
  readonly ranges: readonly CellRange[];
  /** Cells of the largest window. */
  readonly rows: number;
  readonly columns: number;
  readonly items: Uint32Array;
}

/** Where any of the windows start. */
function startsOf(ranges: readonly CellRange[]): Starts {
  return { rows: [...new Set(ranges.map(({ top }) => top))], columns: [...new Set(ranges.map(({ left }) => left))] };
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
export async function sweepIncrementally(context: MethodContext, ground: Ground, windows: WindowItems): Promise<boolean> {
  const { limits, signal } = context;
  const { tail, sites } = ground;
  const { items, ranges } = windows;
  const graph = tailGraph(context, tail);
  const plan = planIncremental(graph, tail, sites, { ...windows, starts: startsOf(ranges) });
  if (!isUseful(graph, context, plan, ground, items)) return false;
  const pause = yieldToEventLoop(signal);
  const most = { ...limits, maxItems: mostItems(context, plan.work.macs) };
  const batchFor = (count: number) => batchSize(plan.memory, count, most, plan.keptBytes + ground.keptBytes);
  return withTail(graph, ground, plan, pause, (prepared, valuesAt) =>
    sweepBatches(context, items, batchFor, (inBatch, size) =>
      prepared.logits(windowCopies(sites, plan, valuesAt, positionsOf(ranges, inBatch, size)), pause),
    ),
  );
}
