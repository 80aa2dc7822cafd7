/** The page's side: an engine whose work is done in a worker. */
import { AppError, asAppError } from '../core/app-error.ts';
import type {
  BackendName,
  DeviceInfo,
  Engine,
  ExplainEvent,
  ExplainRequest,
  LoadProgress,
  MemoryUse,
  ModelIdentity,
  ModelInfo,
  ModelSource,
  PictureInput,
  WithoutCellsRequest,
} from './engine.ts';
import type { MeasureEvent, MeasureRequest, SanityEvent, SanityRequest } from './measure.ts';
import type { Answer, Call, Endpoint, FromWorker, PictureReference } from './messages.ts';

interface Pending {
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
  onProgress?(progress: LoadProgress): void;
  onEvent?(event: ExplainEvent): void;
  onMeasured?(event: MeasureEvent): void;
  onStage?(event: SanityEvent): void;
}

/** What the client needs of a worker: messages both ways, its failures, and an end. */
export interface WorkerLike extends Endpoint {
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  terminate(): void;
}

export class WorkerEngine implements Engine {
  readonly #worker: WorkerLike;
  readonly #pending = new Map<number, Pending>();
  readonly #lostListeners: ((reason: string) => void)[] = [];
  #nextId = 1;
  /** The picture whose pixels the worker holds. */
  #residentPicture: string | null = null;
  /** Why there is no worker any more: nothing would ever answer. */
  #stopped: AppError | null = null;

  constructor(worker: WorkerLike) {
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.#receive(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      const detail = event.message || 'it could not be loaded';
      this.#failAll(new AppError('internal', `The worker that runs the network stopped (${detail}); please reload the page.`));
    });
  }

  async start(preference: BackendName | null): Promise<DeviceInfo> {
    return (await this.#call({ kind: 'start', preference })) as DeviceInfo;
  }

  async loadModel(source: ModelSource, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<ModelInfo> {
    return (await this.#call({ kind: 'load-model', source }, { onProgress }, signal)) as ModelInfo;
  }

  async download(url: string, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<readonly File[]> {
    return (await this.#call({ kind: 'download', url }, { onProgress }, signal)) as readonly File[];
  }

  async explain({ picture, ...request }: ExplainRequest, onEvent: (event: ExplainEvent) => void, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.#call({ kind: 'explain', request, picture: this.#reference(picture) }, { onEvent }, signal);
  }

  async withoutCells({ picture, ...request }: WithoutCellsRequest, signal?: AbortSignal): Promise<Float32Array> {
    signal?.throwIfAborted();
    return (await this.#call({ kind: 'without-cells', request, picture: this.#reference(picture) }, {}, signal)) as Float32Array;
  }

  async measure({ picture, ...request }: MeasureRequest, onMeasured: (event: MeasureEvent) => void, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.#call({ kind: 'measure', request, picture: this.#reference(picture) }, { onMeasured }, signal);
  }

  async sanity({ picture, ...request }: SanityRequest, onStage: (event: SanityEvent) => void, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.#call({ kind: 'sanity', request, picture: this.#reference(picture) }, { onStage }, signal);
  }

  async identify(): Promise<ModelIdentity> {
    return (await this.#call({ kind: 'identify' })) as ModelIdentity;
  }

  async memory(): Promise<MemoryUse> {
    return (await this.#call({ kind: 'memory' })) as MemoryUse;
  }

  onLost(listener: (reason: string) => void): void {
    this.#lostListeners.push(listener);
  }

  dispose(): void {
    this.#worker.terminate();
    this.#failAll(new AppError('internal', 'The worker that runs the network was stopped.'));
  }

  #reference({ id, pixels }: PictureInput): PictureReference {
    if (this.#residentPicture === id) return { id, pixels: null };
    this.#residentPicture = id;
    return { id, pixels };
  }

  #call(call: Call, listeners: Omit<Pending, 'resolve' | 'reject'> = {}, signal?: AbortSignal): Promise<Answer> {
    const id = this.#nextId++;
    return new Promise<Answer>((resolve, reject) => {
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
        ...listeners,
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
        this.#worker.postMessage({ id, call });
      } catch (error) {
        // What cannot be sent, such as a closed bitmap, has not arrived either.
        this.#residentPicture = null;
        this.#pending.get(id)?.reject(asAppError(error));
        this.#pending.delete(id);
      }
    });
  }

  #receive(message: FromWorker): void {
    if ('lost' in message) {
      for (const listener of this.#lostListeners) listener(message.lost);
      return;
    }
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    if ('progress' in message) pending.onProgress?.(message.progress);
    else if ('event' in message) pending.onEvent?.(message.event);
    else if ('stage' in message) pending.onStage?.(message.stage);
    else if ('measured' in message) pending.onMeasured?.(message.measured);
    else {
      this.#pending.delete(message.id);
      if ('answer' in message) pending.resolve(message.answer);
      else if ('error' in message) pending.reject(new AppError(message.error.code, message.error.message));
      else pending.reject(new DOMException('The request was cancelled.', 'AbortError'));
    }
  }

  #failAll(error: AppError): void {
    this.#stopped ??= error;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(error);
  }
}
