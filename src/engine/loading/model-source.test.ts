/** Models from a server and from files, with a cache and a network in memory. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TORCH_PREPROCESSING } from '../../core/images/preprocessing.ts';
import type { ModelFile } from '../../core/models/manifest.ts';
import { packArtifacts } from '../../formats/network/artifacts.ts';
import { sha256 } from '../../formats/sha256.ts';
import { writeLayersModel } from '../../formats/tfjs/layers-model-writer.ts';
import type { LoadProgress } from '../../protocol/engine.ts';
import { openModel } from './model-source.ts';

const FOLDER = 'http://localhost/models/tiny/';
const LAYERS = [
  { class_name: 'InputLayer', config: { name: 'input', batch_input_shape: [null, 4, 4, 3] } },
  { class_name: 'Dense', config: { name: 'dense', units: 2 } },
];
const ARTIFACTS = packArtifacts({ class_name: 'Sequential', config: { name: 'tiny', layers: LAYERS } }, [
  { name: 'dense/kernel', shape: [2, 2], values: [1, 2, 3, 4] },
]);

/** What the server has, by path. */
const server = new Map<string, Uint8Array<ArrayBuffer>>();
let requested: string[] = [];

async function manifestOf(files: { path: string; bytes: Uint8Array<ArrayBuffer> }[]): Promise<Uint8Array<ArrayBuffer>> {
  const entries: ModelFile[] = await Promise.all(
    files.map(async ({ path, bytes }) => ({ path, bytes: bytes.byteLength, sha256: await sha256(bytes.buffer) })),
  );
  const manifest = {
    title: 'Tiny',
    description: '',
    input: { width: 4, height: 4 },
    preprocessing: TORCH_PREPROCESSING,
    outputActivation: 'softmax',
    classNames: ['a', 'b'],
    origin: 'made by a test',
    licence: 'MIT',
    files: entries,
  };
  return new TextEncoder().encode(JSON.stringify(manifest));
}

/** As much of Cache Storage as the engine uses. */
function cacheStorage() {
  const kept = new Map<string, Response>();
  const cache = {
    match: async (key: URL) => kept.get(key.href)?.clone(),
    keys: async (url: URL) => [...kept.keys()].filter((key) => key.split('?')[0] === url.href),
    delete: async (key: string) => kept.delete(key),
    put: async (key: URL, response: Response) => void kept.set(key.href, response),
  };
  return { kept, storage: { open: async () => cache } };
}

beforeEach(async () => {
  server.clear();
  requested = [];
  const files = writeLayersModel(ARTIFACTS, 'float32');
  for (const { path, bytes } of files) server.set(path, bytes);
  server.set('manifest.json', await manifestOf(files));
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  vi.stubGlobal('fetch', async (url: URL) => {
    const path = url.pathname.split('/').at(-1) ?? '';
    requested.push(path);
    const bytes = server.get(path);
    return bytes ? new Response(bytes) : new Response(null, { status: 404 });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** What is kept of the model is kept by then. */
async function open(onProgress: (progress: LoadProgress) => void = () => {}) {
  const model = await openModel({ kind: 'folder', id: 'tiny', url: FOLDER }, onProgress);
  await vi.runAllTimersAsync();
  return model;
}

function given(...left: string[]) {
  const files = [...server].filter(([path]) => !left.includes(path)).map(([path, bytes]) => new File([bytes], path));
  return openModel({ kind: 'files', id: 'tiny', files, input: null, output: null }, () => {});
}

const SHARD = 'group1-shard1of1.bin';

describe('a model on a server', () => {
  it('arrives whole, with progress that adds up', async () => {
    const reports: LoadProgress[] = [];
    const { artifacts, manifest } = await open((progress) => reports.push(progress));
    expect([...new Float32Array(artifacts.data)]).toEqual([1, 2, 3, 4]);
    expect(manifest.classNames).toEqual(['a', 'b']);
    expect(reports.at(-1)?.loadedBytes).toBe(reports.at(-1)?.totalBytes);
  });

  it('comes from the cache the second time, and only its manifest is asked for', async () => {
    vi.stubGlobal('caches', cacheStorage().storage);
    await open();
    requested = [];
    const reports: LoadProgress[] = [];
    const { artifacts } = await open((progress) => reports.push(progress));
    expect(requested).toEqual(['manifest.json']);
    expect(reports.at(-1)?.isFromCache).toBe(true);
    expect([...new Float32Array(artifacts.data)]).toEqual([1, 2, 3, 4]);
  });

  it('that has changed is downloaded anew, and its former self forgotten', async () => {
    const { kept, storage } = cacheStorage();
    vi.stubGlobal('caches', storage);
    await open();
    const count = kept.size;
    expect(count).toBeGreaterThan(0);
    const shard = Uint8Array.from(server.get(SHARD) ?? []);
    shard[3] = 0x40;
    server.set(SHARD, shard);
    server.set(
      'manifest.json',
      await manifestOf([...server].filter(([path]) => path !== 'manifest.json').map(([path, bytes]) => ({ path, bytes }))),
    );
    const { artifacts } = await open();
    expect(new Float32Array(artifacts.data)[0]).not.toBe(1);
    expect(kept.size).toBe(count);
  });

  it('whose cached copy is damaged is downloaded again', async () => {
    const { kept, storage } = cacheStorage();
    vi.stubGlobal('caches', storage);
    await open();
    for (const key of kept.keys()) if (key.includes(SHARD)) kept.set(key, new Response('rotten'));
    requested = [];
    await open();
    expect(requested).toEqual(['manifest.json', SHARD]);
  });

  it('works where the cache is refused or full', async () => {
    vi.stubGlobal('caches', { open: () => Promise.reject(new Error('denied')) });
    await open();
    const { storage } = cacheStorage();
    const cache = await storage.open();
    vi.stubGlobal('caches', { open: async () => ({ ...cache, put: () => Promise.reject(new Error('quota')) }) });
    await expect(open()).resolves.toBeDefined();
  });

  it('whose file is not what the manifest says is refused, naming the file', async () => {
    server.set(SHARD, new Uint8Array(16));
    await expect(open()).rejects.toMatchObject({ code: 'checksum-mismatch', message: expect.stringContaining(SHARD) });
  });

  it('whose file is missing is refused, naming the file', async () => {
    server.delete(SHARD);
    await expect(open()).rejects.toMatchObject({ code: 'download-failed', message: expect.stringContaining(`${SHARD} could not`) });
  });

  it('behind a network that is down is refused with one sentence', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(open()).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('check the network connection'),
    });
  });
});

describe('a model from files', () => {
  it('arrives whole, with its manifest', async () => {
    const { artifacts, manifest, remark } = await given();
    expect([...new Float32Array(artifacts.data)]).toEqual([1, 2, 3, 4]);
    expect([manifest.title, remark]).toEqual(['Tiny', '']);
  });

  it('without a manifest says what is assumed', async () => {
    const { manifest, remark } = await given('manifest.json');
    expect(manifest.preprocessing).toMatchObject({ mean: [0, 0, 0], fit: 'stretched' });
    expect(remark).toMatch(/model\.json does not say how its images are prepared.*“0 to 1” is assumed/);
  });

  it.each([
    ['a shard is missing', SHARD, 'model-file-missing'],
    ['model.json is missing', 'model.json', 'model-file-missing'],
  ])('is refused when %s', async (_what, path, code) => {
    await expect(given(path)).rejects.toMatchObject({ code });
  });

  it('is refused when a file can no longer be read, naming it', async () => {
    const file = new File(['{}'], 'model.json');
    file.stream = () => {
      throw new DOMException('it has changed', 'NotReadableError');
    };
    await expect(openModel({ kind: 'files', id: 'tiny', files: [file], input: null, output: null }, () => {})).rejects.toMatchObject({
      code: 'model-file-broken',
      message: 'The file model.json could not be read; please choose it again.',
    });
  });

  it('is refused when a file is empty, naming it', async () => {
    server.set(SHARD, new Uint8Array());
    await expect(given()).rejects.toMatchObject({ code: 'model-file-broken', message: expect.stringContaining(SHARD) });
  });

  it('is refused when a file is not what the manifest says, naming it', async () => {
    server.set(SHARD, new Uint8Array(16));
    await expect(given()).rejects.toMatchObject({ code: 'checksum-mismatch', message: expect.stringContaining(SHARD) });
  });
});
