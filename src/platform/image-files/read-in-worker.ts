/** Has an image read in a worker of its own, and ends it when it no longer shows a sign of life. */
import { damaged, ImageFault } from '../../core/image-files/image-fault.ts';
import type { ReadImage } from '../../core/image-files/image-reader.ts';
import { whenGone } from '../../protocol/lifeline.ts';
import { patience } from '../../protocol/patience.ts';

export interface ToImageWorker {
  readonly file: Blob;
  readonly maxPixels: number;
  readonly stretchedBits: number | null;
}

export type FromImageWorker =
  | { readonly kind: 'alive' }
  | { readonly kind: 'image'; readonly image: ReadImage }
  | { readonly kind: 'fault'; readonly fault: string }
  | { readonly kind: 'lifeline'; readonly lifeline: string };

/** No strip or tile of a sound image takes nearly as long. */
const PATIENCE_MS = 10_000;

/** @throws ImageFault */
export function readInWorker(request: ToImageWorker): Promise<ReadImage> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./image-worker.ts', import.meta.url), { type: 'module' });
    const finish = (settle: () => void) => {
      waiting.end();
      worker.terminate();
      settle();
    };
    const giveUp = (what: string) => finish(() => reject(damaged(what)));
    const tellEnded = () =>
      finish(() =>
        reject(
          new ImageFault(
            'had its reader ended by the browser, most likely for want of memory; please close other tabs, or make it smaller',
          ),
        ),
      );
    const waiting = patience(PATIENCE_MS, () => giveUp('it could not be read to its end'));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      giveUp('its reader failed');
    });
    worker.addEventListener('message', ({ data }: MessageEvent<FromImageWorker>) => {
      waiting.renew();
      if (data.kind === 'lifeline') whenGone(data.lifeline, tellEnded);
      else if (data.kind === 'image') finish(() => resolve(data.image));
      else if (data.kind === 'fault') finish(() => reject(new ImageFault(data.fault)));
    });
    worker.postMessage(request);
  });
}
