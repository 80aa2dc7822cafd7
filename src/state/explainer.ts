/**
 * Keeps the figures in step with the view: works out what is missing for the picture, layer, class and score on screen, takes it from the
 * cache or asks the engine for it, one thing at a time, and stops what is no longer wanted.
 *
 * At most one request runs. Every change of the view calls `refresh`; replies that are not the current request's are dropped.
 */
import { emptyAblationSweep } from '../core/ablation-plan.ts';
import { asAppError } from '../core/app-error.ts';
import { impliedPassMs } from '../core/cost.ts';
import { isComplete } from '../core/item-sweep.ts';
import { METHODS, type MethodId } from '../core/methods.ts';
import type { ClassScore } from '../core/scores.ts';
import type { Engine, ExplainEvent, ExplainRequest, MethodResult, Work } from '../protocol/engine.ts';
import type { AppState, FigureState, ModelCard, Picture, ResultContext, SweepEstimate } from './app-state.ts';
import { estimateOf, nextWork, type Situation } from './explain-plan.ts';
import { keepEvent, type ResultCache, workKey } from './result-cache.ts';
import { budgetBytes, scoreToExplain, selectedPicture } from './selectors.ts';
import type { AppStore } from './slice.ts';

interface Running {
  readonly context: ResultContext;
  readonly request: ExplainRequest;
  /** Requests with the same key are about the same thing. */
  readonly key: string;
  readonly controller: AbortController;
}

/** What a figure shows: a result that is finished, or as much of it as there is. */
interface Known {
  readonly result: MethodResult;
  readonly context: ResultContext;
  readonly isDone: boolean;
  readonly estimate: SweepEstimate | null;
}

const METHOD_IDS: readonly MethodId[] = METHODS.map(({ id }) => id);
/** Costs are reckoned from the median of this many measurements. */
const PASS_TIMES = 5;

export class Explainer {
  readonly #store: AppStore;
  readonly #cache: ResultCache;
  readonly #engine: () => Engine | null;
  #running: Running | null = null;
  /** Cancelled or failed: nothing starts by itself until the view changes or the person asks for it. */
  #isHeld = false;
  /** Something else has the engine; what is in view waits, until it changes. */
  #isPaused = false;
  #idleListeners: (() => void)[] = [];
  #startListener: () => void = () => {};

  constructor(store: AppStore, cache: ResultCache, engine: () => Engine | null) {
    this.#store = store;
    this.#cache = cache;
    this.#engine = engine;
  }

  /** The view has changed: show what is known, and find out what is not. */
  viewChanged(): void {
    this.#isHeld = false;
    this.#isPaused = false;
    this.refresh();
  }

  /** Lets somebody else have the engine. The view takes it back when it changes, and otherwise when it is handed back. */
  pause(): void {
    this.#isPaused = true;
    this.#stop();
    this.refresh();
  }

  unpause(): void {
    this.#isPaused = false;
    this.refresh();
  }

  /** Resolves once nothing in view needs the engine, or what does is paused. */
  whenIdle(): Promise<void> {
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve) => this.#idleListeners.push(resolve));
  }

  /** Called whenever the engine is needed for what is in view. */
  onStart(listener: () => void): void {
    this.#startListener = listener;
  }

  cancel(): void {
    this.#isHeld = true;
    this.#stop();
    this.#eachFigure((figure) => (isUnderWay(figure) ? { ...figure, status: 'cancelled', progress: null } : figure));
    this.#showKnownAgain();
  }

  /** The engine is gone, and with it the running request. */
  engineLost(): void {
    this.#stop();
    this.refresh();
  }

  refresh(): void {
    const state = this.#store.getState();
    const { card, info } = state.model;
    const picture = selectedPicture(state);
    if (!card || !picture) {
      this.#stop();
      this.#store.setState({ explanation: { logits: null, figures: emptyFigures() } });
      return;
    }
    this.#showKnown(card, picture);
    const engine = this.#engine();
    const isLoaded = info?.id === card.id && state.device.status === 'ready';
    // A model that is being loaded must not wait for a sweep of the one before.
    if (state.model.status === 'loading') this.#stop();
    if (!engine || !isLoaded || state.model.status === 'loading' || this.#isHeld || this.#isPaused) return;
    const wanted = this.#nextRequest(state, card, picture);
    if (!wanted) this.#stop();
    else if (this.#running?.key !== wanted.key) {
      this.#stop();
      void this.#run(engine, { ...wanted, controller: new AbortController() });
    }
  }

  /** What is to be asked next; null when everything in view is known. */
  #nextRequest(state: AppState, card: ModelCard, picture: Picture): Omit<Running, 'controller'> | null {
    const { view, device, model } = state;
    const layer = model.info?.layers.find(({ name }) => name === view.layer);
    if (!layer || !model.info) return null;
    const context = { modelId: card.id, pictureId: picture.id, layer: layer.name, backend: device.info?.backend ?? 'cpu' };
    const score = scoreToExplain(view, this.#cache.findLogits(card.id, picture.id));
    const situation = score && this.#situation(card, picture, score);
    const work = situation && nextWork(situation, model.info.forward);
    // Where nothing has run yet, as under the sample, one pass tells how fast this device is: costs are told before they are paid.
    const isMeasured = device.passTimesMs.length > 0 || device.info?.isSoftware || device.info?.backend === 'cpu';
    if (situation && !work && isMeasured) return null;
    const request = { picture: { id: picture.id, pixels: picture.bitmap }, layer: layer.name, work, budgetBytes: budgetBytes(state) };
    // Windows are run in the order of the score's estimate, so a sweep for another score is another request.
    const order = work?.method === 'fast-ablation-cam' && work.items ? [view.order, score] : null;
    const key = JSON.stringify([card.id, picture.id, layer.name, work && workKey(work), order, request.budgetBytes]);
    return { context, request, key };
  }

  /** The view of the layer in view, once it is known what there is. */
  #situation({ id, outputActivation }: ModelCard, picture: Picture, score: ClassScore): Situation | null {
    const { view, model } = this.#store.getState();
    const layer = model.info?.id === id ? model.info.layers.find(({ name }) => name === view.layer) : undefined;
    const place = { modelId: id, pictureId: picture.id, layer: view.layer ?? '' };
    return layer ? { cache: this.#cache, place, view, layer, score, activation: outputActivation } : null;
  }

  async #run(engine: Engine, running: Running): Promise<void> {
    this.#running = running;
    this.#startListener();
    const isCurrent = () => this.#running === running;
    this.#showKnownAgain();
    try {
      await engine.explain(running.request, (event) => isCurrent() && this.#receive(event, running), running.controller.signal);
      if (!isCurrent()) return;
      this.#running = null;
      this.refresh();
      if (!this.#running) this.#tellIdle();
    } catch (error) {
      if (!isCurrent()) return;
      this.#running = null;
      this.#tellIdle();
      const { code, message } = asAppError(error);
      // A lost device is somebody else's to report, once; the figures wait for its successor.
      if (code === 'device-lost') return;
      this.#isHeld = true;
      this.#eachFigure((figure) => (isUnderWay(figure) ? { ...figure, status: 'failed', progress: null } : figure));
      this.#store.getState().notify('error', message);
    }
  }

  #receive(event: ExplainEvent, { context, request }: Running): void {
    const { work } = request;
    if (event.kind === 'logits') {
      const known = this.#cache.findLogits(context.modelId, context.pictureId);
      if (!known) this.#cache.addLogits(context.modelId, context.pictureId, event.logits);
      this.#addPassTime(event.durationMs);
    } else if (event.kind === 'progress') {
      const { done, total, remainingMs } = event;
      this.#eachFigure((figure, method) =>
        method === work?.method && isUnderWay(figure) ? { ...figure, status: 'running', progress: { done, total, remainingMs } } : figure,
      );
      return;
    } else if (work) keepEvent(this.#cache, context, work, event);
    if (event.kind === 'items') this.#judgeSpeed(context, work, event);
    this.#showKnownAgain();
  }

  #judgeSpeed({ layer: name }: ResultContext, work: Work | null, { swept, durationMs }: Extract<ExplainEvent, { kind: 'items' }>): void {
    const { info } = this.#store.getState().model;
    const layer = info?.layers.find((candidate) => candidate.name === name);
    if (!info || !layer) return;
    const copy = work?.method === 'ablation-cam' ? layer.channelTail : layer.tail;
    const passMs = impliedPassMs(copy, swept.items.length, durationMs, info.forward);
    if (passMs !== null) this.#addPassTime(passMs);
  }

  #addPassTime(durationMs: number): void {
    const { device } = this.#store.getState();
    // A pass that was kept is reported again with every request that starts from it.
    if (device.passTimesMs.at(-1) === durationMs) return;
    this.#store.setState({ device: { ...device, passTimesMs: [...device.passTimesMs, durationMs].slice(-PASS_TIMES) } });
  }

  #showKnownAgain(): void {
    const state = this.#store.getState();
    const picture = selectedPicture(state);
    if (state.model.card && picture) this.#showKnown(state.model.card, picture);
  }

  /** Puts what the cache has on screen. */
  #showKnown(card: ModelCard, picture: Picture): void {
    const { view, explanation } = this.#store.getState();
    const logits = this.#cache.findLogits(card.id, picture.id);
    const score = scoreToExplain(view, logits);
    const figures = { ...explanation.figures };
    for (const method of METHOD_IDS) {
      const former = figures[method];
      const known = logits && score ? this.#known(method, card, picture, logits, score) : null;
      if (known?.isDone) {
        const { result, context, estimate } = known;
        figures[method] = { status: 'done', progress: null, result, isCurrent: true, estimate, resultOf: context };
      } else figures[method] = this.#pendingFigure(method, former, known, picture.id);
    }
    this.#store.setState({ explanation: { logits, figures } });
  }

  /** What there is of a method's result for the view; null when there is nothing that may be shown. */
  #known(method: MethodId, card: ModelCard, picture: Picture, logits: Float32Array, score: ClassScore): Known | null {
    const { view, device } = this.#store.getState();
    if (view.layer === null) return null;
    const place = { modelId: card.id, pictureId: picture.id, layer: view.layer };
    if (method === 'grad-cam') {
      const found = this.#cache.find(place, { method, score });
      return found && { ...found, isDone: true, estimate: null };
    }
    if (method === 'ablation-cam') {
      // The weights of some of the channels make no map.
      const found = this.#cache.find(place, { method, items: null });
      return found && isComplete(found.result.sweep) ? { ...found, isDone: true, estimate: null } : null;
    }
    const found = this.#cache.find(place, { method, ablation: view.ablation, items: null });
    const situation = this.#situation(card, picture, score);
    const estimate = situation && estimateOf(situation);
    if (found && isComplete(found.result.sweep)) return { ...found, isDone: true, estimate };
    if (!situation || !estimate) return null;
    if (found) return { ...found, isDone: false, estimate };
    const result = { method, sweep: emptyAblationSweep(situation.layer, view.ablation, logits), durationMs: 0 };
    return { result, context: { ...place, backend: device.info?.backend ?? 'cpu' }, isDone: false, estimate };
  }

  #pendingFigure(method: MethodId, former: FigureState, known: Known | null, pictureId: string): FigureState {
    const { status, progress } = former;
    const isSamePicture = former.resultOf?.pictureId === pictureId;
    const shown = known
      ? { result: known.result, isCurrent: true, estimate: known.estimate, resultOf: known.context }
      : { ...(isSamePicture ? former : NOTHING_SHOWN), isCurrent: false, estimate: null };
    // Of a stopped Ablation-CAM there is no map to show, but it can be said how far it was.
    const stoppedAt = method === 'ablation-cam' ? this.#channelsDone(pictureId) : null;
    if (this.#isHeld) return { ...former, ...shown, status: status === 'failed' ? 'failed' : 'cancelled', progress: stoppedAt };
    const isRunning = status === 'running' && this.#running?.request.work?.method === method;
    return { ...former, ...shown, status: isRunning ? 'running' : 'waiting', progress: isRunning ? progress : null };
  }

  #channelsDone(pictureId: string): FigureState['progress'] {
    const { view, model } = this.#store.getState();
    if (!model.card || !view.layer) return null;
    const found = this.#cache.find({ modelId: model.card.id, pictureId, layer: view.layer }, { method: 'ablation-cam', items: null });
    return found && { done: found.result.sweep.exactCount, total: found.result.sweep.isExact.length, remainingMs: null };
  }

  #stop(): void {
    const running = this.#running;
    this.#running = null;
    running?.controller.abort();
    if (running) this.#tellIdle();
  }

  #tellIdle(): void {
    const listeners = this.#idleListeners;
    this.#idleListeners = [];
    for (const listener of listeners) listener();
  }

  #eachFigure(change: (figure: FigureState, method: MethodId) => FigureState): void {
    const { explanation } = this.#store.getState();
    const figures = { ...explanation.figures };
    for (const method of METHOD_IDS) figures[method] = change(figures[method], method);
    this.#store.setState({ explanation: { ...explanation, figures } });
  }
}

const NOTHING_SHOWN = { result: null, resultOf: null } as const;

function isUnderWay({ status }: FigureState): boolean {
  return status === 'waiting' || status === 'running';
}

export function emptyFigures(): Record<MethodId, FigureState> {
  const empty: FigureState = { status: 'empty', progress: null, result: null, isCurrent: false, estimate: null, resultOf: null };
  return { 'grad-cam': empty, 'fast-ablation-cam': empty, 'ablation-cam': empty };
}
