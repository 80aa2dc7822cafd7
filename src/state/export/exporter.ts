/** Makes one file at a time, says how far it is, and hands it to the browser; what goes wrong becomes a notice. */
import { asAppError } from '../../core/app-error.ts';
import type { AppState } from '../app-state.ts';
import type { SliceContext } from '../slice.ts';
import type { ExportSlice } from './export-state.ts';

export interface MadeFile {
  readonly content: Blob;
  readonly name: string;
}

type Progress = Pick<NonNullable<ExportSlice['exporting']>, 'share' | 'remainingMs'>;

export interface ExportRun {
  readonly state: AppState;
  readonly signal: AbortSignal;
  onProgress(progress: Partial<Progress>): void;
}

/** Rejects as soon as the signal is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

export class Exporter {
  readonly #context: SliceContext;
  #controller: AbortController | null = null;

  constructor(context: SliceContext) {
    this.#context = context;
  }

  /** @param make what comes of it is saved; null: there is nothing to save */
  async run(what: string, make: (run: ExportRun) => Promise<MadeFile | null>): Promise<void> {
    const { store, dependencies } = this.#context;
    if (this.#controller) return;
    const controller = new AbortController();
    const { signal } = controller;
    this.#controller = controller;
    store.setState({ exporting: { what, share: 0, remainingMs: null } });
    const onProgress = (progress: Partial<Progress>) => {
      if (!signal.aborted) store.setState(({ exporting }) => ({ exporting: exporting && { ...exporting, ...progress } }));
    };
    try {
      // What cannot be stopped in between is left to itself, and nobody waits for it.
      const file = await Promise.race([make({ state: store.getState(), signal, onProgress }), aborted(signal)]);
      if (file) dependencies.saveFile(file.content, file.name);
    } catch (error) {
      if (!signal.aborted) store.getState().notify('error', asAppError(error).message);
    } finally {
      if (this.#controller === controller) this.#end();
    }
  }

  cancel(): void {
    this.#controller?.abort();
    this.#end();
  }

  #end(): void {
    this.#controller = null;
    this.#context.store.setState({ exporting: null });
  }
}
