/** Works on images in a thread of its own. */
import { Worker } from 'node:worker_threads';
import { AppError, type ErrorCode } from '../../core/app-error.ts';
import type { RemovedScores } from '../../metrics/removal.ts';
import type { ImageTask, ImageWorker, Opened, OpenRequest, RunRequest, Worked } from './messages.ts';

type Call =
  | { readonly name: 'open'; readonly request: OpenRequest }
  | { readonly name: 'begin'; readonly request: RunRequest }
  | { readonly name: 'work' | 'removedScores'; readonly request: ImageTask };

export type ToThread = (Call & { readonly id: number }) | { readonly cancel: number };

export type FromThread =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: { readonly code: ErrorCode; readonly message: string } };

interface Pending {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export class ThreadWorker implements ImageWorker {
  readonly #thread: Worker;
  readonly #pending = new Map<number, Pending>();
  #count = 0;
  #isClosed = false;
  /** Why it answers no more. */
  #lost: AppError | null = null;

  /** @param entry the file of the thread */
  constructor(entry: URL) {
    this.#thread = new Worker(entry);
    this.#thread.on('message', (message: FromThread) => this.#settle(message));
    this.#thread.on('error', (cause) => this.#fail(cause));
    this.#thread.on('exit', () => this.#fail(new Error('it ended')));
  }

  open(request: OpenRequest): Promise<Opened> {
    return this.#ask({ name: 'open', request }) as Promise<Opened>;
  }

  begin(request: RunRequest): Promise<void> {
    return this.#ask({ name: 'begin', request }) as Promise<void>;
  }

  removedScores(request: ImageTask, signal: AbortSignal): Promise<RemovedScores | null> {
    return this.#ask({ name: 'removedScores', request }, signal) as Promise<RemovedScores | null>;
  }

  work(request: ImageTask, signal: AbortSignal): Promise<Worked> {
    return this.#ask({ name: 'work', request }, signal) as Promise<Worked>;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#thread.terminate();
  }

  #ask(call: Call, signal?: AbortSignal): Promise<unknown> {
    if (this.#lost) return Promise.reject(this.#lost);
    const id = this.#count++;
    const cancel = () => this.#thread.postMessage({ cancel: id } satisfies ToThread);
    signal?.addEventListener('abort', cancel);
    return new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#thread.postMessage({ id, ...call } satisfies ToThread);
    }).finally(() => signal?.removeEventListener('abort', cancel));
  }

  #settle(message: FromThread): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if ('answer' in message) pending?.resolve(message.answer);
    else pending?.reject(new AppError(message.error.code, message.error.message));
  }

  /** A thread that ended by itself: mostly there was too little memory. */
  #fail(cause: Error): void {
    if (this.#isClosed) return;
    // What it says first is why; that it ended comes after.
    this.#lost ??= new AppError(
      'out-of-memory',
      `A worker was lost (${cause.message}); please try fewer --workers, and the same command goes on where it was.`,
      { cause },
    );
    for (const { reject } of this.#pending.values()) reject(this.#lost);
    this.#pending.clear();
  }
}
