/** Both ends of the thread border, joined by a real message channel. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ModelSource } from '../engine.ts';
import type { ExplainEvent } from '../explain.ts';
import { FakeLocks } from '../testing/fake-locks.ts';
import { DEVICE, MODEL, request, ScriptedEngine } from '../testing/scripted-engine.ts';
import { WorkerEngine } from './worker-engine.ts';
import { serveEngine } from './worker-server.ts';

const SOURCE: ModelSource = { kind: 'folder', id: 'm', url: 'models/m/' };

/** The page's end of a channel, as a worker would look to it. */
class FakeWorker extends EventTarget {
  readonly sent: unknown[] = [];
  isTerminated = false;
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.onmessage = ({ data }) => this.dispatchEvent(new MessageEvent('message', { data }));
  }

  postMessage(message: unknown): void {
    this.sent.push(message);
    this.#port.postMessage(message);
  }

  terminate(): void {
    this.isTerminated = true;
    this.#port.close();
  }
}

const ports: MessagePort[] = [];
afterEach(() => {
  vi.unstubAllGlobals();
  for (const port of ports.splice(0)) port.close();
});

function joined() {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const engine = new ScriptedEngine();
  serveEngine(engine, port2);
  port2.start();
  const worker = new FakeWorker(port1);
  // The listener types of a real worker are narrower than those of an event target.
  const client = new WorkerEngine(worker as unknown as ConstructorParameters<typeof WorkerEngine>[0]);
  return { engine, worker, client };
}

/** Until every message sent so far has been handled. */
async function delivered(client: WorkerEngine): Promise<void> {
  await client.memory();
}

describe('the engine across the thread border', () => {
  it('answers, and reports progress in order', async () => {
    const { client } = joined();
    expect(await client.start(null)).toEqual(DEVICE);
    const loaded: number[] = [];
    expect(await client.loadModel(SOURCE, ({ loadedBytes }) => loaded.push(loadedBytes))).toEqual(MODEL);
    expect(loaded).toEqual([1, 2]);
    expect(await client.memory()).toEqual({ tensors: 7, bytes: 8 });
  });

  it('carries results without copying them', async () => {
    const { client, engine } = joined();
    const values = Float32Array.from([1, 2]);
    engine.script = async (onEvent) => {
      onEvent({ kind: 'logits', logits: Float32Array.from([3]), durationMs: 1 });
      onEvent({ kind: 'progress', done: 1, total: 1, remainingMs: 0 });
      const map = { rows: 1, columns: 2, values };
      onEvent({
        kind: 'map',
        result: {
          method: 'grad-cam',
          score: { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' },
          map,
          scale: 1,
          durationMs: 2,
          forwardMs: 1,
        },
      });
    };
    const events: ExplainEvent[] = [];
    await client.explain(request(), (event) => events.push(event));
    expect(events.map(({ kind }) => kind)).toEqual(['logits', 'progress', 'map']);
    expect(events[2]).toMatchObject({ result: { map: { values: Float32Array.from([1, 2]) } } });
    expect(values.byteLength).toBe(0);
  });

  it('carries an error with its code and sentence', async () => {
    const { client } = joined();
    const loading = client.loadModel({ ...SOURCE, id: 'broken' }, () => {});
    await expect(loading).rejects.toMatchObject({
      name: 'AppError',
      code: 'model-file-broken',
      message: 'The file model.json is no model.',
    });
  });

  it('turns a bug into a sentence', async () => {
    const { client } = joined();
    const loading = client.loadModel({ ...SOURCE, id: 'bug' }, () => {});
    await expect(loading).rejects.toMatchObject({ code: 'internal', message: 'Something unforeseen went wrong (x is undefined).' });
  });

  it('is cancelled at once for the page, and what the job says afterwards is dropped', async () => {
    const { client, engine } = joined();
    let heard: AbortSignal | undefined;
    engine.script = (onEvent, signal) =>
      new Promise((_resolve, reject) => {
        heard = signal;
        signal?.addEventListener('abort', () => {
          onEvent({ kind: 'logits', logits: new Float32Array(1), durationMs: 1 });
          reject(signal.reason);
        });
      });
    const controller = new AbortController();
    const events: ExplainEvent[] = [];
    const running = client.explain(request(), (event) => events.push(event), controller.signal);
    await delivered(client);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    await delivered(client);
    expect(heard?.aborted).toBe(true);
    expect(events).toEqual([]);
  });

  it('gives more to whoever asks for it, and nothing where there is none', async () => {
    const { client, engine } = joined();
    const asked: number[][] = [];
    engine.script = async (_onEvent, _signal, moreItems) => {
      for (let items = await moreItems?.(); items && items.length > 0; items = await moreItems?.()) asked.push([...items]);
    };
    const parts = [[1, 2], [3]];
    await client.explain(
      request(),
      () => {},
      undefined,
      async () => Uint32Array.from(parts.shift() ?? []),
    );
    expect(asked).toEqual([[1, 2], [3]]);
    await client.explain(request(), () => {});
    expect(asked).toHaveLength(2);
  });

  it('leaves nobody waiting for more after a cancel', async () => {
    const { client, engine } = joined();
    let given: Uint32Array | undefined;
    engine.script = async (_onEvent, _signal, moreItems) => {
      given = await moreItems?.();
    };
    const controller = new AbortController();
    const running = client.explain(
      request(),
      () => {},
      controller.signal,
      () => new Promise(() => {}),
    );
    await delivered(client);
    controller.abort();
    await expect(running).rejects.toThrow();
    await delivered(client);
    expect(given).toEqual(new Uint32Array());
  });

  it('sends nothing for a request that was cancelled before', async () => {
    const { client, worker } = joined();
    await expect(client.explain(request(), () => {}, AbortSignal.abort())).rejects.toThrow();
    expect(worker.sent).toEqual([]);
    // The image was not sent, so it still must be.
    await client.explain(request(), () => {});
    expect(worker.sent).toMatchObject([{ call: { request: { image: { pixels: { width: 1 } } } } }]);
  });

  it('sends an image’s pixels once', async () => {
    const { client, engine, worker } = joined();
    await client.explain(request(), () => {});
    await client.explain({ ...request(), layer: 'other' }, () => {});
    expect(worker.sent).toMatchObject([
      { call: { request: { image: { pixels: { width: 1 } } } } },
      { call: { request: { image: { pixels: null } } } },
    ]);
    expect(engine.requests.map(({ image }) => [...('data' in image.pixels ? image.pixels.data : [])])).toEqual([
      [1, 2, 3, 255],
      [1, 2, 3, 255],
    ]);
  });

  it('sends the pixels of a request that was cancelled on its way, and has them for the next', async () => {
    const { client, engine } = joined();
    const controller = new AbortController();
    const cancelled = client.explain(request(), () => {}, controller.signal);
    controller.abort();
    await expect(cancelled).rejects.toThrow();
    await client.explain(request(), () => {});
    expect(engine.requests.at(-1)?.image.pixels).toMatchObject({ width: 1 });
  });

  it('passes on that the GPU was lost', async () => {
    const { client, engine } = joined();
    const reasons: string[] = [];
    client.onLost((reason) => reasons.push(reason));
    engine.lose('driver reset');
    await delivered(client);
    expect(reasons).toEqual(['driver reset']);
  });

  it('fails everything that waits when the worker breaks', async () => {
    const { client, engine, worker } = joined();
    engine.script = () => new Promise(() => {});
    const running = client.explain(request(), () => {});
    worker.dispatchEvent(Object.assign(new Event('error'), { message: 'no such file' }));
    await expect(running).rejects.toThrow('The worker that runs the network stopped (no such file); please reload the page.');
    // Nobody is left to answer: a later call must not wait for ever.
    await expect(client.memory()).rejects.toMatchObject({ code: 'internal' });
  });

  it.each([
    ['is said to have stopped', false, ['the browser ended it']],
    ['is said nothing of where the page ended it itself', true, []],
  ] as const)('a worker that is gone without a word %s', async (_what, isDisposed, details) => {
    const locks = new FakeLocks();
    vi.stubGlobal('navigator', { locks });
    const { client, engine } = joined();
    const stops: string[] = [];
    client.onStopped((detail) => stops.push(detail));
    engine.script = () => new Promise(() => {});
    await delivered(client);
    const running = client.explain(request(), () => {});
    if (isDisposed) client.dispose();
    locks.endHolders();
    await expect(running).rejects.toMatchObject({ code: 'internal' });
    expect(stops).toEqual(details);
    await expect(client.memory()).rejects.toMatchObject({ code: 'internal' });
  });

  it('ends the worker, and fails everything that waits, when it is disposed of', async () => {
    const { client, engine, worker } = joined();
    engine.script = () => new Promise(() => {});
    const running = client.explain(request(), () => {});
    client.dispose();
    expect(worker.isTerminated).toBe(true);
    await expect(running).rejects.toMatchObject({ code: 'internal' });
    await expect(client.memory()).rejects.toMatchObject({ code: 'internal' });
  });

  it('sends an image again that could not be sent the first time', async () => {
    const { client, worker, engine } = joined();
    const unsendable = { ...request().image.pixels, close: () => {} };
    const sending = client.explain({ ...request(), image: { id: 'image', pixels: unsendable } }, () => {});
    await expect(sending).rejects.toMatchObject({ code: 'internal' });
    worker.sent.length = 0;
    await client.explain(request(), () => {});
    expect(engine.requests.map(({ image }) => image.id)).toEqual(['image']);
  });
});
