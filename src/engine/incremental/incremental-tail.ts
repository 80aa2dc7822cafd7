/** A tail that is run from what copies change, batch by batch. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Activations } from '../graph/graph-executor.ts';
import type { LayerGraph, NodeId, Tail } from '../graph/layer-graph.ts';
import { Bases } from './bases.ts';
import { evaluate } from './evaluation.ts';
import { LayerParts } from './layer-parts.ts';
import type { Value } from './part.ts';
import type { IncrementalPlan } from './plan.ts';
import { type Positions, TensorArithmetic } from './tensor-arithmetic.ts';

/** What all copies have outside their windows, and what each has inside its own: `[1, rows, columns, channels]` of the layer. */
export interface Sides {
  readonly outside: tf.Tensor4D;
  readonly inside: tf.Tensor4D;
}

export class IncrementalTail {
  readonly #graph: LayerGraph;
  readonly #steps: readonly NodeId[];
  readonly #cut: NodeId;
  readonly #plan: IncrementalPlan;
  readonly #sides: Sides;
  readonly #parts: LayerParts;
  readonly #bases: Bases;

  private constructor(graph: LayerGraph, tail: Tail, plan: IncrementalPlan, kept: Activations, sides: Sides) {
    this.#graph = graph;
    this.#steps = tail.steps;
    this.#cut = tail.cuts[0] ?? -1;
    this.#plan = plan;
    this.#sides = sides;
    this.#parts = new LayerParts(graph);
    this.#bases = new Bases(kept);
  }

  /**
   * Runs the tail once, from what is outside all windows. Free what is kept of that with `dispose`.
   *
   * @param kept what the pass holds; it stays the caller's, as the sides do
   * @throws what `pause` throws; nothing is left behind then
   */
  static async prepare(
    graph: LayerGraph,
    tail: Tail,
    plan: IncrementalPlan,
    kept: Activations,
    sides: Sides,
    pause: () => Promise<void>,
  ): Promise<IncrementalTail> {
    const prepared = new IncrementalTail(graph, tail, plan, kept, sides);
    try {
      await prepared.#bases.fill(graph, tail, new Map([[prepared.#cut, sides.outside]]), plan.requests, prepared.#parts, pause);
      return prepared;
    } catch (error) {
      prepared.dispose();
      throw error;
    }
  }

  /** What every copy has in its window. */
  #start(arithmetic: TensorArithmetic): Map<NodeId, Value<tf.Tensor>> {
    const { inside, outside } = this.#sides;
    const [, rows, columns, channels] = outside.shape;
    const { window } = this.#plan;
    const cells = (of: tf.Tensor) =>
      arithmetic.lay({ over: null, under: { x: of, at: 'dense', channel: 0 }, at: window, map: { rows, columns }, channels });
    return new Map([[this.#cut, [{ kind: 'window', from: 0, to: channels, window, x: cells(inside), base: cells(outside) }]]]);
  }

  /**
   * The logits of a batch of copies, `[batch, classes]`.
   *
   * @param positions where each copy's window starts
   * @param pause awaited between layers
   * @throws what `pause` throws; nothing is left behind then
   */
  async logits(positions: Positions, pause: () => Promise<void>): Promise<tf.Tensor> {
    const arithmetic = new TensorArithmetic(this.#graph, this.#bases, this.#parts, positions);
    try {
      const run = evaluate(this.#graph, this.#steps, this.#start(arithmetic), arithmetic, this.#plan.thresholds);
      for (;;) {
        const { done, value } = run.next();
        if (done) return arithmetic.release(value);
        await pause();
      }
    } finally {
      arithmetic.dispose();
    }
  }

  dispose(): void {
    this.#bases.dispose();
    this.#parts.dispose();
  }
}
