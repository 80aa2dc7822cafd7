import { afterEach, describe, expect, it } from 'vitest';
import type { ImageTask, RunRequest } from './messages.ts';
import { ThreadWorker } from './thread-worker.ts';

let worker: ThreadWorker | null = null;
afterEach(() => worker?.close());

/** A thread that runs this. */
function threadOf(code: string): ThreadWorker {
  worker = new ThreadWorker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  return worker;
}

const TASK: ImageTask = { path: 'a/1.png', file: '/a/1.png', name: '1.png' };
const { signal } = new AbortController();

describe('a thread that works on images', () => {
  it('answers what it was asked, whichever is done first, and passes errors on', async () => {
    const thread = threadOf(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ id, request }) => {
        const isLast = request.path === 'last';
        setTimeout(() => parentPort.postMessage(isLast ? { id, error: { code: 'layer-unknown', message: 'No.' } } : { id, answer: request.path }), isLast ? 0 : 20);
      });`);
    const first = thread.work(TASK, signal);
    await expect(thread.work({ ...TASK, path: 'last' }, signal)).rejects.toMatchObject({ code: 'layer-unknown', message: 'No.' });
    expect(await first).toBe('a/1.png');
  });

  it('is told to stop, by the number of what it does', async () => {
    const thread = threadOf(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ cancel }) => cancel !== undefined && parentPort.postMessage({ id: cancel, answer: 'stopped' }));`);
    const stop = new AbortController();
    const stopped = thread.work(TASK, stop.signal);
    stop.abort();
    expect(await stopped).toBe('stopped');
  });

  it.each([
    ['ends', 'process.exit(3)', 'it ended'],
    ['fails', "throw new Error('no more')", 'no more'],
  ])('that %s by itself is lost, whatever is asked of it then', async (_, code, reason) => {
    const thread = threadOf(code);
    const lost = { code: 'out-of-memory', message: expect.stringContaining(`A worker was lost (${reason}); please try fewer --workers`) };
    await expect(thread.work(TASK, signal)).rejects.toMatchObject(lost);
    await expect(thread.begin({} as RunRequest)).rejects.toMatchObject(lost);
  });
});
