/** What was found out for the view, as the figures show it. */
import type { LayerInfo } from '../../explain/layer-info.ts';
import type { MethodId } from '../../explain/methods/list.ts';
import type { Estimate } from '../../explain/methods/method.ts';
import type { Result } from '../../explain/work.ts';
import type { ModelInfo } from '../../protocol/engine.ts';
import type { ResultCache, ResultContext } from './result-cache.ts';

export interface FigureState {
  /**
   * `empty`: nothing to explain yet; `waiting`: queued; `running`; `done`; `cancelled`; `failed`.
   * Unless it is done, `result` holds what there is of a long sweep (`isCurrent`), or else what the figure showed before if that is about
   * the same image, and is null otherwise.
   */
  readonly status: 'empty' | 'waiting' | 'running' | 'done' | 'cancelled' | 'failed';
  readonly progress: { readonly done: number; readonly total: number; readonly remainingMs: number | null } | null;
  readonly result: Result | null;
  /** Whether `result` is about what is in view, finished or not. */
  readonly isCurrent: boolean;
  /** What stands at the positions of a sweep that are not exact yet, and what a finished one is compared with. */
  readonly estimate: Estimate | null;
  /** The image, layer, model and backend that `result` is about: what captions, legends, names and exports must say. */
  readonly resultOf: ResultContext | null;
}

/** What has been found out so far: another object after every change of it, so that whoever selects from it is told. */
export interface Results {
  readonly cache: ResultCache;
}

/** What stopped a figure: the person, or a failure. */
export type Stop = 'cancelled' | 'failed';

/** What is being done about the figures. */
export interface Activity {
  /** What was stopped does not start by itself until the view changes; the other figures go on. */
  readonly held: Readonly<Partial<Record<MethodId, Stop>>>;
  /** The forward pass that all figures start from failed. */
  readonly hasPassFailed: boolean;
  /** The request under way: the computation that it is for, and how far that is. */
  readonly running: { readonly method: string | null; readonly progress: FigureState['progress'] } | null;
}

/** What each figure showed last that was current. */
export type Former = Readonly<Partial<Record<MethodId, ShownResult>>>;

export interface ShownResult {
  readonly result: Result;
  readonly resultOf: ResultContext;
}

export interface ExplanationSlice {
  readonly explanation: {
    readonly results: Results;
    readonly activity: Activity;
    readonly former: Former;
  };
  /** Stops a figure, at once as far as the page is concerned. */
  cancel(method: MethodId): void;
  /** Runs what was cancelled or failed. */
  resume(method: MethodId): void;
}

/** What copies of the network's layers take. */
export interface PlansSlice {
  /** Of which network, that network with them, and by the layers' names; null until they are made. */
  readonly plans: { readonly info: ModelInfo; readonly network: ModelInfo; readonly layers: ReadonlyMap<string, LayerInfo> } | null;
}
