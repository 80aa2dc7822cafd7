/**
 * Keeps the figures in step with the view: works out what is missing for the picture, layer, class and score on screen, takes it from the
 * cache or asks the engine for it, one thing at a time, and stops what is no longer wanted.
 *
 * At most one request runs. Every change of the view calls `refresh`; replies that are not the current request's are dropped.
 */
import { asAppError } from '../core/app-error.ts';
import type { ModelCard } from '../core/model-card.ts';
import { isSweepWork, workKey } from '../explain/work.ts';
import type { BackendName, Engine, ExplainEvent, ExplainRequest } from '../protocol/engine.ts';
import type { AppState } from './app-state.ts';
import { budgetBytes, withMeasurement } from './device-costs.ts';
import { nextWork, type Question } from './explain-plan.ts';
import type { ResultContext } from './explanation-state.ts';
import { eachFigure, emptyFigures, figuresFor, isUnderWay } from './figures.ts';
import type { Picture } from './picture-state.ts';
import { pixelsOf } from './picture-state.ts';
import { keepEvent, type ResultCache } from './result-cache.ts';
import { layerInView, scoreToExplain, selectedPicture } from './selectors.ts';
import type { AppStore } from './slice.ts';

interface Running {
  readonly context: ResultContext;
  readonly request: ExplainRequest;
  /** Requests with the same key are about the same thing. */
  readonly key: string;
  readonly controller: AbortController;
}

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
  readonly #startListeners = new Set<() => void>();

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
    this.#tellStart();
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

  /** Called whenever the engine is needed for what is in view, or for what a person asks about it. Returns how to stop that. */
  onStart(listener: () => void): () => void {
    this.#startListeners.add(listener);
    return () => this.#startListeners.delete(listener);
  }

  cancel(): void {
    this.#isHeld = true;
    this.#stop();
    this.#eachFigure((figure) => (isUnderWay(figure) ? { ...figure, status: 'cancelled', progress: null } : figure));
    this.#showKnown();
  }

  /** The engine is gone, and with it the running request; or its successor is there, perhaps on another backend. */
  engineReplaced(): void {
    this.#stop();
    const { info } = this.#store.getState().device;
    if (info) this.#cache.forgetUnfinished(info.backend);
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
    this.#showKnown();
    const engine = this.#engine();
    // A model that is being loaded must not wait for a sweep of the one before.
    const isLoading = state.model.status === 'loading';
    if (isLoading) this.#stop();
    const isReady = info?.id === card.id && state.device.status === 'ready' && !isLoading;
    if (!engine || !isReady || this.#isHeld || this.#isPaused) return;
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
    const layer = layerInView(state);
    if (!layer || !model.info) return null;
    const context = { modelId: card.id, pictureId: picture.id, layer: layer.name, backend: backendOf(state) };
    const question = this.#question(state, card, picture);
    const work = question && nextWork(question, layer, model.info.forward);
    // Where nothing has run yet, as under the sample, one pass tells how fast this device is: costs are told before they are paid.
    const isMeasured = device.passTimesMs.length > 0 || device.info?.isSoftware || context.backend === 'cpu';
    if (question && !work && isMeasured) return null;
    const request = {
      picture: { id: picture.id, pixels: pixelsOf(picture) },
      preprocessing: card.preprocessing,
      layer: layer.name,
      work,
      budgetBytes: budgetBytes(state),
    };
    // Windows are run in the order of the score's estimate, so a sweep for another score is another request.
    const order = work && isSweepWork(work) && work.items ? [view.order, question?.subject.score] : null;
    const key = JSON.stringify([card.id, card.preprocessing, picture.id, layer.name, work && workKey(work), order, request.budgetBytes]);
    return { context, request, key };
  }

  /** What is to be explained; null until that is known. */
  #question(state: AppState, { id }: ModelCard, picture: Picture): Question | null {
    const { view, model } = state;
    const score = scoreToExplain(state, this.#cache.findLogits(id, picture.id));
    if (!score || view.layer === null) return null;
    const place = { modelId: id, pictureId: picture.id, layer: view.layer };
    const layer = model.info?.id === id ? layerInView(state) : null;
    const subject = { score, ablation: view.ablation, order: view.order, layer };
    return { cache: this.#cache, place, methods: view.methods, subject };
  }

  async #run(engine: Engine, running: Running): Promise<void> {
    this.#running = running;
    this.#tellStart();
    const isCurrent = () => this.#running === running;
    this.#showKnown();
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
    if (event.kind === 'progress') {
      const { done, total, remainingMs } = event;
      this.#eachFigure((figure, method) =>
        method === work?.method && isUnderWay(figure) ? { ...figure, status: 'running', progress: { done, total, remainingMs } } : figure,
      );
      return;
    }
    keepEvent(this.#cache, context, work, event);
    this.#store.setState({ device: withMeasurement(this.#store.getState(), context.layer, work, event) });
    this.#showKnown();
  }

  /** Puts what the cache has on screen. */
  #showKnown(): void {
    const state = this.#store.getState();
    const { card } = state.model;
    const picture = selectedPicture(state);
    if (!card || !picture) return;
    const logits = this.#cache.findLogits(card.id, picture.id);
    const running = this.#running?.request.work?.method ?? null;
    const activity = { isHeld: this.#isHeld, running, backend: backendOf(state), logits };
    const figures = figuresFor(state.explanation.figures, this.#question(state, card, picture), picture.id, activity);
    this.#store.setState({ explanation: { logits, figures } });
  }

  #stop(): void {
    const running = this.#running;
    this.#running = null;
    running?.controller.abort();
    if (running) this.#tellIdle();
  }

  #tellStart(): void {
    for (const listener of [...this.#startListeners]) listener();
  }

  #tellIdle(): void {
    const listeners = this.#idleListeners;
    this.#idleListeners = [];
    for (const listener of listeners) listener();
  }

  #eachFigure(change: Parameters<typeof eachFigure>[1]): void {
    const { explanation } = this.#store.getState();
    this.#store.setState({ explanation: { ...explanation, figures: eachFigure(explanation.figures, change) } });
  }
}

function backendOf({ device }: AppState): BackendName {
  return device.info?.backend ?? 'cpu';
}
