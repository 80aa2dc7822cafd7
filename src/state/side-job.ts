/** Work that a person asks for beside what is in view, such as measuring: one at a time, and what is in view waits meanwhile. */
import { asAppError } from '../core/app-error.ts';
import type { SliceContext } from './slice.ts';

export class SideJob {
  readonly #context: Pick<SliceContext, 'store' | 'explainer'>;
  #running: AbortController | null = null;

  constructor(context: Pick<SliceContext, 'store' | 'explainer'>) {
    this.#context = context;
  }

  /** @returns how it ended; null where it was cancelled or overtaken. What went wrong is said here. */
  async run(work: (signal: AbortSignal) => Promise<void>): Promise<'done' | 'failed' | null> {
    const { store, explainer } = this.#context;
    this.#running?.abort();
    const own = new AbortController();
    this.#running = own;
    explainer.pause();
    try {
      await work(own.signal);
      return this.#running === own ? 'done' : null;
    } catch (error) {
      if (this.#running !== own) return null;
      const { code, message } = asAppError(error);
      // A lost device is somebody else's to report.
      if (code !== 'device-lost') store.getState().notify('error', message);
      return 'failed';
    } finally {
      this.#end(own);
    }
  }

  /** @returns whether there was anything to cancel */
  cancel(): boolean {
    const own = this.#running;
    own?.abort();
    if (own) this.#end(own);
    return own !== null;
  }

  #end(own: AbortController): void {
    if (this.#running !== own) return;
    this.#running = null;
    this.#context.explainer.unpause();
  }
}
