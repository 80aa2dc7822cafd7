/**
 * Takes the activation off the network's output, so that the network gives logits.
 *
 * Every score of the app starts from logits. A softmax that runs inside the network cannot be undone afterwards (the logits are known
 * only up to a constant), so it is taken out of the graph before anything runs. It is found through whatever stands after it and does nothing
 * to scores. Nodes are calls of layers: a layer that is used twice keeps its activation in its other call.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { GraphNode, LayerGraph } from '../graph/layer-graph.ts';
import { activationOf } from '../layers/activations.ts';
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

/** Whether the node gives the very values that go in, at most laid out otherwise. */
function isLayout(node: GraphNode, before: GraphNode): boolean {
  const { kind, layer } = node;
  switch (kind) {
    case 'Activation':
      return activationName(node) === 'linear';
    case 'Flatten':
    case 'Reshape':
    case 'Permute':
    case 'Dropout':
    case 'SpatialDropout2D':
    case 'GaussianDropout':
    case 'GaussianNoise':
    case 'AlphaDropout':
      return true;
    case 'Rescaling': {
      const { scale, offset } = layer?.getConfig() ?? {};
      return Number(scale ?? 1) === 1 && Number(offset ?? 0) === 0;
    }
    case 'GlobalAveragePooling2D':
    case 'GlobalMaxPooling2D':
    case 'GlobalAveragePooling2DKeepDims':
    case 'GlobalMaxPooling2DKeepDims':
    case 'AveragePooling2D':
    case 'MaxPooling2D':
    case 'Cropping2D':
    case 'UpSampling2D':
    case 'ZeroPadding2D':
      // Of a single cell, unless cells are added to it.
      return before.shape.length === 4 && sizeOf(before.shape) === before.shape[3] && sizeOf(node.shape) === sizeOf(before.shape);
    default:
      return false;
  }
}

/** Whether the node leaves probabilities as they are, though not scores. */
function keepsShares(node: GraphNode): boolean {
  const settings = node.layer?.getConfig() ?? {};
  switch (node.kind) {
    case 'Activation':
      return isIdentityOnShares(activationName(node), (node.layer && activationOf(node.layer)?.getConfig()) ?? {});
    case 'ReLU':
      return settings.maxValue === null || settings.maxValue === undefined || Number(settings.maxValue) >= 1;
    case 'ELU':
    case 'LeakyReLU':
    case 'PReLU':
      return true;
    case 'ThresholdedReLU':
      return Number(settings.theta) === 0;
    default:
      return false;
  }
}

/** What turns the node's scores into what it gives: its activation, or its kind where it is nothing else; null for neither. */
function squashing(node: GraphNode): string | null {
  if (node.kind === 'Softmax') return 'softmax';
  const activation = activationName(node);
  if (activation !== 'linear') return activation;
  return ['ELU', 'LeakyReLU', 'PReLU', 'ReLU', 'ThresholdedReLU'].includes(node.kind) ? node.kind : null;
}

/** Whether a softmax of the node runs over all scores together, and not over groups of them. */
function isOverAll({ kind, layer, shape }: GraphNode): boolean {
  const { axis } = kind === 'Softmax' ? (layer?.getConfig() ?? {}) : { axis: -1 };
  const axes = (Array.isArray(axis) ? axis : [axis]).map((each) => (Number(each) < 0 ? shape.length + Number(each) : Number(each)));
  return sizeOf([null, ...axes.map((each) => shape[each] ?? 1)]) === sizeOf(shape);
}

/** Layers that neither learn nor squash: what comes out of them is still of the kind that goes in. */
const COMBINES = new Set([
  'Activation',
  'Add',
  'Average',
  'AveragePooling2D',
  'BatchNormalization',
  'Concatenate',
  'Cropping2D',
  'CustomScaleLayer',
  'Divide',
  'GlobalAveragePooling2D',
  'GlobalAveragePooling2DKeepDims',
  'GlobalMaxPooling2D',
  'GlobalMaxPooling2DKeepDims',
  'GroupNormalization',
  'LayerNormalization',
  'MaxPooling2D',
  'Maximum',
  'Minimum',
  'Multiply',
  'Rescaling',
  'Resizing',
  'Slice',
  'SmoothUpSampling2D',
  'Subtract',
  'UnitNormalization',
  'UpSampling2D',
  'ZeroPadding2D',
]);

/** The softmax or sigmoid whose results are put together to the node's, such as those of an ensemble; null where there is none. */
function combinedActivation(nodes: readonly GraphNode[], from: GraphNode): string | null {
  const reached = new Set([from]);
  // What is added while the set is walked through is visited too.
  for (const node of reached) {
    const found = squashing(node);
    if (found === 'softmax' || found === 'sigmoid') return found;
    const before = node.inputs.flatMap((id) => nodes[id] ?? []);
    const isPassed = COMBINES.has(node.kind) || (before[0] !== undefined && isLayout(node, before[0]));
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
 * @returns the graph with a linear output, in which only operations differ, and what its activation was. The new operations are freed with the
 *   graph.
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
    else if (!isLayout(node, before)) break;
    node = before;
  }
  if (!node) return { graph, end: { kind: 'linear' } };
  const found = squashing(node);
  const activation = found === null ? undefined : TAKEN_OFF[found];
  const isUndone = activation === 'sigmoid' || (activation === 'softmax' && isOverAll(node) && (found === 'softmax' || after.length === 0));
  if (activation && isUndone && node.layer) {
    const isAlone = node.kind === 'Activation' || node.kind === 'Softmax';
    const replaced = new Map([[node.id, isAlone ? IDENTITY : operationWithoutActivation(node.layer)]]);
    for (const { id } of after) replaced.set(id, IDENTITY);
    const changed = nodes.map((other) => ({ ...other, operation: replaced.get(other.id) ?? other.operation }));
    const inUse = new Set(changed.map(({ operation }) => operation));
    for (const { operation } of nodes) if (!inUse.has(operation)) operation?.dispose();
    return { graph: { ...graph, nodes: changed }, end: { kind: activation } };
  }
  const [last] = after;
  const other = (last && squashing(last)) ?? found ?? combinedActivation(nodes, node);
  return { graph, end: other === null ? { kind: 'linear' } : { kind: 'other', name: other } };
}
