/** What was found out for the view, as the figures and the strip over depth show it. */
import type { AblationSettings } from '../core/ablation-plan.ts';
import type { LayerInfo } from '../core/layer-info.ts';
import type { ClassScore } from '../core/scores.ts';
import type { MethodId } from '../explain/methods/list.ts';
import type { Estimate } from '../explain/methods/method.ts';
import type { Result } from '../explain/work.ts';
import type { BackendName } from '../protocol/engine.ts';

export interface FigureState {
  /**
   * `empty`: nothing to explain yet; `waiting`: in line; `running`; `done`; `cancelled`; `failed`.
   * Unless it is done, `result` holds what there is of a long sweep (`isCurrent`), or else what the figure showed before if that is about
   * the same picture, and is null otherwise.
   */
  readonly status: 'empty' | 'waiting' | 'running' | 'done' | 'cancelled' | 'failed';
  readonly progress: { readonly done: number; readonly total: number; readonly remainingMs: number | null } | null;
  readonly result: Result | null;
  /** Whether `result` is about what is in view, finished or not. */
  readonly isCurrent: boolean;
  /** What stands at the positions of a sweep that are not exact yet, and what a finished one is compared with. */
  readonly estimate: Estimate | null;
  /** The picture, layer, model and backend that `result` is about: what captions, legends, names and exports must say. */
  readonly resultOf: ResultContext | null;
}

export interface ResultContext {
  readonly pictureId: string;
  readonly modelId: string;
  readonly layer: string;
  readonly backend: BackendName;
}

export interface ExplanationSlice {
  readonly explanation: {
    /** Of the selected picture; null until the network has run on it. */
    readonly logits: Float32Array | null;
    readonly figures: Readonly<Record<MethodId, FigureState>>;
  };
  /** Stops what is running, at once as far as the page is concerned. */
  cancel(): void;
  /** Runs what was cancelled or failed. */
  resume(): void;
}

/** One layer of the strip over depth. */
export interface DepthColumn {
  readonly layer: LayerInfo;
  readonly ablation: AblationSettings;
  /** The finished results of the methods that are compared; null for those that are not there yet. */
  readonly results: Readonly<Partial<Record<MethodId, Result | null>>>;
}

export interface DepthSlice {
  readonly depth: {
    readonly status: 'idle' | 'running' | 'done' | 'cancelled' | 'failed';
    /** The model, the picture and the score that the columns are about. */
    readonly modelId: string | null;
    readonly pictureId: string | null;
    readonly score: ClassScore | null;
    /** The ends of the blocks, first to last. */
    readonly columns: readonly DepthColumn[];
    /** Null until there is something to judge by. */
    readonly remainingMs: number | null;
  };
  /** Explains the end of every block, one after the other. */
  compareOverDepth(): Promise<void>;
  cancelDepth(): void;
}
