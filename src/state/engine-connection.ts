/**
 * The engine in use, and its successor when the GPU is lost: a new worker, the same model, and nothing that the person had is gone.
 */
import { asAppError } from '../core/app-error.ts';
import type { BackendName, Engine, LoadProgress, ModelInfo, ModelSource } from '../protocol/engine.ts';
import { BACKEND_TITLES } from './backend-titles.ts';
import type { AppDependencies } from './dependencies.ts';
import type { AppStore } from './slice.ts';

/** A GPU that is lost this often does not come back; WASM is slower but stays. */
const LOSSES_BEFORE_WASM = 2;

export class EngineConnection {
  readonly #store: AppStore;
  readonly #dependencies: AppDependencies;
  #engine: Engine | null = null;
  #source: ModelSource | null = null;
  #losses = 0;
  /** Resolves once the successor of a lost engine has started. */
  #replacement: Promise<void> = Promise.resolve();
  #onReplaced: () => void = () => {};

  constructor(store: AppStore, dependencies: AppDependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
  }

  get engine(): Engine | null {
    return this.#engine;
  }

  /** Called when an engine is gone, and again when its successor is ready. */
  onReplaced(listener: () => void): void {
    this.#onReplaced = listener;
  }

  /** @throws AppError when no backend can be had */
  async start(preference: BackendName | null): Promise<void> {
    this.#engine?.dispose();
    const engine = this.#dependencies.createEngine();
    this.#engine = engine;
    engine.onLost((reason) => {
      if (this.#engine === engine) this.#replacement = this.#replace(preference, reason);
    });
    try {
      const info = await engine.start(preference);
      // Another engine may be on another backend, with another speed.
      this.#store.setState({ device: { status: 'ready', info, passTimesMs: [] } });
      if (info.remark && preference && info.backend !== preference) {
        this.#store
          .getState()
          .notify(
            'info',
            `${BACKEND_TITLES[preference]} was asked for, but ${info.remark}; ${BACKEND_TITLES[info.backend]} is used instead.`,
          );
      }
    } catch (error) {
      if (this.#engine === engine) this.#store.setState({ device: { status: 'failed', info: null, passTimesMs: [] } });
      throw asAppError(error);
    }
  }

  /** @throws AppError `download-failed` */
  async download(url: string, onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<readonly File[]> {
    if (!this.#engine) throw new Error('the engine has not been started');
    return this.#engine.download(url, onProgress, signal);
  }

  async loadModel(source: ModelSource, onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<ModelInfo> {
    const engine = this.#engine;
    if (!engine) throw new Error('the engine has not been started');
    try {
      const info = await engine.loadModel(source, onProgress, signal);
      this.#source = source;
      return info;
    } catch (error) {
      // Lost on the way: the successor loads it.
      if (this.#engine === engine || signal.aborted) throw error;
      await this.#replacement;
      return this.loadModel(source, onProgress, signal);
    }
  }

  async #replace(preference: BackendName | null, reason: string): Promise<void> {
    this.#losses++;
    const next = this.#losses > LOSSES_BEFORE_WASM ? 'wasm' : preference;
    const { notify } = this.#store.getState();
    this.#store.setState(({ device }) => ({ device: { ...device, status: 'lost' } }));
    notify('info', `The graphics processor was lost (${reason}); the network is being loaded again, and nothing you had is gone.`);
    this.#onReplaced();
    const started = this.start(next);
    const successor = this.#engine;
    try {
      await started;
      if (this.#source) await successor?.loadModel(this.#source, () => {});
      this.#onReplaced();
    } catch (error) {
      // Lost in its turn: its own successor is on the way.
      if (this.#engine === successor) notify('error', asAppError(error).message);
    }
  }
}
