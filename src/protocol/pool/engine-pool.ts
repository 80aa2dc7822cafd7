/**
 * Several engines as one: on WASM, where one engine keeps one core busy, every core is put to work.
 *
 * The first engine starts with the pool; the others when there is work that is worth them: a job that is asked for while all are busy, or a
 * sweep or a measurement that costs more than a few passes, whose parts go to whichever engine is free. An engine that stops costs the part
 * that it was at, which another one does; a new one takes its place, or the pool becomes smaller.
 */
import { AppError } from '../../core/app-error.ts';
import type { HubQuery, HubResult } from '../../core/models/hub-model.ts';
import type { HubName } from '../../core/models/hub-name.ts';
import type {
  BackendName,
  DeviceInfo,
  HubDownload,
  LoadProgress,
  MemoryUse,
  ModelIdentity,
  ModelInfo,
  ModelSource,
  NetworkPlans,
  PoolableEngine,
  SharedEngine,
} from '../engine.ts';
import type { ExactEvaluation, ExplainEvent, ExplainRequest, WithoutCellsRequest } from '../explain.ts';
import type { MeasureEvent, MeasureRequest, SanityEvent, SanityRequest } from '../measure.ts';
import { Scheduler } from './scheduler.ts';
import { SharedMeasure } from './shared-measure.ts';
import { SharedSweep } from './shared-sweep.ts';
import { sweepToShare } from './worth-sharing.ts';

/** What an engine keeps the pass of: layers that are asked about one after the other have one. */
function passOf({ image, layer, nextLayers = [], change }: Pick<ExplainRequest, 'image' | 'layer' | 'nextLayers' | 'change'>): string {
  return JSON.stringify([image.id, [layer, ...nextLayers].toSorted(), change]);
}

/** The listener, until the job is cancelled: replies to what nobody asks any more are dropped. */
function until<Event>(signal: AbortSignal | undefined, listener: (event: Event) => void): (event: Event) => void {
  return (event) => {
    if (!signal?.aborted) listener(event);
  };
}

export class EnginePool implements SharedEngine {
  readonly #scheduler: Scheduler;
  #info: ModelInfo | null = null;
  /** Resolves once the model that was asked for last is loaded, or could not be. */
  #loaded: Promise<void> = Promise.resolve();
  readonly #active = new Set<Promise<unknown>>();

  /**
   * @param createEngine makes another engine; the pool starts it
   * @param size how many engines there may be
   */
  constructor(createEngine: () => PoolableEngine, size = 1) {
    this.#scheduler = new Scheduler(createEngine, size);
  }

  resize(size: number): void {
    this.#scheduler.resize(size);
  }

  onNotice(listener: (sentence: string) => void): void {
    this.#scheduler.onNotice(listener);
  }

  start(preference: BackendName | null, threads?: number, exact?: ExactEvaluation): Promise<DeviceInfo> {
    return this.#scheduler.roster.start(preference, threads, exact);
  }

  loadModel(source: ModelSource, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<ModelInfo> {
    const former = this.#loaded;
    const active = [...this.#active];
    const load = async () => {
      await former;
      await Promise.allSettled(active);
      signal?.throwIfAborted();
      this.#info = await this.#scheduler.roster.load(source, onProgress, signal);
      return this.#info;
    };
    const loading = load();
    this.#loaded = loading.then(
      () => {},
      () => {},
    );
    return loading;
  }

  /** By the first engine, or by the one that takes its place: what the others do does not depend on it. */
  async planLayers(signal?: AbortSignal): Promise<NetworkPlans> {
    await this.#loaded;
    const info = this.#info;
    const planned = await this.#planned(signal);
    if (info && info === this.#info) this.#info = { ...info, ...planned };
    return planned;
  }

  async #planned(signal: AbortSignal | undefined): Promise<NetworkPlans> {
    const engine = await this.#scheduler.first();
    try {
      return await engine.planLayers(signal);
    } catch (error) {
      if (this.#scheduler.roster.members.some((member) => member.engine === engine)) throw error;
      return (await this.#scheduler.first()).planLayers(signal);
    }
  }

  async download(url: string, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<readonly File[]> {
    return (await this.#scheduler.first()).download(url, onProgress, signal);
  }

  async searchHub(hub: string, query: HubQuery, signal?: AbortSignal): Promise<readonly HubResult[]> {
    return (await this.#scheduler.first()).searchHub(hub, query, signal);
  }

  async downloadFromHub(
    hub: string,
    name: HubName,
    onProgress: (progress: LoadProgress) => void,
    signal?: AbortSignal,
  ): Promise<HubDownload> {
    return (await this.#scheduler.first()).downloadFromHub(hub, name, onProgress, signal);
  }

  explain(request: ExplainRequest, onEvent: (event: ExplainEvent) => void, signal?: AbortSignal): Promise<void> {
    const report = until(signal, onEvent);
    return this.#job(signal, () => {
      const pass = passOf(request);
      const sweep = this.#info && this.#scheduler.roster.wanted > 1 ? sweepToShare(request, this.#info) : null;
      if (sweep) return this.#scheduler.share(new SharedSweep(sweep.request, sweep.items, pass, report), signal);
      return this.#scheduler.ask(pass, (engine) => engine.explain(request, report, signal), signal);
    });
  }

  withoutCells(request: WithoutCellsRequest, signal?: AbortSignal): Promise<Float32Array> {
    return this.#job(signal, () => this.#scheduler.ask(passOf(request), (engine) => engine.withoutCells(request, signal), signal));
  }

  measure(request: MeasureRequest, onEvent: (event: MeasureEvent) => void, signal?: AbortSignal): Promise<void> {
    const report = until(signal, onEvent);
    return this.#job(signal, () => {
      const isShared = this.#scheduler.roster.wanted > 1 && request.maps.length > 0;
      if (isShared) return this.#scheduler.share(new SharedMeasure(request, report), signal);
      return this.#scheduler.ask(null, (engine) => engine.measure(request, report, signal), signal);
    });
  }

  sanity(request: SanityRequest, onEvent: (event: SanityEvent) => void, signal?: AbortSignal): Promise<void> {
    const report = until(signal, onEvent);
    return this.#job(signal, () => this.#scheduler.ask(null, (engine) => engine.sanity(request, report, signal), signal));
  }

  async identify(): Promise<ModelIdentity> {
    await this.#loaded;
    return (await this.#scheduler.first()).identify();
  }

  /** Of all engines together. */
  async memory(): Promise<MemoryUse> {
    const ready = this.#scheduler.roster.members.filter(({ isReady }) => isReady);
    const used = await Promise.all(ready.map(({ engine }) => engine.memory()));
    return used.reduce((sum, { tensors, bytes }) => ({ tensors: sum.tensors + tensors, bytes: sum.bytes + bytes }), {
      tensors: 0,
      bytes: 0,
    });
  }

  onLost(listener: (reason: string) => void): void {
    this.#scheduler.onLost(listener);
  }

  dispose(): void {
    this.#scheduler.dispose(new AppError('internal', 'The engines that run the network were stopped.'));
  }

  /** Runs a job once the model that was asked for before it is there. */
  #job<Result>(signal: AbortSignal | undefined, run: () => Promise<Result>): Promise<Result> {
    const running = new Promise<Result>((resolve, reject) => {
      // Nobody who has cancelled waits for a model.
      const onAbort = () => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      void this.#loaded.then(() => {
        signal?.removeEventListener('abort', onAbort);
        if (!signal?.aborted) run().then(resolve, reject);
        else reject(signal.reason);
      });
    });
    this.#active.add(running);
    const end = () => this.#active.delete(running);
    running.then(end, end);
    return running;
  }
}
