/** What is kept of a download that is not finished, in the browser's Cache Storage. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bytesIn, PartStore } from './part-store.ts';

const FILE = new URL('https://hub.example/a/b/resolve/main/model.safetensors');
const OTHER = new URL('https://hub.example/c/d/resolve/main/model.safetensors');

/** As much of Cache Storage as is used. */
class MemoryCache {
  readonly kept = new Map<string, Response>();
  isFull = false;

  async match(key: URL): Promise<Response | undefined> {
    return this.kept.get(key.href)?.clone();
  }

  async keys(): Promise<Request[]> {
    return [...this.kept.keys()].map((url) => new Request(url));
  }

  async delete({ url }: Request): Promise<boolean> {
    return this.kept.delete(url);
  }

  async put(key: URL, response: Response): Promise<void> {
    if (this.isFull) throw new DOMException('full', 'QuotaExceededError');
    this.kept.set(key.href, response);
  }
}

let cache: MemoryCache;

beforeEach(() => {
  cache = new MemoryCache();
  vi.stubGlobal('caches', { open: async () => cache });
});
afterEach(() => vi.unstubAllGlobals());

async function textOf(store: PartStore, url = FILE): Promise<string> {
  return new Blob([...(await store.partsOf(url))]).text();
}

describe('parts of a download', () => {
  it('are there for the next page, in order', async () => {
    const store = new PartStore();
    for (const part of ['one ', 'two ', 'three']) await store.append(FILE, new Blob([part]));
    const next = new PartStore();
    expect(await textOf(next)).toBe('one two three');
    await next.append(FILE, new Blob([' four']));
    expect(await textOf(new PartStore())).toBe('one two three four');
  });

  it('end before a gap', async () => {
    const store = new PartStore();
    for (const part of ['one ', 'two ', 'three']) await store.append(FILE, new Blob([part]));
    await cache.delete(new Request(`${FILE.href}?offset=4`));
    expect(await textOf(new PartStore())).toBe('one ');
  });

  it('are forgotten alone, or all but some', async () => {
    const store = new PartStore();
    await store.append(FILE, new Blob(['one']));
    await store.append(OTHER, new Blob(['two']));
    await store.keepOnly([OTHER]);
    expect([await textOf(store), await textOf(store, OTHER)]).toEqual(['', 'two']);
    await store.clear(OTHER);
    expect(cache.kept.size).toBe(0);
    expect(bytesIn(await store.partsOf(OTHER))).toBe(0);
  });

  it('are there for this page where the disk is full, or nothing is kept at all', async () => {
    cache.isFull = true;
    const store = new PartStore();
    await store.append(FILE, new Blob(['one']));
    expect(await textOf(store)).toBe('one');
    vi.stubGlobal('caches', undefined);
    const other = new PartStore();
    await other.append(FILE, new Blob(['one']));
    expect(await textOf(other)).toBe('one');
    await other.keepOnly([]);
    expect(await textOf(other)).toBe('');
  });
});
