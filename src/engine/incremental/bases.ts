/** What a sweep keeps of the pass: activations at which differences become values again. */
import * as tf from '@tensorflow/tfjs-core';
import { lay } from '../backend/lay-kernel.ts';
import { type Activations, type Changes, runSteps } from '../graph/graph-executor.ts';
import type { GraphNode, LayerGraph, NodeId, Tail } from '../graph/layer-graph.ts';
import { operationWithoutActivation } from '../operations/layer-operation.ts';
import type { BaseKind } from './arithmetic.ts';
import type { LayerParts } from './layer-parts.ts';
import { type Channels, countOf } from './part.ts';

/** What is wanted of the tail's own nodes. */
export interface BaseRequests {
  readonly activations: ReadonlySet<NodeId>;
  /** Of layers that end with an activation, what that is given. */
  readonly linear: ReadonlySet<NodeId>;
  /** By node, and by the ranges of its input that are left out: see `remainderKey`. */
  readonly remainders: ReadonlyMap<NodeId, ReadonlyMap<string, readonly Channels[]>>;
}

/** What all copies have where they change nothing: it may be something else than the pass has. */
export interface Unchanged {
  /** The cuts' activations; they stay the caller's. */
  readonly cuts: Activations;
  /** What becomes of steps. */
  readonly changes?: Changes;
}

export function remainderKey(ranges: readonly Channels[]): string {
  return ranges.map(({ from, to }) => `${from}-${to}`).join();
}

/** Free them with `dispose` after the sweep. */
export class Bases {
  /** Of the pass and of the tail. */
  readonly #activations = new Map<NodeId, tf.Tensor>();
  readonly #linear = new Map<NodeId, tf.Tensor>();
  readonly #remainders = new Map<string, tf.Tensor>();
  readonly #made: tf.Tensor[] = [];

  /** @param kept what the pass holds: the cut, and the tail's skip inputs; it stays the caller's */
  constructor(kept: Activations) {
    for (const [id, activation] of kept) this.#activations.set(id, activation);
  }

  get(node: GraphNode, kind: BaseKind): tf.Tensor {
    const own = kind === 'linear' && node.hasActivation ? this.#linear : this.#activations;
    const base = own.get(node.id);
    if (!base) throw new Error(`what ${node.name} gives was not kept`);
    return base;
  }

  remainder(node: GraphNode, ranges: readonly Channels[]): tf.Tensor {
    if (ranges.length === 0) return this.get(node, 'linear');
    const remainder = this.#remainders.get(`${node.id}:${remainderKey(ranges)}`);
    if (!remainder) throw new Error(`what ${node.name} gives without some of its input was not kept`);
    return remainder;
  }

  /** The same, made now; the caller's. @param input the node that the ranges are of */
  makeRemainder(node: GraphNode, input: GraphNode, ranges: readonly Channels[], parts: LayerParts): tf.Tensor {
    return without(this.get(node, 'linear'), node, this.get(input, 'activation'), ranges, parts);
  }

  /**
   * Runs the tail once, as copies have it where they change nothing.
   *
   * @throws what `pause` throws
   */
  async fill(
    graph: LayerGraph,
    tail: Tail,
    { cuts, changes }: Unchanged,
    requests: BaseRequests,
    parts: LayerParts,
    pause: () => Promise<void>,
  ): Promise<void> {
    // What nobody takes would be left behind.
    const wanted = tail.steps.filter((id) => requests.activations.has(id) || id === graph.output);
    const made = await runSteps(graph, tail, cuts, this.#activations, wanted, pause, changes, (node, inputs, activation) =>
      this.#keep(node, inputs, activation, requests, parts),
    );
    for (const [id, activation] of made) {
      this.#activations.set(id, activation);
      this.#made.push(activation);
    }
    for (const [id, activation] of cuts) this.#activations.set(id, activation);
  }

  #keep(node: GraphNode, inputs: readonly tf.Tensor[], activation: tf.Tensor, requests: BaseRequests, parts: LayerParts): void {
    const remainders = requests.remainders.get(node.id);
    if (!requests.linear.has(node.id) && !remainders) return;
    let linear = activation;
    if (node.hasActivation && node.layer) {
      const operation = operationWithoutActivation(node.layer);
      try {
        linear = operation.run([...inputs]);
      } finally {
        operation.dispose();
      }
      if (requests.linear.has(node.id)) this.#linear.set(node.id, linear);
      this.#made.push(linear);
    }
    const [input] = inputs;
    for (const [key, ranges] of remainders ?? []) {
      const rest = without(linear, node, input as tf.Tensor, ranges, parts);
      this.#remainders.set(`${node.id}:${key}`, rest);
      this.#made.push(rest);
    }
  }

  dispose(): void {
    tf.dispose(this.#made);
  }
}

/** What a layer gives less what some of its input's channels contribute. */
function without(linear: tf.Tensor, node: GraphNode, input: tf.Tensor, ranges: readonly Channels[], parts: LayerParts): tf.Tensor {
  return tf.tidy(() =>
    ranges.reduce((left, range) => tf.sub(left, parts.of(node, range).onMap(channelsIn(input as tf.Tensor4D, range))), linear),
  );
}

export function channelsIn(x: tf.Tensor4D, range: Channels): tf.Tensor4D {
  const [batch, rows, columns, channels] = x.shape;
  const count = countOf(range);
  if (count === channels) return x;
  const laying = { shape: [batch, rows, columns, count] as const, origins: null, rows, columns, fill: 0, isAdded: false };
  return lay(laying, null, { x, origins: null, channel: range.from });
}
