/** The worker that reads files nobody has checked: what becomes of it is said, whatever that is. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeLocks } from '../../protocol/testing/fake-locks.ts';
import { type FromFileWorker, readFilesInWorker } from './read-files-in-worker.ts';

/** A worker that says what the test has it say. */
class FakeWorker extends EventTarget {
  static last: FakeWorker | null = null;
  isTerminated = false;

  constructor() {
    super();
    FakeWorker.last = this;
  }

  postMessage(): void {}

  terminate(): void {
    this.isTerminated = true;
  }

  say(data: FromFileWorker): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

const locks = new FakeLocks();
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('navigator', { locks });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Reads a file, in a worker that holds its lock. */
function reading() {
  void locks.request('a worker', () => {});
  const read = readFilesInWorker({ files: [new File([], 'weights.h5')] }, () => {});
  const worker = FakeWorker.last;
  if (!worker) throw new Error('no worker was made');
  worker.say({ lifeline: 'a worker' });
  return { read, worker };
}

describe('the worker that reads a model’s files', () => {
  it('that the browser ended is said to be, with what to do, and not that the file is damaged', async () => {
    const { read, worker } = reading();
    locks.endHolders();
    await expect(read).rejects.toMatchObject({
      code: 'out-of-memory',
      message:
        'The browser ended the reading of the file weights.h5, most likely for want of memory; please close other tabs and try again.',
    });
    expect(worker.isTerminated).toBe(true);
  });

  it('is done with once it has answered, whatever becomes of it', async () => {
    const { read, worker } = reading();
    worker.say({ error: { code: 'model-file-broken', message: 'The file weights.h5 is no model.' } });
    locks.endHolders();
    await expect(read).rejects.toMatchObject({ code: 'model-file-broken' });
  });

  it('is heard before it is given up, however long the page was busy itself', async () => {
    const { read, worker } = reading();
    // Of what is due after that, one timer comes before the worker's message.
    vi.advanceTimersToNextTimer();
    worker.say({ error: { code: 'model-file-broken', message: 'The file weights.h5 is no model.' } });
    await expect(read).rejects.toThrow('The file weights.h5 is no model.');
  });

  it('may take long to start', async () => {
    const read = readFilesInWorker({ files: [new File([], 'weights.h5')] }, () => {});
    vi.advanceTimersByTime(15_000);
    FakeWorker.last?.say({ error: { code: 'model-file-broken', message: 'The file weights.h5 is no model.' } });
    await expect(read).rejects.toThrow('The file weights.h5 is no model.');
  });

  it('that never starts is given up', async () => {
    const read = readFilesInWorker({ files: [new File([], 'weights.h5')] }, () => {});
    vi.advanceTimersByTime(60_000);
    await expect(read).rejects.toThrow('The file weights.h5 could not be read to its end');
  });

  it('that shows no sign of life is given up', async () => {
    const { read, worker } = reading();
    vi.advanceTimersByTime(5000);
    await expect(read).rejects.toThrow('The file weights.h5 could not be read to its end');
    expect(worker.isTerminated).toBe(true);
  });
});
