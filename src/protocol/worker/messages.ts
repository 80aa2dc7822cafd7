/** What crosses the thread border. Requests carry a number; every reply names the request it belongs to. */
import type { ErrorCode } from '../../core/app-error.ts';
import type { CallName, Calls } from '../calls.ts';
import type { ImagePixels } from '../explain.ts';

/** An image is sent once; later requests about it only name it. */
export interface ImageReference {
  readonly id: string;
  readonly pixels: ImagePixels | null;
}

/** A request as it is sent: the image, where it has one, by reference. */
type Sent<Request> = Request extends { readonly image: unknown } ? Omit<Request, 'image'> & { readonly image: ImageReference } : Request;

export type CallMessage = {
  readonly [Name in CallName]: { readonly name: Name; readonly request: Sent<Calls[Name]['request']> };
}[CallName];

export type ToWorker =
  | {
      readonly id: number;
      readonly call: CallMessage;
      /** Whether the worker may ask for more to do, once it has done what the call says. */
      readonly hasMore: boolean;
    }
  | { readonly id: number; readonly more: Uint32Array }
  | { readonly id: number; readonly cancel: true };

interface SentError {
  readonly code: ErrorCode;
  readonly message: string;
}

export type FromWorker =
  | { readonly id: number; readonly report: Calls[CallName]['report'] }
  | { readonly id: number; readonly answer: Calls[CallName]['answer'] }
  | { readonly id: number; readonly error: SentError }
  | { readonly id: number; readonly cancelled: true }
  | { readonly id: number; readonly asksForMore: true }
  | { readonly lost: string }
  /** The lock that the worker holds for as long as it lives: see `protocol/lifeline.ts`. */
  | { readonly lifeline: string };

/** The part of `Worker`, `DedicatedWorkerGlobalScope` and `MessagePort` that both ends use. */
export interface Endpoint {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}
