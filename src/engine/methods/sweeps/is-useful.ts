/** Whether it is worth while to work out no more of copies than what they change. */
import { workShare } from '../../../explain/cost.ts';
import type { WorkSize } from '../../../explain/layer-info.ts';
import type { LayerGraph } from '../../graph/layer-graph.ts';
import { tailMemory } from '../../graph/tail-memory.ts';
import { type CopiesPlan, LEAST_GAIN } from '../../incremental/planning/plan.ts';
import type { MethodContext } from '../method.ts';

/** A batch this small would not use the device. */
const LEAST_BATCH = 4;

/**
 * @param dense what runs for a copy otherwise
 * @param keptBytes what is held for the sweep beside what is planned
 * @returns false where the dense tail costs as little, or memory is too short
 */
export function isUseful(
  graph: LayerGraph,
  { tail, limits }: Pick<MethodContext, 'tail' | 'limits'>,
  plan: CopiesPlan,
  dense: WorkSize,
  { items, keptBytes }: { readonly items: Uint32Array; readonly keptBytes: number },
): boolean {
  if (workShare(plan.work, dense) > LEAST_GAIN) return false;
  const room = limits.budgetBytes - plan.keptBytes - keptBytes;
  const least = Math.min(LEAST_BATCH, items.length);
  const fits = room >= least * plan.memory.peakBytes && room >= tailMemory(graph, tail).peakBytes;
  return fits && limits.maxTensorBytes >= least * plan.memory.largestBytes;
}
