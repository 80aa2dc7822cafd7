/**
 * Takes the activation off the network's output, so that the network gives logits.
 *
 * Every score of the app starts from logits. A softmax that runs inside the network cannot be undone afterwards (the logits are known
 * only up to a constant), so it is taken out of the graph before anything runs. It is found through whatever stands after it and does nothing
 * to scores. Nodes are calls of layers: a layer that is used twice keeps its activation in its other call.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { GraphNode, LayerGraph } from '../graph/layer-graph.ts';
import { activationOf } from '../layers/activation-of.ts';
import { operationWithoutActivation } from '../operations/layer-operation.ts';
import type { Operation } from '../operations/operation.ts';

/** What the network ended in, and whether that was taken off. */
export type OutputEnd =
  | { readonly kind: 'softmax' | 'sigmoid' | 'linear' }
  /** Something that cannot be undone, by its name. The network gives what it gave. */
  | { readonly kind: 'other'; readonly name: string };

export interface LinearOutput {
  readonly graph: LayerGraph;
  readonly end: OutputEnd;
}

type Shape = GraphNode['shape'];

function sizeOf(shape: Shape): number {
  return shape.slice(1).reduce<number>((product, side) => product * (side ?? 1), 1);
}

function activationName({ layer }: GraphNode): string {
  return (layer && activationOf(layer)?.getClassName()) ?? 'linear';
}

/** Smaller than what float32 can tell from one beside it: clipping by it keeps logarithms finite, and changes nothing to be seen. */
const CLIPPED = 1e-6;

/** Whether an activation leaves what lies between 0 and 1 as it is. */
function isIdentityOnShares(name: string, { threshold, minimum, maximum }: Readonly<Record<string, unknown>>): boolean {
  const isAbove = typeof maximum !== 'number' || maximum >= 1 - CLIPPED;
  switch (name) {
    case 'absolute':
    case 'celuOf':
    case 'elu':
    case 'eluOf':
    case 'leakyReluOf':
    case 'leakyReluOfKeras3':
    case 'relu':
    case 'relu6':
      return true;
    case 'reluOf':
      return Number(threshold) <= 0 && isAbove;
    case 'clipOf':
      return (typeof minimum !== 'number' || minimum <= CLIPPED) && isAbove;
    default:
      return false;
  }
}

/** Whether the node leaves probabilities as they are, though not scores. */
function keepsShares(node: GraphNode): boolean {
  if (node.scoreEffect !== 'activated') return node.scoreEffect === 'kept-shares';
  return isIdentityOnShares(activationName(node), (node.layer && activationOf(node.layer)?.getConfig()) ?? {});
}

/** What turns the node's scores into what it gives: its activation, or its kind where it is nothing else; null for neither. */
function squashing(node: GraphNode): string | null {
  if (node.scoreEffect === 'softmaxed') return 'softmax';
  const activation = activationName(node);
  if (activation !== 'linear') return activation;
  return node.scoreEffect === 'kept-shares' || node.scoreEffect === 'squashed' ? node.kind : null;
}

/** Whether a softmax of the node runs over all scores together, and not over groups of them. */
function isOverAll({ scoreEffect, layer, shape }: GraphNode): boolean {
  const { axis } = scoreEffect === 'softmaxed' ? (layer?.getConfig() ?? {}) : { axis: -1 };
  const axes = (Array.isArray(axis) ? axis : [axis]).map((each) => (Number(each) < 0 ? shape.length + Number(each) : Number(each)));
  return sizeOf([null, ...axes.map((each) => shape[each] ?? 1)]) === sizeOf(shape);
}

/** The softmax or sigmoid whose results are put together to the node's, such as those of an ensemble; null where there is none. */
function combinedActivation(nodes: readonly GraphNode[], from: GraphNode): string | null {
  const reached = new Set([from]);
  // What is added while the set is walked through is visited too.
  for (const node of reached) {
    const found = squashing(node);
    if (found === 'softmax' || found === 'sigmoid') return found;
    const before = node.inputs.flatMap((id) => nodes[id] ?? []);
    const isPassed = node.scoreEffect === 'combined' || node.scoreEffect === 'same';
    if (found === null && isPassed) for (const input of before) reached.add(input);
  }
  return null;
}

const IDENTITY: Operation = {
  run: ([x]) => tf.clone(x as tf.Tensor),
  runForGradient: ([x]) => tf.clone(x as tf.Tensor),
  dispose() {},
};

/** The logarithm of a softmax is the logits but for a constant, and gives the same softmax as they do. */
const TAKEN_OFF: Readonly<Record<string, 'softmax' | 'sigmoid'>> = { softmax: 'softmax', logSoftmax: 'softmax', sigmoid: 'sigmoid' };

/**
 * @param graph is used up: operations that it has no more use for are freed here
 * @returns the graph with a linear output, in which only operations differ, and what its activation was. The new operations are freed
 *   with the graph.
 */
export function linearOutput(graph: LayerGraph): LinearOutput {
  const { nodes } = graph;
  /** From the output backwards: what stands after the activation, and is right for probabilities alone. */
  const after: GraphNode[] = [];
  let node = nodes[graph.output];
  for (;;) {
    const before = node?.inputs.length === 1 ? nodes[node.inputs[0] ?? -1] : undefined;
    if (!node || !before) break;
    if (keepsShares(node)) after.push(node);
    else if (node.scoreEffect !== 'same') break;
    node = before;
  }
  if (!node) return { graph, end: { kind: 'linear' } };
  const found = squashing(node);
  const activation = found === null ? undefined : TAKEN_OFF[found];
  const isUndone = activation === 'sigmoid' || (activation === 'softmax' && isOverAll(node) && (found === 'softmax' || after.length === 0));
  if (activation && isUndone && node.layer) {
    const isAlone = node.scoreEffect === 'activated' || node.scoreEffect === 'softmaxed';
    const replaced = new Map([[node.id, isAlone ? IDENTITY : operationWithoutActivation(node.layer)]]);
    for (const { id } of after) replaced.set(id, IDENTITY);
    const changed = nodes.map((other) => {
      const operation = replaced.get(other.id);
      // Its layer does not tell any more what it does.
      return operation ? { ...other, operation, change: 'dense' as const } : other;
    });
    const inUse = new Set(changed.map(({ operation }) => operation));
    for (const { operation } of nodes) if (!inUse.has(operation)) operation?.dispose();
    return { graph: { ...graph, nodes: changed }, end: { kind: activation } };
  }
  const [last] = after;
  const other = (last && squashing(last)) ?? found ?? combinedActivation(nodes, node);
  return { graph, end: other === null ? { kind: 'linear' } : { kind: 'other', name: other } };
}
