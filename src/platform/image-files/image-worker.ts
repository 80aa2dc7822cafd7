/** The entry of the worker that reads one image: one that runs in circles, or fills the memory, ends with it. */

import { damaged, ImageFault } from '../../core/image-files/image-fault.ts';
import { readImage } from '../../core/image-files/read-image.ts';
import type { Pixels } from '../../core/images/resize.ts';
import { holdLifeline } from '../../protocol/lifeline.ts';
import type { FromImageWorker, ToImageWorker } from './read-in-worker.ts';

function send(message: FromImageWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

/** By the browser's own decoder, without any change of colours. */
async function decodeJpeg(bytes: Uint8Array<ArrayBuffer>): Promise<Pixels> {
  const bitmap = await createImageBitmap(new Blob([bytes]), { colorSpaceConversion: 'none', imageOrientation: 'from-image' }).catch(() => {
    throw damaged('a JPEG in it cannot be read');
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  context?.drawImage(bitmap, 0, 0);
  bitmap.close();
  if (!context) throw new RangeError('no canvas');
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

function faultOf(error: unknown): string {
  if (error instanceof ImageFault) return error.message;
  // Browsers say so when there is no room for an array.
  if (error instanceof RangeError) return 'takes more memory than there is; please close other tabs, or make it smaller';
  return damaged('it cannot be read').message;
}

holdLifeline((lifeline) => send({ kind: 'lifeline', lifeline }));
addEventListener('message', async ({ data: { file, maxPixels, stretchedBits } }: MessageEvent<ToImageWorker>) => {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    let toldAt = performance.now();
    const onProgress = () => {
      const now = performance.now();
      if (now - toldAt < 500) return;
      toldAt = now;
      send({ kind: 'alive' });
    };
    const image = await readImage(bytes, { maxPixels, stretchedBits, decodeJpeg, onProgress });
    send({ kind: 'image', image }, [image.data.buffer]);
  } catch (error) {
    send({ kind: 'fault', fault: faultOf(error) });
  }
});
