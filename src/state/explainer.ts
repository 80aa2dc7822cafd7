/**
 * Keeps the figures in step with the view: works out what is missing for the picture, layer, class and score on screen, takes it from the
 * cache or asks the engine for it, and stops what is no longer wanted.
 *
 * At most one request runs. Every change of the view calls `refresh`; replies that are not the current request's are dropped.
 */
import type { StoreApi } from 'zustand/vanilla';
import { asAppError } from '../core/app-error.ts';
import { METHODS, type MethodId } from '../core/methods.ts';
import type { Engine, ExplainEvent, ExplainRequest } from '../protocol/engine.ts';
import type { AppState, FigureState, Picture, ResultContext } from './app-state.ts';
import type { ResultCache, ResultQuery } from './result-cache.ts';
import { scoreToExplain, selectedPicture } from './selectors.ts';

interface Running {
  readonly context: ResultContext;
  readonly request: ExplainRequest;
  readonly controller: AbortController;
}

/** Methods in the order in which they are asked for: the cheap one first, so that something true is on screen at once. */
const METHOD_IDS: readonly MethodId[] = METHODS.map(({ id }) => id);

export class Explainer {
  readonly #store: Pick<StoreApi<AppState>, 'getState' | 'setState'>;
  readonly #cache: ResultCache;
  readonly #engine: () => Engine | null;
  #running: Running | null = null;
  /** Cancelled or failed: nothing starts by itself until the view changes or the person asks for it. */
  #isHeld = false;

  constructor(store: Pick<StoreApi<AppState>, 'getState' | 'setState'>, cache: ResultCache, engine: () => Engine | null) {
    this.#store = store;
    this.#cache = cache;
    this.#engine = engine;
  }

  /** The view has changed: show what is known, and find out what is not. */
  viewChanged(): void {
    this.#isHeld = false;
    this.refresh();
  }

  cancel(): void {
    this.#isHeld = true;
    this.#stop();
    this.#eachFigure((figure) => (isUnderWay(figure) ? { ...figure, status: 'cancelled', progress: null } : figure));
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
    const layer = state.view.layer;
    if (!card || !picture) {
      this.#stop();
      this.#store.setState({ explanation: { logits: null, figures: emptyFigures() } });
      return;
    }
    const logits = this.#cache.findLogits(card.id, picture.id);
    const missing = this.#showKnown(card.id, picture, logits);
    const engine = this.#engine();
    const isLoaded = info?.id === card.id && state.device.status === 'ready';
    if (!engine || !isLoaded || !layer || this.#isHeld) return;
    if (missing.length === 0 && logits) {
      this.#stop();
      return;
    }
    const context = { modelId: card.id, pictureId: picture.id, layer, backend: state.device.info?.backend ?? 'cpu' };
    const { classIndex, score, versus, ablation } = state.view;
    const request: ExplainRequest = {
      picture: { id: picture.id, pixels: picture.bitmap },
      layer,
      classIndex,
      score,
      versus,
      ablation,
      methods: missing,
    };
    if (this.#running && isStillOfUse(this.#running, context, request)) return;
    this.#stop();
    void this.#run(engine, { context, request, controller: new AbortController() });
  }

  async #run(engine: Engine, running: Running): Promise<void> {
    this.#running = running;
    const isCurrent = () => this.#running === running;
    this.#showKnownAgain();
    try {
      await engine.explain(running.request, (event) => isCurrent() && this.#receive(event, running), running.controller.signal);
      if (!isCurrent()) return;
      this.#running = null;
      this.refresh();
    } catch (error) {
      if (!isCurrent()) return;
      this.#running = null;
      const { code, message } = asAppError(error);
      // A lost device is somebody else's to report, once; the figures wait for its successor.
      if (code === 'device-lost') return;
      this.#isHeld = true;
      this.#eachFigure((figure) => (isUnderWay(figure) ? { ...figure, status: 'failed', progress: null } : figure));
      this.#store.getState().notify('error', message);
    }
  }

  #receive(event: ExplainEvent, { context }: Running): void {
    if (event.kind === 'logits') {
      this.#cache.addLogits(context.modelId, context.pictureId, event.logits);
      this.#showKnownAgain();
    } else if (event.kind === 'result') {
      this.#cache.add(event.result, context);
      this.#showKnownAgain();
    } else {
      const { method, done, total, remainingMs } = event;
      this.#eachFigure((figure, id) =>
        id === method && isUnderWay(figure) ? { ...figure, status: 'running', progress: { done, total, remainingMs } } : figure,
      );
    }
  }

  #showKnownAgain(): void {
    const state = this.#store.getState();
    const picture = selectedPicture(state);
    const { card } = state.model;
    if (!card || !picture) return;
    const logits = this.#cache.findLogits(card.id, picture.id);
    this.#showKnown(card.id, picture, logits);
  }

  /** Puts what the cache has on screen. @returns the methods whose results are missing */
  #showKnown(modelId: string, picture: Picture, logits: Float32Array | null): MethodId[] {
    const { view, explanation } = this.#store.getState();
    const { layer, ablation } = view;
    const score = scoreToExplain(view, logits);
    const missing: MethodId[] = [];
    const figures = { ...explanation.figures };
    for (const method of METHOD_IDS) {
      const query: ResultQuery | null =
        layer !== null && score !== null ? { modelId, pictureId: picture.id, layer, score, ablation } : null;
      const found = query && this.#cache.find(method, query);
      if (!found) missing.push(method);
      figures[method] = found
        ? { status: 'done', progress: null, result: found.result, resultOf: found.context }
        : this.#pendingFigure(explanation.figures[method], picture.id);
    }
    this.#store.setState({ explanation: { logits, figures } });
    return missing;
  }

  #pendingFigure({ status, progress, result, resultOf }: FigureState, pictureId: string): FigureState {
    const isSamePicture = resultOf?.pictureId === pictureId;
    const former = isSamePicture ? { result, resultOf } : { result: null, resultOf: null };
    if (this.#isHeld) return { ...former, status: status === 'failed' ? 'failed' : 'cancelled', progress: null };
    return status === 'running' && this.#running ? { ...former, status, progress } : { ...former, status: 'waiting', progress: null };
  }

  #stop(): void {
    const running = this.#running;
    this.#running = null;
    running?.controller.abort();
  }

  #eachFigure(change: (figure: FigureState, method: MethodId) => FigureState): void {
    const { explanation } = this.#store.getState();
    const figures = { ...explanation.figures };
    for (const method of METHOD_IDS) figures[method] = change(figures[method], method);
    this.#store.setState({ explanation: { ...explanation, figures } });
  }
}

/** A running sweep is of all classes: it goes on when only the class or the score has changed, and Grad-CAM follows after it. */
function isStillOfUse({ context, request }: Running, wantedContext: ResultContext, wanted: ExplainRequest): boolean {
  const { modelId, pictureId, layer } = wantedContext;
  if (context.modelId !== modelId || context.pictureId !== pictureId || context.layer !== layer) return false;
  const isSweeping = request.methods.includes('fast-ablation-cam');
  if (isSweeping && request.ablation !== wanted.ablation) return false;
  if (request.classIndex === wanted.classIndex && request.score === wanted.score && request.versus === wanted.versus) return true;
  return isSweeping && wanted.methods.includes('fast-ablation-cam');
}

function isUnderWay({ status }: FigureState): boolean {
  return status === 'waiting' || status === 'running';
}

export function emptyFigures(): Record<MethodId, FigureState> {
  const empty: FigureState = { status: 'empty', progress: null, result: null, resultOf: null };
  return { 'grad-cam': empty, 'fast-ablation-cam': empty };
}
