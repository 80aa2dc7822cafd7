/**
 * Runs a layer graph: once from the image, keeping what a tail will need, and then the tail alone, as often as it takes.
 *
 * Activations are freed as soon as their last consumer has run, so that a pass needs the memory of its widest point, not of its whole depth.
 */
import * as tf from '@tensorflow/tfjs-core';
import { yieldToEventLoop } from '../backend/yield-to-event-loop.ts';
import { type GraphNode, type LayerGraph, type NodeId, type Tail, tailOf } from './layer-graph.ts';

/** A finished pass of one image. Free it with `disposePass`. */
export interface KeptPass {
  /** `[1, classes]` */
  readonly logits: tf.Tensor2D;
  /** The activations asked for, each `[1, ...]`. */
  readonly activations: Activations;
}

export function disposePass(pass: KeptPass): void {
  tf.dispose([pass.logits, ...pass.activations.values()]);
}

/** The activations at hand, with the number of nodes that still want each. */
class LiveActivations {
  readonly #tensors = new Map<NodeId, tf.Tensor>();
  readonly #consumers = new Map<NodeId, number>();

  /** @param pinned activations that must outlive the run, or that belong to somebody else */
  constructor(
    steps: readonly GraphNode[],
    readonly pinned: ReadonlySet<NodeId>,
  ) {
    for (const { inputs } of steps) for (const input of inputs) this.#consumers.set(input, (this.#consumers.get(input) ?? 0) + 1);
  }

  put(id: NodeId, tensor: tf.Tensor): void {
    this.#tensors.set(id, tensor);
  }

  get(id: NodeId): tf.Tensor {
    const tensor = this.#tensors.get(id);
    if (!tensor) throw new Error(`the activation of node ${id} is not at hand`);
    return tensor;
  }

  /** Counts one consumer off, and frees the activation after the last. */
  release(id: NodeId): void {
    const left = (this.#consumers.get(id) ?? 0) - 1;
    this.#consumers.set(id, left);
    if (left > 0 || this.pinned.has(id)) return;
    this.#tensors.get(id)?.dispose();
    this.#tensors.delete(id);
  }

  /** Frees everything that is left and not pinned: after a failure or a cancel. */
  disposeUnpinned(): void {
    for (const [id, tensor] of this.#tensors) if (!this.pinned.has(id)) tensor.dispose();
  }
}

/** The node's activation, from those that it takes; the caller's. */
export function runNode({ name, operation, inputs }: GraphNode, activationOf: (id: NodeId) => tf.Tensor): tf.Tensor {
  if (!operation) throw new Error(`${name} is an input and cannot be run`);
  return operation.run(inputs.map(activationOf));
}

/**
 * One pass of the whole network, which is the tail of its input.
 *
 * @param input `[1, height, width, 3]`, preprocessed; stays the caller's
 * @param keep nodes whose activations are wanted
 * @throws the signal's reason when cancelled; nothing is left behind then
 */
export async function forwardPass(graph: LayerGraph, input: tf.Tensor4D, keep: Iterable<NodeId>, signal?: AbortSignal): Promise<KeptPass> {
  const wanted = [...new Set(keep)];
  const replaced = new Map([[graph.input, input]]);
  const made = await runSteps(graph, tailOf(graph, graph.input), replaced, new Map(), [...wanted, graph.output], yieldToEventLoop(signal));
  const logits = made.get(graph.output);
  if (!logits) throw new Error('the network does nothing with its input');
  // Each is freed by itself: what has another owner is kept as a copy, which shares its values.
  const activations = wanted.map((id): [NodeId, tf.Tensor] => {
    const activation = made.get(id);
    return [id, activation && id !== graph.output ? activation : tf.clone(activation ?? input)];
  });
  return { logits: logits as tf.Tensor2D, activations: new Map(activations) };
}

/** Activations by the node that they are of. */
export type Activations = ReadonlyMap<NodeId, tf.Tensor>;

/** What steps are changed to, by their node, as soon as they are run; runs inside `tf.tidy`. */
export type Changes = ReadonlyMap<NodeId, (activation: tf.Tensor) => tf.Tensor>;

/** Is shown every step as it is run: what it takes, and what it gives. What it makes, it must free itself. */
export type StepVisit = (node: GraphNode, inputs: readonly tf.Tensor[], activation: tf.Tensor) => void;

/** A node's activation, changed where it is to be. */
function changedNode(node: GraphNode, activationOf: (id: NodeId) => tf.Tensor, changes: Changes): tf.Tensor {
  const activation = runNode(node, activationOf);
  const change = changes.get(node.id);
  if (!change) return activation;
  try {
    return tf.tidy(() => change(activation));
  } finally {
    activation.dispose();
  }
}

/**
 * A tail, from replaced activations of its cuts.
 *
 * @param replaced `[batch, ...]` in place of each cut's activation; stays the caller's
 * @param skipInputs the kept activations that the tail takes, each with the same batch size (see `batchSkipInputs`); stay the caller's
 * @param wanted steps of the tail whose results are wanted
 * @param pause awaited between layers (see `yieldToEventLoop`), so that a cancel need not wait for a long batch to end
 * @param changes what becomes of steps before others take them
 * @param visit is shown every step
 * @returns the results wanted, `[batch, ...]`; the caller's
 * @throws what `pause` throws; nothing is left behind then
 */
export async function runSteps(
  graph: LayerGraph,
  tail: Tail,
  replaced: Activations,
  skipInputs: Activations,
  wanted: readonly NodeId[],
  pause: () => Promise<void>,
  changes: Changes = new Map(),
  visit?: StepVisit,
): Promise<Map<NodeId, tf.Tensor>> {
  const steps = tail.steps.flatMap((id) => graph.nodes[id] ?? []).filter(({ inputs }) => inputs.length > 0);
  const live = new LiveActivations(steps, new Set([...replaced.keys(), ...skipInputs.keys(), ...wanted]));
  for (const [id, tensor] of [...skipInputs, ...replaced]) live.put(id, tensor);
  const made = new Map<NodeId, tf.Tensor>();
  try {
    for (const node of steps) {
      await pause();
      const activation = changedNode(node, (id) => live.get(id), changes);
      live.put(node.id, activation);
      if (live.pinned.has(node.id)) made.set(node.id, activation);
      visit?.(
        node,
        node.inputs.map((id) => live.get(id)),
        activation,
      );
      for (const taken of node.inputs) live.release(taken);
    }
    return made;
  } catch (error) {
    live.disposeUnpinned();
    tf.dispose([...made.values()]);
    throw error;
  }
}

/** The logits that a tail gives, `[batch, classes]`: see `runSteps`. */
export async function runTail(
  graph: LayerGraph,
  tail: Tail,
  replaced: Activations,
  skipInputs: Activations,
  pause: () => Promise<void>,
  changes?: Changes,
): Promise<tf.Tensor2D> {
  const results = await runSteps(graph, tail, replaced, skipInputs, [graph.output], pause, changes);
  return results.get(graph.output) as tf.Tensor2D;
}

/**
 * The skip inputs of a tail, repeated for a batch. Free them after the sweep: they are the same for every batch.
 * A flattened product with a column of ones is the fastest repetition on every backend; `tf.tile` is some twenty times slower on WASM.
 */
export function batchSkipInputs({ skipInputs }: Pick<Tail, 'skipInputs'>, kept: Activations, batch: number): Map<NodeId, tf.Tensor> {
  const repeated = tf.tidy(() =>
    skipInputs.map((id) => {
      const activation = kept.get(id);
      if (!activation) throw new Error(`node ${id} was not kept`);
      const flat = tf.mul(tf.ones([batch, 1]), tf.reshape(activation, [1, activation.size]));
      return tf.reshape(flat, [batch, ...activation.shape.slice(1)]);
    }),
  );
  return new Map(repeated.map((tensor, i) => [skipInputs[i] ?? -1, tensor]));
}
