import type { AblationSettings } from '../../core/ablation-plan.ts';
import type { MethodId } from '../../core/methods.ts';
import type { ClassScore, OutputActivation } from '../../core/scores.ts';
import type { MethodResult } from '../../protocol/engine.ts';
import type { KeptPass } from '../graph-executor.ts';
import type { LayerGraph, Tail } from '../layer-graph.ts';
import type { BatchLimits } from '../tail-memory.ts';

/** Everything that a method may use: one picture's kept pass, cut at one layer. */
export interface MethodContext {
  readonly graph: LayerGraph;
  readonly tail: Tail;
  readonly pass: KeptPass;
  /** The intact network's logits, `[classes]`. */
  readonly logits: Float32Array;
  readonly score: ClassScore;
  readonly ablation: AblationSettings;
  readonly outputActivation: OutputActivation;
  readonly limits: BatchLimits;
  readonly signal: AbortSignal | undefined;
  /** To be called after every batch. */
  onProgress(done: number, total: number): void;
}

type WithoutDuration<Result> = Result extends MethodResult ? Omit<Result, 'durationMs'> : never;

/**
 * A method of explanation. It leaves no tensor behind, whether it finishes, fails or is cancelled.
 * The executor measures how long it takes.
 */
export interface Method {
  readonly id: MethodId;
  run(context: MethodContext): Promise<WithoutDuration<MethodResult>>;
}
