/**
 * Averages that are taken before a 1 x 1 convolution rather than after it.
 *
 * Both are linear, one in the cells and the other in the channels, so their order makes no difference, but for the fewer cells that are left
 * to multiply: a quarter of them in the transitions of a DenseNet.
 */
import { valuesIn } from '../../formats/layers/kinds/built-layer.ts';
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
function forShape(node: GraphNode, shape: GraphNode['shape']): Pick<GraphNode, 'shape' | 'values' | 'macs' | 'temporaryValues'> {
  const values = valuesIn(shape);
  const share = values / node.values;
  return { shape, values, macs: node.macs * share, temporaryValues: Math.ceil(node.temporaryValues * share) };
}

/** A convolution and the average after it, the other way round. */
interface Swap {
  readonly convolution: NodeId;
  readonly nodes: readonly [GraphNode, GraphNode];
}

function swapsOf(graph: LayerGraph): Swap[] {
  const consumers = new Map<NodeId, number>();
  for (const { inputs } of graph.nodes) for (const id of inputs) consumers.set(id, (consumers.get(id) ?? 0) + 1);
  return graph.nodes.flatMap((pool) => {
    const convolution = graph.nodes[pool.inputs[0] ?? -1];
    if (!convolution || !isAverage(pool, convolution) || !isPointwise(convolution) || cellsOf(pool) >= cellsOf(convolution)) return [];
    const { id } = convolution;
    const input = graph.nodes[convolution.inputs[0] ?? -1];
    if (!input || id === graph.output || consumers.get(id) !== 1) return [];
    const pooled = [...pool.shape.slice(0, 3), input.shape.at(-1) ?? null];
    const first = { ...pool, ...forShape(pool, pooled), id, name: convolution.name, inputs: convolution.inputs };
    const second = { ...convolution, ...forShape(convolution, pool.shape), id: pool.id, name: pool.name, inputs: [id] };
    return [{ convolution: id, nodes: [first, second] }];
  });
}

/** A graph's swaps, and what comes of some of them: every layer of a network asks, and most get the same. */
const known = new WeakMap<LayerGraph, { readonly swaps: readonly Swap[]; readonly swapped: Map<string, LayerGraph> }>();

function knownOf(graph: LayerGraph) {
  const found = known.get(graph) ?? { swaps: swapsOf(graph), swapped: new Map<string, LayerGraph>() };
  known.set(graph, found);
  return found;
}

/**
 * The graph with every such pair the other way round: the convolution's node stands for the average then, and the other one's for both,
 * as before.
 *
 * @param isTaken nodes that must give their own activation
 */
export function pooledFirst(graph: LayerGraph, isTaken: (id: NodeId) => boolean): LayerGraph {
  const { swaps, swapped } = knownOf(graph);
  const made = swaps.filter(({ convolution }) => !isTaken(convolution));
  if (made.length === 0) return graph;
  const key = made.map(({ convolution }) => convolution).join();
  const changed = new Map(made.flatMap(({ nodes }) => nodes.map((node) => [node.id, node])));
  const result = swapped.get(key) ?? { ...graph, nodes: graph.nodes.map((node) => changed.get(node.id) ?? node) };
  swapped.set(key, result);
  return result;
}
