/** Whether it is worth while to work out no more of copies than what they change. */
import { workShare } from '../../../explain/cost.ts';
import type { LayerGraph } from '../../graph/layer-graph.ts';
import { tailMemory } from '../../graph/tail-memory.ts';
import { type CopiesPlan, LEAST_GAIN } from '../../incremental/planning/plan.ts';
import type { MethodContext } from '../method.ts';
import type { Ground } from './ground.ts';

/** A batch this small would not use the device. */
const LEAST_BATCH = 4;

/** @returns false where the whole tail costs as little, or memory is too short */
export function isUseful(
  graph: LayerGraph,
  { limits }: Pick<MethodContext, 'limits'>,
  plan: CopiesPlan,
  { tail, keptBytes, changeBytes, wholeWork }: Ground,
  items: Uint32Array,
): boolean {
  if (items.length === 0 || workShare(plan.work, wholeWork(graph)) > LEAST_GAIN) return false;
  const room = limits.budgetBytes - plan.keptBytes - keptBytes;
  const least = Math.min(LEAST_BATCH, items.length);
  const fits = room >= least * plan.memory.peakBytes && room >= tailMemory(graph, tail).peakBytes + changeBytes;
  return fits && limits.maxTensorBytes >= least * plan.memory.largestBytes;
}
