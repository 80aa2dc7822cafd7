/** Has a picture read in a worker of its own, and ends it when it no longer shows a sign of life. */
import { damaged, PictureFault } from './picture-fault.ts';
import type { ReadPicture } from './picture-reader.ts';

export interface ToPictureWorker {
  readonly file: Blob;
  readonly maxPixels: number;
  readonly stretchedBits: number | null;
}

export type FromPictureWorker =
  | { readonly kind: 'alive' }
  | { readonly kind: 'picture'; readonly picture: ReadPicture }
  | { readonly kind: 'fault'; readonly fault: string };

/** No strip or tile of a sound picture takes nearly as long. */
const PATIENCE_MS = 10_000;

/** @throws PictureFault */
export function readInWorker(request: ToPictureWorker): Promise<ReadPicture> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./picture-worker.ts', import.meta.url), { type: 'module' });
    let timer: ReturnType<typeof setTimeout>;
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      worker.terminate();
      settle();
    };
    const giveUp = (what: string) => finish(() => reject(damaged(what)));
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => giveUp('it could not be read to its end'), PATIENCE_MS);
    };
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      giveUp('its reader failed');
    });
    worker.addEventListener('message', ({ data }: MessageEvent<FromPictureWorker>) => {
      if (data.kind === 'alive') wait();
      else if (data.kind === 'picture') finish(() => resolve(data.picture));
      else finish(() => reject(new PictureFault(data.fault)));
    });
    wait();
    worker.postMessage(request);
  });
}
