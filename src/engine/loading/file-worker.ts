/**
 * The entry of the worker that reads files which nobody has checked yet. It lives for one model: a file that has the reader run in circles or
 * fill the memory ends with it, while the network that is loaded goes on.
 */
import { asAppError } from '../../core/app-error.ts';
import { holdLifeline } from '../../protocol/lifeline.ts';
import { readFiles } from './read-files.ts';
import type { FromFileWorker, ToFileWorker } from './read-files-in-worker.ts';

function send(message: FromFileWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

holdLifeline((lifeline) => send({ lifeline }));
addEventListener('message', async ({ data }: MessageEvent<ToFileWorker>) => {
  try {
    const model = await readFiles(data, (progress) => send({ progress }));
    send({ model }, [model.artifacts.data]);
  } catch (error) {
    const { code, message } = asAppError(error);
    send({ error: { code, message } });
  }
});
