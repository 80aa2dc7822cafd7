/** Loads one model at a time, shows how far it is, and puts it on screen once it is ready; until then, and if it fails, the one before stays. */
import { type AppError, asAppError } from '../core/app-error.ts';
import { canBeExplained } from '../core/layer-info.ts';
import type { ModelCard } from '../core/model-card.ts';
import { remainingTime } from '../core/remaining-time.ts';
import type { LoadProgress, ModelInfo, ModelSource } from '../protocol/engine.ts';
import type { EngineConnection } from './engine-connection.ts';
import type { ModelSlice } from './model-state.ts';
import type { SliceContext } from './slice.ts';
import { writeView } from './view-slice.ts';

function cardOf({ isGuessed, remark, ...info }: ModelInfo): ModelCard {
  const { id, title, input, takesAnySize, preprocessing, outputActivation, classNames } = info;
  const toCheck = isGuessed ? remark : '';
  return { id, title, description: '', input, takesAnySize, preprocessing, outputActivation, classNames, toCheck };
}

export class ModelLoader {
  readonly #context: SliceContext;
  readonly #connection: EngineConnection;
  #loading: AbortController | null = null;
  /** The errors of former attempts. */
  #said: string[] = [];

  constructor(context: SliceContext, connection: EngineConnection) {
    this.#context = context;
    this.#connection = connection;
  }

  change(part: Partial<ModelSlice['model']>): void {
    this.#context.store.setState(({ model }) => ({ model: { ...model, ...part } }));
  }

  cancel(): void {
    this.#loading?.abort();
    this.#loading = null;
    this.#end();
  }

  /** Says what went wrong; the model before stays. */
  fail(error: unknown): void {
    this.#end();
    const { message } = asAppError(error);
    this.#said.push(message);
    this.#context.store.getState().notify('error', message);
  }

  /** What went wrong with former files is of no use once others are tried. */
  #unsay(): void {
    const { notices, dismiss } = this.#context.store.getState();
    for (const { id, text } of notices) if (this.#said.includes(text)) dismiss(id);
    this.#said = [];
  }

  /**
   * @param onRefusal what to say where the server cannot be reached from here; null: what the engine says
   * @returns null where it failed, which has been said, or was overtaken
   */
  download(address: string, onRefusal: AppError | null = null): Promise<readonly File[] | null> {
    return this.#attempt(async (onProgress, signal) => {
      try {
        return await this.#connection.download(address, onProgress, signal);
      } catch (error) {
        throw signal.aborted ? error : (onRefusal ?? error);
      }
    });
  }

  /**
   * @param card how the model is used, where that is known; else as its files say
   * @returns whether it is on screen
   */
  async load(source: ModelSource, card: ModelCard | null): Promise<boolean> {
    const { store, cache } = this.#context;
    const former = store.getState().model.info;
    const info = await this.#attempt((onProgress, signal) => this.#connection.loadModel(source, onProgress, signal));
    if (!info) return false;
    // Files may be others under the same name, and a network may be given another size: what was found out before is of no use.
    if (source.kind === 'files') cache.forget(({ modelId }) => modelId === info.id);
    const shown = card ? { ...card, input: info.input, takesAnySize: info.takesAnySize } : cardOf(info);
    this.change({ status: 'ready', progress: null, info, card: shown });
    this.#adoptView(info, former);
    // What was guessed is said where it can be changed.
    if (info.remark && !card && !info.isGuessed) store.getState().notify('info', info.remark);
    return true;
  }

  async #attempt<Result>(
    run: (onProgress: (progress: LoadProgress) => void, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result | null> {
    const { store, explainer } = this.#context;
    this.#unsay();
    this.#loading?.abort();
    const controller = new AbortController();
    this.#loading = controller;
    const startedAt = performance.now();
    const onProgress = (progress: LoadProgress) => {
      const remainingMs = remainingTime(progress.loadedBytes, progress.totalBytes, performance.now() - startedAt);
      if (this.#loading === controller) this.change({ progress: { ...progress, remainingMs } });
    };
    this.change({ status: 'loading', progress: null });
    store.getState().cancelDepth();
    explainer.refresh();
    try {
      const result = await run(onProgress, controller.signal);
      return this.#loading === controller ? result : null;
    } catch (error) {
      if (this.#loading === controller) this.fail(error);
      return null;
    }
  }

  #end(): void {
    const { store, explainer } = this.#context;
    this.change({ status: store.getState().model.info ? 'ready' : 'failed', progress: null });
    explainer.refresh();
  }

  /** Keeps the layer and the class in view where the new model has them. */
  #adoptView({ id, layers, defaultLayer, classNames }: ModelInfo, former: ModelInfo | null): void {
    const { store, explainer } = this.#context;
    const { view, notify } = store.getState();
    const hasLayer = layers.some((layer) => layer.name === view.layer && canBeExplained(layer));
    if (view.layer && !hasLayer && !former)
      notify('info', `The model has no layer “${view.layer}” to explain, so the address’s layer was ignored.`);
    const isSame = !former || former.id === id;
    const kept = (classIndex: number | null) => (isSame && classIndex !== null && classIndex < classNames.length ? classIndex : null);
    const layer = hasLayer ? view.layer : defaultLayer;
    store.setState({ view: { ...view, layer, classIndex: kept(view.classIndex), versus: kept(view.versus) } });
    writeView(this.#context);
    explainer.viewChanged();
  }
}
