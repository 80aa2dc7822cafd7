/** What the figures show: the cache's answers to the view, and how far the others are. Pure: the explainer says what it is at work on. */
import { METHODS, type MethodId, methodOf } from '../explain/methods/list.ts';
import type { Known } from '../explain/methods/method.ts';
import type { BackendName } from '../protocol/engine.ts';
import { findIn, type Question } from './explain-plan.ts';
import type { FigureState, ResultContext } from './explanation-state.ts';

export type Figures = Readonly<Record<MethodId, FigureState>>;

/** What is being done about the figures. */
export interface Activity {
  /** Cancelled or failed: nothing starts by itself. */
  readonly isHeld: boolean;
  /** The computation that a request is running for. */
  readonly running: string | null;
  readonly backend: BackendName;
  /** Of the picture in view; null until the network has run on it. */
  readonly logits: Float32Array | null;
}

const EMPTY: FigureState = { status: 'empty', progress: null, result: null, isCurrent: false, estimate: null, resultOf: null };

export function emptyFigures(): Figures {
  return Object.fromEntries(METHODS.map(({ id }) => [id, EMPTY])) as unknown as Figures;
}

export function eachFigure(figures: Figures, change: (figure: FigureState, method: MethodId) => FigureState): Figures {
  const changed = { ...figures };
  for (const { id } of METHODS) changed[id] = change(figures[id], id);
  return changed;
}

export function isUnderWay({ status }: FigureState): boolean {
  return status === 'waiting' || status === 'running';
}

/** What there is of a method's result, and where it comes from; null when there is nothing that may be shown. */
function known(method: MethodId, question: Question, { logits, backend }: Activity): (Known & { readonly context: ResultContext }) | null {
  const { cache, place, subject } = question;
  const found = methodOf(method).known(subject, findIn(question), logits);
  if (!found) return null;
  const context = cache.find(place, methodOf(method).whole(subject))?.context ?? { ...place, backend };
  return { ...found, context };
}

/** Of a stopped sweep there may be no map to show, but it can be said how far it was. */
function stoppedAt(method: MethodId, question: Question | null): FigureState['progress'] {
  const sweep = question && methodOf(method).stopped?.(question.subject, findIn(question));
  return sweep ? { done: sweep.exactCount, total: sweep.isExact.length, remainingMs: null } : null;
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
