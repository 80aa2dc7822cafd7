/** The entry of a thread that works on images: answers what `thread-worker.ts` asks. */
import { parentPort } from 'node:worker_threads';
import sharp from 'sharp';
import { asAppError } from '../../core/app-error.ts';
import { LocalWorker } from './local-worker.ts';
import type { FromThread, ToThread } from './thread-worker.ts';

// There is a thread for each core already.
sharp.concurrency(1);

const worker = new LocalWorker();
const running = new Map<number, AbortController>();

async function answer({ name, request }: Extract<ToThread, { name: string }>, signal: AbortSignal): Promise<unknown> {
  if (name === 'open') return worker.open(request);
  if (name === 'begin') return worker.begin(request);
  return name === 'work' ? worker.work(request, signal) : worker.removedScores(request, signal);
}

async function handle(message: ToThread): Promise<void> {
  if (!('name' in message)) {
    running.get(message.cancel)?.abort();
    return;
  }
  const { id } = message;
  const controller = new AbortController();
  running.set(id, controller);
  const send = (reply: FromThread) => parentPort?.postMessage(reply);
  try {
    send({ id, answer: await answer(message, controller.signal) });
  } catch (error) {
    const { code, message: sentence } = asAppError(error);
    send({ id, error: { code, message: sentence } });
  } finally {
    running.delete(id);
  }
}

parentPort?.on('message', (message: ToThread) => void handle(message));
