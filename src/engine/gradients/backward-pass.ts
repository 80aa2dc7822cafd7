/**
 * The gradient of a score with respect to a layer's activation, one layer of the tail at a time.
 *
 * `tf.grad` over a whole tail holds every activation and every gradient until the end, and cannot be stopped: at an early layer of a
 * DenseNet that is most of a gigabyte, and seconds of deafness. Here each layer's gradient is taken by itself, freed with the activations
 * that it was taken from, and between two layers a cancel is heard. To keep less still, the tail is cut into segments (Chen et al.,
 * *Training Deep Nets with Sublinear Memory Cost*, 2016): the way there keeps only what crosses from one segment into the next, and the way
 * back runs each segment once more.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type Activations, runNode } from '../graph/graph-executor.ts';
import type { GraphNode, LayerGraph, NodeId, Tail } from '../graph/layer-graph.ts';
import { withPatchedGradients } from './patched-gradients.ts';

/** Is shown a step's activation and gradient, neither of which is its own. */
export type GradientVisit = (id: NodeId, activation: tf.Tensor, gradient: tf.Tensor) => void;

/** Steps of the tail that are kept whole on the way back. */
type Segment = readonly GraphNode[];

/** Segments as long as the square root of the tail: about as many activations cross their borders as lie within one. */
function segmentsOf(graph: LayerGraph, tail: Tail): Segment[] {
  const steps = tail.steps.flatMap((id) => graph.nodes[id] ?? []);
  const length = Math.ceil(Math.sqrt(steps.length));
  return Array.from({ length: Math.ceil(steps.length / length) }, (_, i) => steps.slice(i * length, (i + 1) * length));
}

/** For every node of the tail, the last segment that takes it. */
function lastConsumers(segments: readonly Segment[]): Map<NodeId, number> {
  const last = new Map<NodeId, number>();
  for (const [i, segment] of segments.entries()) for (const { inputs } of segment) for (const input of inputs) last.set(input, i);
  return last;
}

/** Tensors by node; whatever is put in belongs to it, and is freed when taken out or at the end. */
class Owned {
  readonly tensors = new Map<NodeId, tf.Tensor>();

  add(id: NodeId, tensor: tf.Tensor): void {
    const former = this.tensors.get(id);
    this.tensors.set(id, former ? tf.add(former, tensor) : tensor);
    if (former) tf.dispose([former, tensor]);
  }

  /** The tensor, which is the caller's from now on. */
  take(id: NodeId): tf.Tensor | undefined {
    const tensor = this.tensors.get(id);
    this.tensors.delete(id);
    return tensor;
  }

  free(ids: Iterable<NodeId>): void {
    for (const id of ids) this.take(id)?.dispose();
  }
}

/** The gradients of one node's inputs, for those of them that depend on the cut; of one that it takes twice, both together. */
function inputGradients(
  node: GraphNode,
  activationOf: (id: NodeId) => tf.Tensor,
  depends: (id: NodeId) => boolean,
  dy: tf.Tensor,
): (readonly [NodeId, tf.Tensor])[] {
  const { operation, inputs } = node;
  if (!operation) throw new Error(`${node.name} is an input and cannot be run`);
  const variable = [...new Set(inputs.filter(depends))];
  const run = (...values: tf.Tensor[]) => operation.runForGradient(inputs.map((id) => values[variable.indexOf(id)] ?? activationOf(id)));
  const gradients = withPatchedGradients(() => tf.grads(run)(variable.map(activationOf), dy));
  return variable.flatMap((id, i) => (gradients[i] ? [[id, gradients[i]] as const] : []));
}

/**
 * `dy/dA` at the cut of the tail.
 *
 * @param activation of the cut, `[1, ...]`; stays the caller's
 * @param kept what the pass kept: what the tail takes from elsewhere, and any of its steps; stays the caller's
 * @param seed the score's gradient with respect to the logits, `[1, classes]`; stays the caller's
 * @param pause awaited between layers, so that a cancel is heard
 * @param visit is shown each step's activation and gradient, which stay ours
 * @returns the shape of the activation; the caller's
 * @throws what `pause` throws; nothing is left behind then
 */
export async function backwardPass(
  graph: LayerGraph,
  tail: Tail,
  activation: tf.Tensor,
  kept: Activations,
  seed: tf.Tensor,
  pause: () => Promise<void>,
  visit: GradientVisit = () => {},
): Promise<tf.Tensor> {
  const [cut] = tail.cuts;
  if (cut === undefined || tail.cuts.length > 1) throw new Error('a gradient is taken at one layer');
  const segments = segmentsOf(graph, tail);
  const last = lastConsumers(segments);
  const depending = new Set([cut, ...tail.steps]);
  const depends = (id: NodeId) => depending.has(id);
  const values = new Owned();
  const gradients = new Owned();
  const activationOf = (id: NodeId): tf.Tensor => {
    const value = values.tensors.get(id) ?? (id === cut ? activation : kept.get(id));
    if (!value) throw new Error(`the activation of node ${id} is not at hand`);
    return value;
  };
  /** Runs what is not at hand of a segment. */
  const runSegment = async (segment: Segment) => {
    for (const node of segment) {
      await pause();
      if (!values.tensors.has(node.id) && !kept.has(node.id)) values.add(node.id, runNode(node, activationOf));
    }
  };
  try {
    for (const [i, segment] of segments.slice(0, -1).entries()) {
      await runSegment(segment);
      // What no later segment takes is run again on the way back.
      values.free(segment.filter(({ id }) => (last.get(id) ?? i) <= i).map(({ id }) => id));
    }
    gradients.add(graph.output, tf.clone(seed));
    for (const segment of segments.toReversed()) {
      await runSegment(segment);
      for (const node of segment.toReversed()) {
        await pause();
        const dy = gradients.take(node.id);
        if (!dy) throw new Error(`${node.name} leads nowhere`);
        try {
          visit(node.id, activationOf(node.id), dy);
          for (const [id, gradient] of inputGradients(node, activationOf, depends, dy)) gradients.add(id, gradient);
        } finally {
          dy.dispose();
        }
        values.free([node.id]);
      }
    }
    const result = gradients.take(cut);
    if (!result) throw new Error('the layer leads nowhere');
    return result;
  } finally {
    values.free([...values.tensors.keys()]);
    gradients.free([...gradients.tensors.keys()]);
  }
}
