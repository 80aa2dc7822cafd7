/** What the figures show: what is known of the view, how far the rest is, and what they showed before. */
import { memoize } from '../../core/memoize.ts';
import { METHODS, type MethodId, methodOf } from '../../explain/methods/list.ts';
import type { BackendName } from '../../protocol/engine.ts';
import type { AppState } from '../app-state.ts';
import { backendInUse, logitsInView, selectedImage } from '../view/in-view.ts';
import { findIn, type Question, questionOf } from './explain-plan.ts';
import type { Activity, FigureState, Former, Results, ShownResult, Stop } from './explanation-state.ts';

export type Figures = Readonly<Record<MethodId, FigureState>>;

const EMPTY: FigureState = { status: 'empty', progress: null, result: null, isCurrent: false, estimate: null, resultOf: null };

function eachMethod(figureFor: (id: MethodId) => FigureState): Figures {
  return Object.fromEntries(METHODS.map(({ id }) => [id, figureFor(id)])) as unknown as Figures;
}

const NO_FIGURES = eachMethod(() => EMPTY);

/** Of a stopped sweep there may be no map to show, but it can be said how far it was. */
function stoppedAt(method: MethodId, question: Question | null): FigureState['progress'] {
  const sweep = question && methodOf(method).stopped?.(question.subject, findIn(question));
  return sweep ? { done: sweep.exactCount, total: sweep.isExact.length, remainingMs: null } : null;
}

/** What keeps a figure from being computed; null: nothing does. */
export function stopOf({ held, hasPassFailed }: Activity, method: MethodId): Stop | null {
  return held[method] ?? (hasPassFailed ? 'failed' : null);
}

function wholeOf(progress: FigureState['progress']): Partial<NonNullable<FigureState['progress']>> {
  return progress ? { done: progress.done, total: progress.total } : {};
}

function pending(method: MethodId, question: Question | null, activity: Activity): Pick<FigureState, 'status' | 'progress'> {
  const { running } = activity;
  const stop = stopOf(activity, method);
  if (stop) return { status: stop, progress: stoppedAt(method, question) };
  const progress = running?.method === method ? running.progress : null;
  if (!progress) return { status: 'waiting', progress };
  // A sweep that goes on where it was stopped is as far as it is, not as far as this request.
  return { status: 'running', progress: { ...progress, ...wholeOf(stoppedAt(method, question)) } };
}

function figureFor(
  method: MethodId,
  question: Question | null,
  logits: Float32Array | null,
  backend: BackendName,
  activity: Activity,
  former: ShownResult | null,
): FigureState {
  const found = question && methodOf(method).known(question.subject, findIn(question), logits);
  if (found) {
    const context = question.cache.find(question.place, methodOf(method).whole(question.subject))?.context;
    const { result, estimate } = found;
    const status = found.isDone ? ({ status: 'done', progress: null } as const) : pending(method, question, activity);
    return { ...status, result, isCurrent: true, estimate, resultOf: context ?? { ...question.place, backend } };
  }
  // What was shown before stays, as long as it is about the same image.
  const { result, resultOf } = former ?? EMPTY;
  return { ...pending(method, question, activity), result, isCurrent: false, estimate: null, resultOf };
}

/** Everything that figures depend on stands among the arguments: the same ones give the same figures. */
const figuresFor = memoize(
  (
    question: Question | null,
    _results: Results,
    logits: Float32Array | null,
    backend: BackendName,
    activity: Activity,
    former: Former,
    imageId: string,
  ): Figures =>
    eachMethod((id) => {
      const shown = former[id];
      return figureFor(id, question, logits, backend, activity, shown?.resultOf.imageId === imageId ? shown : null);
    }),
);

export function figuresOf(state: AppState): Figures {
  const { results, activity, former } = state.explanation;
  const image = selectedImage(state);
  if (!state.model.card || !image) return NO_FIGURES;
  return figuresFor(questionOf(state), results, logitsInView(state), backendInUse(state), activity, former, image.id);
}

export function figureOf(state: AppState, method: MethodId): FigureState {
  return figuresOf(state)[method];
}

/** What the figures show now, for when it is what they showed before. */
export function formerOf(state: AppState): Former {
  const { former } = state.explanation;
  const changed = Object.entries(figuresOf(state)).flatMap(([id, { isCurrent, result, resultOf }]) =>
    isCurrent && result && resultOf && former[id as MethodId]?.result !== result ? [[id, { result, resultOf }]] : [],
  );
  return changed.length > 0 ? { ...former, ...Object.fromEntries(changed) } : former;
}

/** Whether all figures on screen are finished. */
export function areFiguresDone(state: AppState): boolean {
  return state.view.methods.every((id) => figureOf(state, id).status === 'done');
}
