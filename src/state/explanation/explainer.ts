/**
 * Finds out what is missing for the image, layer, class and score on screen: takes it from what is known or asks the engine for it, one thing at a
 * time, and stops what is no longer wanted.
 *
 * Every change of the view calls `update`; replies that are not the current request's are dropped.
 */
import { asAppError } from '../../core/app-error.ts';
import { METHODS, type MethodId } from '../../explain/methods/list.ts';
import { isSweepWork, workKey } from '../../explain/work.ts';
import type { Engine } from '../../protocol/engine.ts';
import type { ExplainEvent, ExplainRequest } from '../../protocol/explain.ts';
import type { AppState } from '../app-state.ts';
import { pixelsOf } from '../images/image-state.ts';
import type { Jobs } from '../jobs.ts';
import type { AppStore } from '../slice.ts';
import { backendInUse, layerInView, selectedImage } from '../view/in-view.ts';
import { budgetBytes, withMeasurement } from './device-costs.ts';
import { nextWork, questionOf } from './explain-plan.ts';
import type { Activity, Stop } from './explanation-state.ts';
import { stopOf } from './figures.ts';
import { asPlanned, networkAsPlanned } from './layer-plans.ts';
import { keepEvent, type ResultContext } from './result-cache.ts';

const OWNER = 'view';

interface Wanted {
  readonly context: ResultContext;
  readonly request: ExplainRequest;
  /** Whose it is; null: the forward pass, which all figures start from. */
  readonly figure: MethodId | null;
  /** Requests with the same key are about the same thing. */
  readonly key: string;
}

export class Explainer {
  readonly #store: AppStore;
  readonly #jobs: Jobs;
  /** What is asked of the engine, or waits to be. */
  #asked: Wanted | null = null;
  #jobCount = 0;

  constructor(store: AppStore, jobs: Jobs) {
    this.#store = store;
    this.#jobs = jobs;
  }

  /** The view has changed, or what can be asked. */
  update(): void {
    const wanted = this.#next();
    if (wanted && wanted.key === this.#asked?.key) return;
    this.#asked = wanted;
    if (!wanted) {
      this.#jobs.cancel(OWNER);
      return;
    }
    const key = String(++this.#jobCount);
    const outcome = this.#jobs.submit(OWNER, { key, rank: 'in-view', run: (engine, signal) => this.#run(engine, signal) });
    // What failed is held by then, and the other figures go on.
    void outcome.then((how) => how === 'failed' && this.update());
  }

  /** Stops a figure, at once as far as the page is concerned; it does not start by itself until the view changes. */
  cancel(method: MethodId): void {
    this.#hold(method, 'cancelled');
    this.update();
  }

  /** Runs what was cancelled or failed of these figures. */
  resume(methods: readonly MethodId[]): void {
    const held = Object.entries(this.#activity.held).filter(([id]) => !methods.includes(id as MethodId));
    this.#change({ held: Object.fromEntries(held), hasPassFailed: false });
    this.update();
  }

  resumeAll(): void {
    this.resume(METHODS.map(({ id }) => id));
  }

  get #activity(): Activity {
    return this.#store.getState().explanation.activity;
  }

  #hold(method: MethodId, stop: Stop): void {
    this.#change({ held: { ...this.#activity.held, [method]: stop } });
  }

  /** What is to be asked next; null when everything in view is known, or nothing may be asked. */
  #next(): Wanted | null {
    const state = this.#store.getState();
    const { device, model, explanation } = state;
    const image = selectedImage(state);
    const layer = layerInView(state);
    const { activity } = explanation;
    const methods = state.view.methods.filter((id) => stopOf(activity, id) === null);
    if (methods.length === 0 || !model.card || !model.info || !image || !layer) return null;
    const { card } = model;
    const context = { modelId: card.id, imageId: image.id, layer: layer.name, backend: backendInUse(state) };
    const question = questionOf(state);
    const next = question && nextWork({ ...question, methods }, asPlanned(state, layer), networkAsPlanned(state) ?? model.info);
    const work = next?.work ?? null;
    // Where nothing has run yet, as under the sample, one pass tells how fast this device is: costs are told before they are paid.
    const isMeasured = device.passTimesMs.length > 0 || device.info?.isSoftware || context.backend === 'cpu';
    if (question && !work && isMeasured) return null;
    const request = {
      image: { id: image.id, pixels: pixelsOf(image) },
      preprocessing: card.preprocessing,
      layer: layer.name,
      work,
      budgetBytes: budgetBytes(state),
    };
    // Windows are run in the order of the score's estimate, so a sweep for another score is another request.
    const order = work && isSweepWork(work) && work.items ? [state.view.order, question?.subject.score] : null;
    const key = JSON.stringify([card.id, card.preprocessing, image.id, layer.name, work && workKey(work), order, request.budgetBytes]);
    return { context, request, figure: next?.figure ?? null, key };
  }

  async #run(engine: Engine, signal: AbortSignal): Promise<void> {
    for (let wanted = this.#next(); wanted; wanted = this.#next()) {
      this.#asked = wanted;
      await this.#ask(engine, wanted, signal);
      if (signal.aborted) return;
    }
    this.#asked = null;
  }

  async #ask(engine: Engine, { context, request, figure }: Wanted, signal: AbortSignal): Promise<void> {
    this.#change({ running: { method: request.work?.method ?? null, progress: null } });
    try {
      await engine.explain(request, (event) => signal.aborted || this.#receive(event, context, request), signal);
    } catch (error) {
      if (!signal.aborted && asAppError(error).code !== 'device-lost') {
        this.#asked = null;
        if (figure) this.#hold(figure, 'failed');
        else this.#change({ hasPassFailed: true });
      }
      throw error;
    } finally {
      // Another request may be under way by now.
      if (!signal.aborted || !this.#jobs.isRunning(OWNER)) this.#change({ running: null });
    }
  }

  #receive(event: ExplainEvent, context: ResultContext, { work }: ExplainRequest): void {
    if (event.kind === 'progress') {
      const { done, total, remainingMs } = event;
      this.#change({ running: { method: work?.method ?? null, progress: { done, total, remainingMs } } });
      return;
    }
    const { explanation } = this.#store.getState();
    keepEvent(explanation.results.cache, context, work, event);
    this.#store.setState({ device: withMeasurement(this.#store.getState(), context.layer, work, event) });
  }

  #change(part: Partial<Activity>): void {
    this.#store.setState(({ explanation }: AppState) => ({
      explanation: { ...explanation, activity: { ...explanation.activity, ...part } },
    }));
  }
}
