import type { WorkSize } from '../../explain/layer-info.ts';
import type { LayerGraph, NodeId } from './layer-graph.ts';

/** What some nodes cost together, for one image or one copy. */
export function workOf(graph: LayerGraph, ids: Iterable<NodeId>): WorkSize {
  let macs = 0;
  let values = 0;
  for (const id of ids) {
    const node = graph.nodes[id];
    macs += node?.macs ?? 0;
    values += node?.values ?? 0;
  }
  return { macs, values };
}
