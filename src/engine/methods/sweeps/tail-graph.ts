import type { LayerGraph, Tail } from '../../graph/layer-graph.ts';
import { leanGraph } from '../../graph/lean-graph.ts';
import type { MethodContext } from '../method.ts';

/** The graph as the copies of a sweep are run through it: layer by layer as it is written, or with less to multiply. */
export function tailGraph({ graph, exact }: Pick<MethodContext, 'graph' | 'exact'>, { cuts, skipInputs }: Tail): LayerGraph {
  return exact === 'dense' ? graph : leanGraph(graph, (id) => cuts.includes(id) || skipInputs.includes(id));
}
