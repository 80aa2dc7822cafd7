/** One file at a time: what is downloaded, what is kept, and what goes wrong on the way. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TORCH_PREPROCESSING } from '../../core/images/preprocessing.ts';
import type { ModelFile } from '../../core/models/manifest.ts';
import { sha256 } from '../../formats/sha256.ts';
import type { LoadProgress } from '../../protocol/engine.ts';
import { fetchFile } from './model-cache.ts';
import { openModel } from './model-source.ts';

const URL_OF_SHARD = new URL('http://localhost/models/tiny/shard.bin');

/** As much of Cache Storage as the engine uses. */
class MemoryCache {
  readonly kept = new Map<string, Response>();

  async match(key: URL): Promise<Response | undefined> {
    return this.kept.get(key.href)?.clone();
  }

  async keys(url: URL, { ignoreSearch = false }: CacheQueryOptions = {}): Promise<Request[]> {
    const urls = [...this.kept.keys()].filter((key) => (ignoreSearch ? key.split('?')[0] : key) === url.href);
    return urls.map((url) => new Request(url));
  }

  async delete({ url }: Request): Promise<boolean> {
    return this.kept.delete(url);
  }

  async put(key: URL, response: Response): Promise<void> {
    this.kept.set(key.href, response);
  }
}

interface Asked {
  readonly url: string;
  readonly cache: RequestCache | undefined;
}

let cache: MemoryCache;
let asked: Asked[];

beforeEach(() => {
  cache = new MemoryCache();
  asked = [];
  vi.stubGlobal('caches', { open: async () => cache });
  // Files are kept a while after they came; what waits for that has the time pass.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A server that answers every request with a fresh response. */
function serve(answer: (signal: AbortSignal | null | undefined) => Response | Promise<Response>): void {
  vi.stubGlobal('fetch', async (url: URL, options: RequestInit) => {
    asked.push({ url: url.href, cache: options.cache });
    return answer(options.signal);
  });
}

/** A response that comes in these parts, and then ends or breaks. */
function inParts(parts: readonly Uint8Array<ArrayBuffer>[], failure?: Error): Response {
  return new Response(
    new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        for (const part of parts) controller.enqueue(part);
        if (failure) controller.error(failure);
        else controller.close();
      },
    }),
  );
}

async function described(bytes: Uint8Array<ArrayBuffer>, path = 'shard.bin'): Promise<ModelFile> {
  return { path, bytes: bytes.byteLength, sha256: await sha256(bytes.slice().buffer) };
}

const FIRST = Uint8Array.from([1, 2, 3]);
const SECOND = Uint8Array.from([4, 5]);
const WHOLE = Uint8Array.from([1, 2, 3, 4, 5]);
const ignore = () => {};
const A_WHILE = { timeout: 20_000, interval: 200 };

describe('a file of a model', () => {
  it('reports each part as it comes, and that it is a download', async () => {
    serve(() => inParts([FIRST, SECOND]));
    const reports: [number, boolean][] = [];
    const file = await fetchFile(URL_OF_SHARD, await described(WHOLE), (bytes, isFromCache) => reports.push([bytes, isFromCache]));
    expect([...new Uint8Array(file.bytes)]).toEqual([...WHOLE]);
    expect(file.isFromCache).toBe(false);
    expect(reports).toEqual([
      [3, false],
      [2, false],
    ]);
  });

  it('comes from the cache the second time, reported as one part, without the network', async () => {
    serve(() => new Response(WHOLE));
    const expected = await described(WHOLE);
    await fetchFile(URL_OF_SHARD, expected, ignore);
    await vi.waitFor(() => expect(cache.kept.size).toBe(1), A_WHILE);
    asked = [];
    const reports: [number, boolean][] = [];
    const file = await fetchFile(URL_OF_SHARD, expected, (bytes, isFromCache) => reports.push([bytes, isFromCache]));
    expect([...new Uint8Array(file.bytes)]).toEqual([...WHOLE]);
    expect(file.isFromCache).toBe(true);
    expect(reports).toEqual([[5, true]]);
    expect(asked).toEqual([]);
  });

  it('is whole, whatever the server says first and however many bytes come', async () => {
    const long = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
    serve(() => inParts([long.subarray(0, 7), long.subarray(7, 500), long.subarray(500)]));
    expect([...new Uint8Array((await fetchFile(URL_OF_SHARD, null, ignore)).bytes)]).toEqual([...long]);
    expect([...new Uint8Array((await fetchFile(URL_OF_SHARD, await described(long), ignore)).bytes)]).toEqual([...long]);
  });

  it('without a description is asked for afresh every time, and not kept', async () => {
    serve(() => new Response(WHOLE));
    await fetchFile(URL_OF_SHARD, null, ignore);
    await fetchFile(URL_OF_SHARD, null, ignore);
    expect(asked.map(({ cache: mode }) => mode)).toEqual(['no-cache', 'no-cache']);
    await vi.runAllTimersAsync();
    expect(cache.kept.size).toBe(0);
  });

  it('that has changed takes the place of its former self, and of no file elsewhere', async () => {
    serve(() => new Response(WHOLE));
    const elsewhere = new URL('http://localhost/models/other/shard.bin');
    await fetchFile(elsewhere, await described(WHOLE), ignore);
    await fetchFile(URL_OF_SHARD, await described(WHOLE), ignore);
    const kept = () => [...cache.kept.keys()].map((key) => key.split('?sha256='));
    await vi.waitFor(() => expect(kept().map(([url]) => url)).toEqual([elsewhere.href, URL_OF_SHARD.href]), A_WHILE);
    serve(() => new Response(FIRST));
    const { sha256: changed } = await described(FIRST);
    await fetchFile(URL_OF_SHARD, await described(FIRST), ignore);
    await vi.waitFor(
      () =>
        expect(kept()).toEqual([
          [elsewhere.href, expect.anything()],
          [URL_OF_SHARD.href, changed],
        ]),
      A_WHILE,
    );
    expect([...new Uint8Array((await fetchFile(URL_OF_SHARD, await described(FIRST), ignore)).bytes)]).toEqual([...FIRST]);
  });

  it.each([
    ['other bytes of the same length', Uint8Array.from([9, 9, 9, 9, 9])],
    ['fewer bytes', FIRST],
  ])('of which the server gives %s is refused by name, and not kept', async (_what, bytes) => {
    serve(() => new Response(bytes));
    await expect(fetchFile(URL_OF_SHARD, await described(WHOLE), ignore)).rejects.toMatchObject({
      name: 'AppError',
      code: 'checksum-mismatch',
      message: expect.stringContaining('The file shard.bin '),
    });
    await vi.runAllTimersAsync();
    expect(cache.kept.size).toBe(0);
  });

  it.each([404, 500])('that the server refuses with %i is named together with what the server said', async (status) => {
    serve(() => new Response('no', { status }));
    await expect(fetchFile(URL_OF_SHARD, await described(WHOLE), ignore)).rejects.toMatchObject({
      code: 'download-failed',
      message: `The file shard.bin could not be downloaded (the server said ${status}); please try again later.`,
    });
  });

  it('whose connection breaks half-way is named, and not kept', async () => {
    serve(() => inParts([FIRST], new TypeError('terminated')));
    await expect(fetchFile(URL_OF_SHARD, await described(WHOLE), ignore)).rejects.toMatchObject({
      code: 'download-failed',
      message: 'The file shard.bin could not be downloaded; please check the network connection and try again.',
    });
    await vi.runAllTimersAsync();
    expect(cache.kept.size).toBe(0);
  });

  it('that is no longer wanted rejects with the signal’s reason, not with a failed download', async () => {
    const controller = new AbortController();
    const reason = new Error('another model was chosen');
    serve(
      (signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
    );
    const loading = fetchFile(URL_OF_SHARD, null, ignore, controller.signal);
    controller.abort(reason);
    await expect(loading).rejects.toBe(reason);
  });
});

describe('a whole model', () => {
  it('never says that it comes from the cache while it is downloaded for the first time', async () => {
    const manifest = {
      title: '',
      description: '',
      input: { width: 1, height: 1 },
      preprocessing: TORCH_PREPROCESSING,
      outputActivation: 'softmax',
      classNames: [],
      origin: '',
      licence: '',
      files: [await described(WHOLE, 'model.json')],
    };
    vi.stubGlobal('fetch', async ({ pathname }: URL) =>
      pathname.endsWith('manifest.json') ? Response.json(manifest) : inParts([FIRST, SECOND]),
    );
    const reports: LoadProgress[] = [];
    const source = { kind: 'folder', id: 'tiny', url: 'http://localhost/models/tiny' } as const;
    // Five bytes are no model.json, but they have been loaded by the time that is seen.
    await expect(openModel(source, (progress) => reports.push(progress))).rejects.toMatchObject({ code: 'model-file-broken' });
    expect(reports).toEqual([
      { loadedBytes: 3, totalBytes: 5, isFromCache: false },
      { loadedBytes: 5, totalBytes: 5, isFromCache: false },
    ]);
  });
});
