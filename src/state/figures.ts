/** What the figures show: the cache's answers to the view, and how far the others are. Pure: the explainer says what it is at work on. */
import { emptyAblationSweep } from '../core/ablation-plan.ts';
import { isComplete } from '../core/item-sweep.ts';
import type { LayerInfo } from '../core/layer-info.ts';
import { METHODS, type MethodId } from '../core/methods.ts';
import type { BackendName, MethodResult } from '../protocol/engine.ts';
import { estimateOf, type Question } from './explain-plan.ts';
import type { FigureState, ResultContext, SweepEstimate } from './explanation-state.ts';

export type Figures = Readonly<Record<MethodId, FigureState>>;

/** What is being done about the figures. */
export interface Activity {
  /** Cancelled or failed: nothing starts by itself. */
  readonly isHeld: boolean;
  /** The method that a request is running for. */
  readonly running: MethodId | 'first-order' | null;
  readonly backend: BackendName;
  /** The layer in view; null until a model is loaded. */
  readonly layer: LayerInfo | null;
  /** Of the picture in view; null until the network has run on it. */
  readonly logits: Float32Array | null;
}

/** A result that is finished, or as much of it as there is. */
interface Known {
  readonly result: MethodResult;
  readonly context: ResultContext;
  readonly isDone: boolean;
  readonly estimate: SweepEstimate | null;
}

const EMPTY: FigureState = { status: 'empty', progress: null, result: null, isCurrent: false, estimate: null, resultOf: null };

export function emptyFigures(): Figures {
  return { 'grad-cam': EMPTY, 'fast-ablation-cam': EMPTY, 'ablation-cam': EMPTY };
}

export function eachFigure(figures: Figures, change: (figure: FigureState, method: MethodId) => FigureState): Figures {
  const changed = { ...figures };
  for (const { id } of METHODS) changed[id] = change(figures[id], id);
  return changed;
}

export function isUnderWay({ status }: FigureState): boolean {
  return status === 'waiting' || status === 'running';
}

/** What there is of a method's result; null when there is nothing that may be shown. */
function known(method: MethodId, question: Question, { layer, logits, backend }: Activity): Known | null {
  const { cache, place, score, view } = question;
  if (method === 'grad-cam') {
    const found = cache.find(place, { method, score });
    return found && { ...found, isDone: true, estimate: null };
  }
  if (method === 'ablation-cam') {
    // The weights of some of the channels make no map.
    const found = cache.find(place, { method, items: null });
    return found && isComplete(found.result.sweep) ? { ...found, isDone: true, estimate: null } : null;
  }
  const found = cache.find(place, { method, ablation: view.ablation, items: null });
  const estimate = layer && estimateOf({ ...question, layer });
  if (found && isComplete(found.result.sweep)) return { ...found, isDone: true, estimate };
  if (!layer || !logits || !estimate) return null;
  if (found) return { ...found, isDone: false, estimate };
  const result = { method, sweep: emptyAblationSweep(layer, view.ablation, logits), durationMs: 0 };
  return { result, context: { ...place, backend }, isDone: false, estimate };
}

/** Of a stopped Ablation-CAM there is no map to show, but it can be said how far it was. */
function stoppedAt(method: MethodId, question: Question | null): FigureState['progress'] {
  const found = method === 'ablation-cam' ? question?.cache.find(question.place, { method, items: null }) : null;
  return found ? { done: found.result.sweep.exactCount, total: found.result.sweep.isExact.length, remainingMs: null } : null;
}

/**
 * The figures as the cache answers the view.
 *
 * @param question null while it is not known what is to be explained
 */
export function figuresFor(former: Figures, question: Question | null, pictureId: string, activity: Activity): Figures {
  return eachFigure(former, (figure, method) => {
    const found = question && known(method, question, activity);
    if (found?.isDone)
      return { status: 'done', progress: null, result: found.result, isCurrent: true, estimate: found.estimate, resultOf: found.context };
    const progress = pending(figure, method, question, activity);
    if (found) return { ...progress, result: found.result, isCurrent: true, estimate: found.estimate, resultOf: found.context };
    // What was shown before stays, as long as it is about the same picture.
    const { result, resultOf } = figure.resultOf?.pictureId === pictureId ? figure : EMPTY;
    return { ...progress, result, isCurrent: false, estimate: null, resultOf };
  });
}

function pending(
  { status, progress }: FigureState,
  method: MethodId,
  question: Question | null,
  { isHeld, running }: Activity,
): Pick<FigureState, 'status' | 'progress'> {
  if (isHeld) return { status: status === 'failed' ? 'failed' : 'cancelled', progress: stoppedAt(method, question) };
  const isRunning = status === 'running' && running === method;
  return { status: isRunning ? 'running' : 'waiting', progress: isRunning ? progress : null };
}
