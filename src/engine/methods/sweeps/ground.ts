/** What a sweep's copies start from, and where they have something of their own. */
import type { WorkSize } from '../../../explain/layer-info.ts';
import type { Activations } from '../../graph/graph-executor.ts';
import type { LayerGraph, Tail } from '../../graph/layer-graph.ts';
import type { Unchanged } from '../../incremental/bases.ts';
import type { ValuesAt } from '../../incremental/copies.ts';
import { IncrementalTail } from '../../incremental/incremental-tail.ts';
import type { CopiesPlan } from '../../incremental/planning/plan.ts';
import type { Site } from '../../incremental/sites.ts';

export interface Ground {
  readonly tail: Tail;
  /** What the tail takes besides the cuts. */
  readonly kept: Activations;
  readonly sites: readonly Site[];
  /** What was made for this sweep, and what `open` makes, in bytes. */
  readonly keptBytes: number;
  /** What is held beside a run of the tail while `unchanged` is changed, in bytes. */
  readonly changeBytes: number;
  /** What runs for a copy whose tail is run whole. */
  wholeWork(graph: LayerGraph): WorkSize;
  open(): OpenGround;
}

/** Free it after the sweep. */
export interface OpenGround {
  readonly unchanged: Unchanged;
  /** Of steps not before the tail has run from `unchanged`. */
  readonly valuesAt: ValuesAt;
  dispose(): void;
}

/**
 * Runs something with a tail that is prepared from what its copies start from.
 *
 * @returns true
 * @throws what either throws; nothing is left behind then
 */
export async function withTail(
  graph: LayerGraph,
  ground: Ground,
  plan: CopiesPlan,
  pause: () => Promise<void>,
  run: (prepared: IncrementalTail, valuesAt: ValuesAt) => Promise<void>,
): Promise<true> {
  const { unchanged, valuesAt, dispose } = ground.open();
  try {
    const prepared = await IncrementalTail.prepare(graph, ground.tail, plan, ground.kept, unchanged, pause);
    try {
      await run(prepared, valuesAt);
      return true;
    } finally {
      prepared.dispose();
    }
  } finally {
    dispose();
  }
}
