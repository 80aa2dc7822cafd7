/** PyTorch's exporter asks, where it does not know a side's length, whether that is one before it takes the side away: `If`, in a graph of its own. */
import { type Constant, numbersOf, singleOf } from '../../graph/nodes/constant.ts';
import { type GraphNode, type OperationGraph, producersIn } from '../../graph/nodes/graph.ts';

/** The nodes of a condition's two graphs. */
export interface Branches {
  readonly whenTrue: readonly GraphNode[];
  readonly whenFalse: readonly GraphNode[];
}

/** The only node beside constants; null where there are others. */
function onlyNode(nodes: readonly GraphNode[]): GraphNode | null {
  const [node, ...others] = nodes.filter(({ kind }) => kind !== 'Constant');
  return node && others.length === 0 && node.domain === '' ? node : null;
}

/**
 * The `Squeeze` that such a condition stands for: a side that is longer than one is known once the network is laid out, and refused then.
 *
 * @returns null for any other condition
 */
function squeezeOf(
  node: GraphNode,
  branches: Branches,
  producers: ReadonlyMap<string, GraphNode>,
  constants: OperationGraph['constants'],
): GraphNode | null {
  const [squeeze, same] = [onlyNode(branches.whenTrue), onlyNode(branches.whenFalse)];
  const [tensor = '', listed = ''] = squeeze?.inputs ?? [];
  if (squeeze?.kind !== 'Squeeze' || same?.kind !== 'Identity' || same.inputs[0] !== tensor) return null;
  const inner = new Map(branches.whenTrue.map((own) => [own.outputs[0] ?? '', own]));
  const constantOf = (name: string): Constant | null =>
    constants.get(name) ?? (inner.get(name) ?? producers.get(name))?.tensor('value') ?? null;
  const given = constantOf(listed);
  const axes = given ? numbersOf(given) : squeeze.numbers('axes');
  const asked = producers.get(node.inputs[0] ?? '');
  const length = producers.get(asked?.inputs[0] ?? '');
  const shape = producers.get(length?.inputs[0] ?? '');
  const isOfLength = asked?.kind === 'Equal' && singleOf(constantOf(asked.inputs[1] ?? '')) === 1 && length?.kind === 'Gather';
  const isOfTensor = shape?.kind === 'Shape' && shape.inputs[0] === tensor;
  const [axis, ...others] = axes ?? [];
  const isOfSide = axis !== undefined && others.length === 0 && singleOf(constantOf(length?.inputs[1] ?? '')) === axis;
  if (!isOfLength || !isOfTensor || !isOfSide) return null;
  return node.with({ kind: 'Squeeze', inputs: [tensor], attributes: new Map([['axes', [axis]]]) });
}

/** @param branchesOf the graphs of the node at a place */
export function withPlainSqueezes(graph: OperationGraph, branchesOf: (place: number) => Branches): OperationGraph {
  const producers = producersIn(graph);
  const nodes = graph.nodes.map((node, place) => {
    const branches = node.kind === 'If' && node.domain === '' ? branchesOf(place) : null;
    return (branches && squeezeOf(node, branches, producers, graph.constants)) ?? node;
  });
  return { ...graph, nodes };
}
