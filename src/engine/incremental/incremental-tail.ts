/** A tail that is run from what copies change, batch by batch. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Activations } from '../graph/graph-executor.ts';
import type { LayerGraph, Tail } from '../graph/layer-graph.ts';
import { Bases, type Unchanged } from './bases.ts';
import { evaluate } from './evaluation.ts';
import { LayerParts } from './layer-parts.ts';
import type { CopiesPlan } from './planning/plan.ts';
import type { OwnParts } from './sites.ts';
import { type Positions, TensorArithmetic } from './tensor-arithmetic.ts';

/** A batch of copies. */
export interface Copies {
  /** Where each copy's window starts. */
  readonly positions: Positions;
  /** Whether the channels that they change are others in every batch. */
  readonly isMoving: boolean;
  own(arithmetic: TensorArithmetic): OwnParts<tf.Tensor>;
}

export class IncrementalTail {
  readonly #graph: LayerGraph;
  readonly #tail: Tail;
  readonly #plan: CopiesPlan;
  readonly #parts: LayerParts;
  readonly #bases: Bases;

  private constructor(graph: LayerGraph, tail: Tail, plan: CopiesPlan, kept: Activations) {
    this.#graph = graph;
    this.#tail = tail;
    this.#plan = plan;
    this.#parts = new LayerParts(graph);
    this.#bases = new Bases(kept);
  }

  /**
   * Runs the tail once, from what all copies have where they change nothing. Free what is kept of that with `dispose`.
   *
   * @param kept what the pass holds; it stays the caller's
   * @throws what `pause` throws; nothing is left behind then
   */
  static async prepare(
    graph: LayerGraph,
    tail: Tail,
    plan: CopiesPlan,
    kept: Activations,
    unchanged: Unchanged,
    pause: () => Promise<void>,
  ): Promise<IncrementalTail> {
    const prepared = new IncrementalTail(graph, tail, plan, kept);
    try {
      await prepared.#bases.fill(graph, tail, unchanged, plan.requests, prepared.#parts, pause);
      return prepared;
    } catch (error) {
      prepared.dispose();
      throw error;
    }
  }

  /**
   * The logits of a batch of copies, `[batch, classes]`.
   *
   * @param pause awaited between layers
   * @throws what `pause` throws; nothing is left behind then
   */
  async logits({ positions, isMoving, own }: Copies, pause: () => Promise<void>): Promise<tf.Tensor> {
    // Weights are cut for the channels that change: another batch has others then.
    const parts = isMoving ? new LayerParts(this.#graph) : this.#parts;
    const arithmetic = new TensorArithmetic(this.#graph, this.#bases, parts, positions, isMoving);
    try {
      const run = evaluate(this.#graph, this.#tail.steps, own(arithmetic), arithmetic, this.#plan.thresholds);
      for (;;) {
        const { done, value } = run.next();
        if (done) return arithmetic.release(value);
        await pause();
      }
    } finally {
      arithmetic.dispose();
      if (isMoving) parts.dispose();
    }
  }

  dispose(): void {
    this.#bases.dispose();
    this.#parts.dispose();
  }
}
