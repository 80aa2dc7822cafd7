/** What crosses the thread border. Requests carry a number; every reply names the request it belongs to. */
import type { ErrorCode } from '../core/app-error.ts';
import type {
  BackendName,
  DeviceInfo,
  ExplainEvent,
  ExplainRequest,
  LoadProgress,
  MemoryUse,
  ModelIdentity,
  ModelInfo,
  ModelSource,
  RgbaPixels,
  WithoutCellsRequest,
} from './engine.ts';
import type { MeasureEvent, MeasureRequest, SanityEvent, SanityRequest } from './measure.ts';

/** A picture is sent once; later requests about it only name it. */
export interface PictureReference {
  readonly id: string;
  readonly pixels: ImageBitmap | RgbaPixels | null;
}

export type Call =
  | { readonly kind: 'start'; readonly preference: BackendName | null }
  | { readonly kind: 'load-model'; readonly source: ModelSource }
  | { readonly kind: 'download'; readonly url: string }
  | { readonly kind: 'explain'; readonly request: Omit<ExplainRequest, 'picture'>; readonly picture: PictureReference }
  | { readonly kind: 'without-cells'; readonly request: Omit<WithoutCellsRequest, 'picture'>; readonly picture: PictureReference }
  | { readonly kind: 'measure'; readonly request: Omit<MeasureRequest, 'picture'>; readonly picture: PictureReference }
  | { readonly kind: 'sanity'; readonly request: Omit<SanityRequest, 'picture'>; readonly picture: PictureReference }
  | { readonly kind: 'identify' }
  | { readonly kind: 'memory' };

export type ToWorker = { readonly id: number; readonly call: Call } | { readonly id: number; readonly cancel: true };

export interface SentError {
  readonly code: ErrorCode;
  readonly message: string;
}

export type Answer = DeviceInfo | ModelInfo | MemoryUse | ModelIdentity | readonly File[] | Float32Array | null;

export type FromWorker =
  | { readonly id: number; readonly progress: LoadProgress }
  | { readonly id: number; readonly event: ExplainEvent }
  | { readonly id: number; readonly measured: MeasureEvent }
  | { readonly id: number; readonly stage: SanityEvent }
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly error: SentError }
  | { readonly id: number; readonly cancelled: true }
  | { readonly lost: string };

/** The part of `Worker`, `DedicatedWorkerGlobalScope` and `MessagePort` that both ends use. */
export interface Endpoint {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}
