import type * as tf from '@tensorflow/tfjs-core';
import type { ClassScore } from '../../explain/target.ts';
import type { MapWork, SweepWork } from '../../explain/work.ts';
import type { ExactEvaluation, ExplainEvent, MoreItems } from '../../protocol/explain.ts';
import type { KnownWays } from '../backend/known-ways.ts';
import type { GradientVisit } from '../gradients/backward-pass.ts';
import type { KeptPass } from '../graph/graph-executor.ts';
import type { LayerGraph, Tail } from '../graph/layer-graph.ts';
import type { BatchLimits } from '../graph/tail-memory.ts';

/** `dy/dA` of a score at the layer, `[1, rows, columns, channels]`. It is kept with the pass: not the method's to free. */
export interface Gradient {
  readonly tensor: tf.Tensor4D;
  /** How fast the score changes with the logits, which the backward pass started from. */
  readonly slope: number;
  /** What the backward pass took, whichever method it was run for. */
  readonly durationMs: number;
}

/** Everything that a method may use: one image's kept pass, cut at one layer. */
export interface MethodContext {
  readonly graph: LayerGraph;
  readonly tail: Tail;
  readonly pass: KeptPass;
  /** The intact network's logits, `[classes]`. */
  readonly logits: Float32Array;
  readonly limits: Omit<BatchLimits, 'maxItems'>;
  /** A batch should not take longer than this many forward passes of the whole network, since it is reported as one. */
  readonly passesPerBatch: number;
  /** Which way of running copies is quicker on this device. */
  readonly ways: KnownWays;
  /** How copies are run: each one's tail whole, no more of it than what the copy changes, or whichever is found to be quicker. */
  readonly exact: ExactEvaluation | 'quicker';
  readonly signal: AbortSignal | undefined;
  /** What a sweep goes on with, once it has run the items that were asked for. */
  readonly moreItems?: MoreItems | undefined;
  /** What the forward pass took. */
  readonly forwardMs: number;
  /** @param visit is shown the gradient at every step of the tail; a backward pass is run for it */
  gradientOf(score: ClassScore, visit?: GradientVisit): Promise<Gradient>;
  /** Reports, and gives the event's arrays away: in a worker they are moved to the page, and are empty here afterwards. */
  emit(event: ExplainEvent): void;
  /** Milliseconds since the last call, or since the method began. */
  lap(): number;
}

/**
 * The score that a map is asked for.
 *
 * @throws RangeError for one that is about no class
 */
export function scoreOfWork({ method, score }: MapWork): ClassScore {
  if (!score) throw new RangeError(`${method} needs a score`);
  return score;
}

/** How a method is computed. It reports by `emit`, and leaves no tensor behind, whether it finishes, fails or is cancelled. */
export type Computation =
  | { readonly kind: 'map'; run(context: MethodContext, work: MapWork): Promise<void> }
  | { readonly kind: 'sweep'; run(context: MethodContext, work: SweepWork): Promise<void> };
