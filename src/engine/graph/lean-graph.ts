/** A graph that gives the same with less to do: averages before convolutions, and a normalisation and the ReLU after it in one pass. */
import type * as tf from '@tensorflow/tfjs-core';
import { normalized } from '../backend/own-cells.ts';
import { activationOf } from '../layers/activation-of.ts';
import type { GraphNode, LayerGraph, NodeId } from './layer-graph.ts';
import { pooledFirst } from './pooled-first.ts';

/** No slope below zero, and no bound above. */
function isRelu({ kind, layer }: GraphNode): boolean {
  if (!layer) return false;
  if (kind === 'Activation') return activationOf(layer)?.getClassName() === 'relu';
  const { maxValue, negativeSlope, threshold } = layer.getConfig();
  return kind === 'ReLU' && (maxValue ?? null) === null && Number(negativeSlope ?? 0) === 0 && Number(threshold ?? 0) === 0;
}

/** A normalisation of the channels along the last axis, and the ReLU that alone takes what it gives. */
interface Pair {
  readonly normalization: GraphNode;
  readonly both: GraphNode;
}

function pairOf(normalization: GraphNode, relu: GraphNode): Pair | null {
  const { scale, isInOnePass = false } = normalization.operation ?? {};
  if (normalization.kind !== 'BatchNormalization' || scale?.factor.rank !== 1 || !isRelu(relu)) return null;
  const { factor, offset } = scale;
  const { kind, layer, inputs, weightValues, hasActivation, hasBias } = normalization;
  const operation = {
    run: ([x]: tf.Tensor[]) => normalized(x as tf.Tensor, factor, offset, true),
    runForGradient: neverForGradient,
    isInOnePass,
    scale: { ...scale, isRectified: true },
    dispose() {},
  };
  const both = { ...relu, kind, layer, inputs, weightValues, hasActivation, hasBias, operation };
  return {
    // Nothing takes it any more, so that it is left out.
    normalization: { ...normalization, inputs: [], shape: [null, 0], values: 0, macs: 0, temporaryValues: 0 },
    both: { ...both, change: 'by-channel', macs: normalization.macs + relu.macs, temporaryValues: isInOnePass ? 0 : relu.values },
  };
}

function neverForGradient(): never {
  throw new Error('gradients are taken layer by layer');
}

function pairsOf(graph: LayerGraph): Pair[] {
  const consumers = new Map<NodeId, number>();
  for (const { inputs } of graph.nodes) for (const id of inputs) consumers.set(id, (consumers.get(id) ?? 0) + 1);
  return graph.nodes.flatMap((relu) => {
    const normalization = graph.nodes[relu.inputs[0] ?? -1];
    const isAlone = normalization && normalization.id !== graph.output && consumers.get(normalization.id) === 1;
    return (isAlone && pairOf(normalization, relu)) || [];
  });
}

/** A graph's pairs, the nodes with all of them as one step, and what comes of some: every layer of a network asks, and most get the same. */
interface Known {
  readonly pairs: readonly Pair[];
  readonly atOnce: readonly GraphNode[];
  readonly made: Map<string, LayerGraph>;
}

const known = new WeakMap<LayerGraph, Known>();

function knownOf(graph: LayerGraph): Known {
  const found = known.get(graph);
  if (found) return found;
  const pairs = pairsOf(graph);
  const atOnce = [...graph.nodes];
  for (const { normalization, both } of pairs) for (const node of [normalization, both]) atOnce[node.id] = node;
  const made = { pairs, atOnce, made: new Map<string, LayerGraph>() };
  known.set(graph, made);
  return made;
}

function rectifiedAtOnce(graph: LayerGraph, isTaken: (id: NodeId) => boolean): LayerGraph {
  const { pairs, atOnce, made } = knownOf(graph);
  const left = pairs.filter(({ normalization: { id } }) => isTaken(id));
  const key = left.map(({ normalization: { id } }) => id).join();
  const found = made.get(key);
  if (found) return found;
  const nodes = [...atOnce];
  for (const { normalization, both } of left) for (const { id } of [normalization, both]) nodes[id] = graph.nodes[id] ?? both;
  const result = pairs.length === left.length ? graph : { ...graph, nodes };
  made.set(key, result);
  return result;
}

/**
 * The graph as passes and copies run through it. Steps of it that take nothing are left out.
 *
 * @param isTaken nodes that must give their own activation
 */
export function leanGraph(graph: LayerGraph, isTaken: (id: NodeId) => boolean): LayerGraph {
  return rectifiedAtOnce(pooledFirst(graph, isTaken), isTaken);
}
