/**
 * The engine in use, and its successor when the GPU is lost: a new worker, the same model, and nothing that the person had is gone.
 */
import { asAppError } from '../../core/app-error.ts';
import type { HubQuery, HubResult } from '../../core/models/hub-model.ts';
import type { HubName } from '../../core/models/hub-name.ts';
import type { BackendName, Engine, HubDownload, LoadProgress, ModelInfo, ModelSource, SharedEngine } from '../../protocol/engine.ts';
import type { ExactEvaluation } from '../../protocol/explain.ts';
import type { AppDependencies } from '../dependencies.ts';
import { enginesInUse } from '../engines/engine-count.ts';
import type { AppStore } from '../slice.ts';
import { BACKEND_TITLES } from './backend-titles.ts';
import { withoutNetwork } from './model-state.ts';

/** A GPU that is lost this often does not come back; WASM is slower but stays. */
const LOSSES_BEFORE_WASM = 2;

export class EngineConnection {
  readonly #store: AppStore;
  readonly #dependencies: AppDependencies;
  #engine: SharedEngine | null = null;
  #source: ModelSource | null = null;
  #losses = 0;
  /** As the URL asks for it. */
  #exact: ExactEvaluation | null = null;
  /** A successor that does not have its predecessor's model yet. */
  #isRestoring = false;
  /** Resolves once the engine in use has started, and has the model that its predecessor had; another one for every successor. */
  #ready: Promise<void>;
  #begin: () => void = () => {};
  #onReplaced: () => void = () => {};

  constructor(store: AppStore, dependencies: AppDependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
    this.#ready = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  /** Null while there is none, or none yet with the model on screen. */
  get engine(): Engine | null {
    return this.#isRestoring ? null : this.#engine;
  }

  /** How many engines share what the one in use is asked. */
  resize(engines: number): void {
    this.#engine?.resize(engines);
  }

  /** Called when an engine is gone, and again when its successor is ready. */
  onReplaced(listener: () => void): void {
    this.#onReplaced = listener;
  }

  /**
   * Resolves with the engine once it can be asked, which may be a lost one's successor.
   *
   * @throws AppError when no backend can be had
   */
  async ready(): Promise<Engine> {
    for (;;) {
      const ready = this.#ready;
      try {
        await ready;
      } catch (error) {
        if (ready === this.#ready) throw error;
      }
      if (ready === this.#ready && this.#engine) return this.#engine;
    }
  }

  /** @throws AppError when no backend can be had */
  start(preference: BackendName | null, exact: ExactEvaluation | null): Promise<void> {
    this.#exact = exact;
    const started = this.#open(preference);
    this.#ready = started;
    this.#begin();
    return started;
  }

  /** @throws AppError `download-failed` */
  download(url: string, onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<readonly File[]> {
    return this.#ask((engine) => engine.download(url, onProgress, signal), signal);
  }

  /** @throws AppError `download-failed` */
  searchHub(query: HubQuery, signal: AbortSignal): Promise<readonly HubResult[]> {
    return this.#ask((engine) => engine.searchHub(this.#dependencies.hub, query, signal), signal);
  }

  /** @throws AppError in one sentence, for everything that keeps it from being opened */
  downloadFromHub(name: HubName, onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<HubDownload> {
    return this.#ask((engine) => engine.downloadFromHub(this.#dependencies.hub, name, onProgress, signal), signal);
  }

  loadModel(source: ModelSource, onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<ModelInfo> {
    return this.#ask(async (engine) => {
      const info = await engine.loadModel(source, onProgress, signal);
      this.#source = source;
      return info;
    }, signal);
  }

  /** What was asked of an engine that is lost on the way is asked of its successor. */
  async #ask<Result>(run: (engine: Engine) => Promise<Result>, signal: AbortSignal): Promise<Result> {
    for (;;) {
      const engine = await this.ready();
      signal.throwIfAborted();
      try {
        return await run(engine);
      } catch (error) {
        if (this.#engine === engine || signal.aborted) throw error;
      }
    }
  }

  async #open(preference: BackendName | null): Promise<void> {
    this.#engine?.dispose();
    const engine = this.#dependencies.createEngine();
    this.#engine = engine;
    engine.onNotice((sentence) => this.#store.getState().notify('info', sentence));
    engine.onLost((reason) => {
      if (this.#engine !== engine) return;
      this.#ready = this.#replace(preference, reason);
      // Said where it happens, and again to whoever asks for the engine.
      this.#ready.catch(() => {});
    });
    try {
      const info = await engine.start(preference, undefined, this.#exact ?? undefined);
      if (this.#engine !== engine) return;
      // Another engine may be on another backend, with another speed.
      this.#store.setState({ device: { status: 'ready', info, passTimesMs: [], corrections: {} } });
      engine.resize(enginesInUse(this.#store.getState()));
      if (info.remark && preference && info.backend !== preference) {
        this.#store
          .getState()
          .notify(
            'info',
            `${BACKEND_TITLES[preference]} was asked for, but ${info.remark}; ${BACKEND_TITLES[info.backend]} is used instead.`,
          );
      }
    } catch (error) {
      if (this.#engine === engine) this.#store.setState({ device: { status: 'failed', info: null, passTimesMs: [], corrections: {} } });
      throw asAppError(error);
    }
  }

  async #replace(preference: BackendName | null, reason: string): Promise<void> {
    this.#losses++;
    this.#isRestoring = true;
    const next = this.#losses > LOSSES_BEFORE_WASM ? 'wasm' : preference;
    const { notify } = this.#store.getState();
    this.#store.setState(({ device }) => ({ device: { ...device, status: 'lost' } }));
    notify('info', `The graphics processor was lost (${reason}); the network is being loaded again, and nothing you had is gone.`);
    this.#onReplaced();
    const opened = this.#open(next);
    const successor = this.#engine;
    try {
      await opened;
    } catch (error) {
      if (this.#engine === successor) notify('error', asAppError(error).message);
      throw error;
    }
    if (this.#source) await this.#restore(successor, this.#source);
    // Lost in its turn: its own successor is on the way.
    if (this.#engine !== successor) return;
    this.#isRestoring = false;
    this.#onReplaced();
  }

  /** A model that cannot be had again is gone from the page too; others can still be loaded. */
  async #restore(successor: Engine | null, source: ModelSource): Promise<void> {
    try {
      await successor?.loadModel(source, () => {});
    } catch (error) {
      if (this.#engine !== successor) return;
      this.#source = null;
      this.#store.setState(({ model }) => ({ model: { ...withoutNetwork(model), catalogue: model.catalogue } }));
      this.#store.getState().notify('error', asAppError(error).message);
    }
  }
}
