/** Has files read in a worker of their own, and ends it when it no longer shows a sign of life. */
import { AppError, type ErrorCode } from '../../core/app-error.ts';
import type { ReadModel } from '../../formats/read-model.ts';
import type { LoadProgress } from '../../protocol/engine.ts';
import { whenGone } from '../../protocol/lifeline.ts';
import { patience } from '../../protocol/patience.ts';
import type { FilesToRead, ReadFiles } from './read-files.ts';

export type ToFileWorker = FilesToRead;

export type FromFileWorker =
  | { readonly progress: LoadProgress }
  | { readonly model: ReadModel }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } }
  | { readonly lifeline: string };

/** No step of reading a sound file takes nearly as long, not even on a phone. */
const PATIENCE_MS = 4000;

export const readFilesInWorker: ReadFiles = ({ files, copy = null, choices = {} }, onProgress, signal) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./file-worker.ts', import.meta.url), { type: 'module' });
    const name = files.find(({ name: own }) => !own.endsWith('.bin'))?.name ?? files[0]?.name ?? 'chosen';
    const finish = (settle: () => void) => {
      waiting.end();
      signal?.removeEventListener('abort', cancel);
      worker.terminate();
      settle();
    };
    const cancel = () => finish(() => reject(signal?.reason));
    const giveUp = (what: string) =>
      finish(() =>
        reject(new AppError('model-file-broken', `The file ${name} ${what}, so it is most likely damaged; please get it again.`)),
      );
    const waiting = patience(PATIENCE_MS, () => giveUp('could not be read to its end'));
    const tellEnded = () =>
      finish(() =>
        reject(
          new AppError(
            'out-of-memory',
            `The browser ended the reading of the file ${name}, most likely for want of memory; please close other tabs and try again.`,
          ),
        ),
      );
    signal?.addEventListener('abort', cancel);
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      giveUp('has its reader fail');
    });
    worker.addEventListener('message', ({ data }: MessageEvent<FromFileWorker>) => {
      waiting.renew();
      if ('progress' in data) onProgress(data.progress);
      else if ('lifeline' in data) whenGone(data.lifeline, tellEnded);
      else if ('model' in data) finish(() => resolve(data.model));
      else finish(() => reject(new AppError(data.error.code, data.error.message)));
    });
    worker.postMessage({ files, copy, choices } satisfies ToFileWorker);
  });
