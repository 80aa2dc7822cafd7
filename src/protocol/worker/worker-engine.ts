/** The page's side: an engine whose work is done in a worker. */
import { AppError, asAppError } from '../../core/app-error.ts';
import type { HubQuery, HubResult } from '../../core/models/hub-model.ts';
import type { HubName } from '../../core/models/hub-name.ts';
import type { CallName, Calls } from '../calls.ts';
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
  SharedModel,
} from '../engine.ts';
import type { ExactEvaluation, ExplainEvent, ExplainRequest, ImageInput, MoreItems, WithoutCellsRequest } from '../explain.ts';
import { whenGone } from '../lifeline.ts';
import type { MeasureEvent, MeasureRequest, SanityEvent, SanityRequest } from '../measure.ts';
import type { Endpoint, FromWorker, ImageReference } from './messages.ts';

/** A call that waits for its answer. Which call it is ties the types of both together; here they are those of any. */
interface Pending {
  resolve(answer: Calls[CallName]['answer']): void;
  reject(reason: unknown): void;
  onReport(report: Calls[CallName]['report']): void;
  readonly more: MoreItems | undefined;
}

/** What the client needs of a worker: messages both ways, its failures, and an end. */
export interface WorkerLike extends Endpoint {
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  terminate(): void;
}

export class WorkerEngine implements PoolableEngine {
  readonly #worker: WorkerLike;
  readonly #pending = new Map<number, Pending>();
  readonly #lostListeners: ((reason: string) => void)[] = [];
  readonly #stopListeners: ((detail: string) => void)[] = [];
  #nextId = 1;
  /** The image whose pixels the worker holds. */
  #residentImage: string | null = null;
  /** Why there is no worker any more: nothing would ever answer. */
  #stopped: AppError | null = null;

  constructor(worker: WorkerLike) {
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.#receive(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#end(event.message || 'it could not be loaded');
    });
  }

  start(preference: BackendName | null, threads?: number, exact?: ExactEvaluation): Promise<DeviceInfo> {
    return this.#call('start', { preference, threads: threads ?? null, exact: exact ?? null });
  }

  loadModel(source: ModelSource, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<ModelInfo> {
    return this.#call('loadModel', { source }, onProgress, signal);
  }

  planLayers(signal?: AbortSignal): Promise<NetworkPlans> {
    return this.#call('planLayers', {}, undefined, signal);
  }

  shareModel(): Promise<SharedModel | null> {
    return this.#call('shareModel', {});
  }

  loadShared(model: SharedModel): Promise<ModelInfo> {
    return this.#call('loadShared', { model });
  }

  download(url: string, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<readonly File[]> {
    return this.#call('download', { url }, onProgress, signal);
  }

  searchHub(hub: string, query: HubQuery, signal?: AbortSignal): Promise<readonly HubResult[]> {
    return this.#call('searchHub', { hub, query }, undefined, signal);
  }

  downloadFromHub(hub: string, name: HubName, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<HubDownload> {
    return this.#call('downloadFromHub', { hub, name }, onProgress, signal);
  }

  explain(request: ExplainRequest, onEvent: (event: ExplainEvent) => void, signal?: AbortSignal, moreItems?: MoreItems): Promise<void> {
    return this.#call('explain', request, onEvent, signal, moreItems);
  }

  withoutCells(request: WithoutCellsRequest, signal?: AbortSignal): Promise<Float32Array> {
    return this.#call('withoutCells', request, undefined, signal);
  }

  measure(request: MeasureRequest, onEvent: (event: MeasureEvent) => void, signal?: AbortSignal, moreImages?: MoreItems): Promise<void> {
    return this.#call('measure', request, onEvent, signal, moreImages);
  }

  sanity(request: SanityRequest, onEvent: (event: SanityEvent) => void, signal?: AbortSignal): Promise<void> {
    return this.#call('sanity', request, onEvent, signal);
  }

  identify(): Promise<ModelIdentity> {
    return this.#call('identify', {});
  }

  memory(): Promise<MemoryUse> {
    return this.#call('memory', {});
  }

  onLost(listener: (reason: string) => void): void {
    this.#lostListeners.push(listener);
  }

  onStopped(listener: (detail: string) => void): void {
    this.#stopListeners.push(listener);
  }

  dispose(): void {
    this.#worker.terminate();
    this.#failAll(new AppError('internal', 'The worker that runs the network was stopped.'));
  }

  #reference({ id, pixels }: ImageInput): ImageReference {
    if (this.#residentImage === id) return { id, pixels: null };
    this.#residentImage = id;
    return { id, pixels };
  }

  #call<Name extends CallName>(
    name: Name,
    request: Calls[Name]['request'],
    onReport: (report: Calls[Name]['report']) => void = () => {},
    signal?: AbortSignal,
    more?: MoreItems,
  ): Promise<Calls[Name]['answer']> {
    const id = this.#nextId++;
    return new Promise<Calls[Name]['answer']>((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      if (this.#stopped) {
        reject(this.#stopped);
        return;
      }
      // The page need not wait for the worker to notice: from here on its replies to this request are dropped.
      const onAbort = () => {
        this.#pending.delete(id);
        this.#worker.postMessage({ id, cancel: true });
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const settle = () => signal?.removeEventListener('abort', onAbort);
      this.#pending.set(id, {
        onReport,
        more,
        resolve: (answer) => {
          settle();
          resolve(answer);
        },
        reject: (reason) => {
          settle();
          reject(reason);
        },
      });
      try {
        const sent = 'image' in request ? { ...request, image: this.#reference(request.image) } : request;
        this.#worker.postMessage({ id, call: { name, request: sent }, hasMore: more !== undefined });
      } catch (error) {
        // What cannot be sent, such as a closed bitmap, has not arrived either.
        this.#residentImage = null;
        this.#pending.get(id)?.reject(asAppError(error));
        this.#pending.delete(id);
      }
    });
  }

  /** The worker is of no more use. */
  #end(detail: string): void {
    if (this.#stopped === null) for (const listener of this.#stopListeners) listener(detail);
    this.#failAll(new AppError('internal', `The worker that runs the network stopped (${detail}); please reload the page.`));
  }

  #receive(message: FromWorker): void {
    if ('lifeline' in message) {
      whenGone(message.lifeline, () => this.#end('the browser ended it'));
      return;
    }
    if ('lost' in message) {
      for (const listener of this.#lostListeners) listener(message.lost);
      return;
    }
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    if ('report' in message) pending.onReport(message.report);
    else if ('asksForMore' in message) void this.#giveMore(message.id, pending.more);
    else {
      this.#pending.delete(message.id);
      if ('answer' in message) pending.resolve(message.answer);
      else if ('error' in message) pending.reject(new AppError(message.error.code, message.error.message));
      else pending.reject(new DOMException('The request was cancelled.', 'AbortError'));
    }
  }

  async #giveMore(id: number, more: MoreItems | undefined): Promise<void> {
    this.#worker.postMessage({ id, more: (await more?.()) ?? new Uint32Array() });
  }

  #failAll(error: AppError): void {
    this.#stopped ??= error;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(error);
  }
}
