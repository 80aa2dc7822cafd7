/**
 * Averages that are taken before a 1 x 1 convolution rather than after it.
 *
 * Both are linear, one in the cells and the other in the channels, so their order makes no difference, but for the fewer cells that are left
 * to multiply: a quarter of them in the transitions of a DenseNet.
 */
import type { GraphNode, LayerGraph, NodeId } from './layer-graph.ts';

function cellsOf({ shape }: GraphNode): number {
  return (shape[1] ?? 1) * (shape[2] ?? 1);
}

function isPointwise({ kind, change, hasActivation, inputWindows: [window = 'dense'] }: GraphNode): boolean {
  if (kind !== 'Conv2D' || change !== 'filtered' || window === 'dense') return false;
  const isOne = ({ first, size, stride }: typeof window.rows) => first === 0 && size === 1 && stride === 1;
  return isOne(window.rows) && isOne(window.columns) && !hasActivation;
}

/** A bias is the same before and after an average, unless that counts cells of padding, which have none. */
function isAverage({ kind }: GraphNode, { hasBias }: GraphNode): boolean {
  return kind === 'AveragePooling2D' || (kind === 'PaddedAveragePooling2D' && !hasBias);
}

/** What an operation costs for another number of values. */
function forShape(node: GraphNode, shape: GraphNode['shape']): Pick<GraphNode, 'shape' | 'macs' | 'temporaryValues'> {
  const values = (of: GraphNode['shape']) => of.reduce<number>((product, side) => product * (side ?? 1), 1);
  const share = values(shape) / values(node.shape);
  return { shape, macs: node.macs * share, temporaryValues: Math.ceil(node.temporaryValues * share) };
}

/**
 * The graph with every such pair the other way round: the convolution's node stands for the average then, and the other one's for both,
 * as before.
 *
 * @param isTaken nodes that must give their own activation
 */
export function pooledFirst(graph: LayerGraph, isTaken: (id: NodeId) => boolean): LayerGraph {
  const consumers = new Map<NodeId, number>();
  for (const { inputs } of graph.nodes) for (const id of inputs) consumers.set(id, (consumers.get(id) ?? 0) + 1);
  const changed = new Map<NodeId, GraphNode>();
  for (const pool of graph.nodes) {
    const convolution = graph.nodes[pool.inputs[0] ?? -1];
    if (!convolution || !isPointwise(convolution) || !isAverage(pool, convolution) || cellsOf(pool) >= cellsOf(convolution)) continue;
    const { id } = convolution;
    const input = graph.nodes[convolution.inputs[0] ?? -1];
    if (!input || isTaken(id) || id === graph.output || consumers.get(id) !== 1) continue;
    const pooled = [...pool.shape.slice(0, 3), input.shape.at(-1) ?? null];
    changed.set(id, { ...pool, ...forShape(pool, pooled), id, name: convolution.name, inputs: convolution.inputs });
    changed.set(pool.id, { ...convolution, ...forShape(convolution, pool.shape), id: pool.id, name: pool.name, inputs: [id] });
  }
  return changed.size === 0 ? graph : { ...graph, nodes: graph.nodes.map((node) => changed.get(node.id) ?? node) };
}
