/**
 * What has come of files whose download is not finished: in memory, and in the browser's Cache Storage, so that a download goes on where it was
 * even after the page was closed.
 */

const CACHE_NAME = 'hub-parts';
const OFFSET = 'offset';

async function openCache(): Promise<Cache | null> {
  if (typeof caches === 'undefined') return null;
  return caches.open(CACHE_NAME).catch(() => null);
}

function keyOf(url: URL, offset: number): URL {
  const key = new URL(url);
  key.search = '';
  key.searchParams.set(OFFSET, String(offset));
  return key;
}

export function bytesIn(parts: readonly Blob[]): number {
  return parts.reduce((sum, { size }) => sum + size, 0);
}

export class PartStore {
  readonly #parts = new Map<string, Blob[]>();

  /** One after the other, from the file's beginning, without a gap. */
  async partsOf(url: URL): Promise<readonly Blob[]> {
    const known = this.#parts.get(url.href);
    if (known) return known;
    const parts: Blob[] = [];
    const cache = await openCache();
    // What cannot be read any more is asked for again.
    const kept = (offset: number) => cache?.match(keyOf(url, offset)).catch(() => undefined);
    for (let next = await kept(0); next; next = await kept(bytesIn(parts))) {
      const part = await next.blob();
      if (part.size === 0) break;
      parts.push(part);
    }
    this.#parts.set(url.href, parts);
    return parts;
  }

  async append(url: URL, part: Blob): Promise<void> {
    const parts = [...(await this.partsOf(url))];
    const key = keyOf(url, bytesIn(parts));
    this.#parts.set(url.href, [...parts, part]);
    // A full disk must not keep anybody from working.
    await (await openCache())?.put(key, new Response(part)).catch(() => {});
  }

  /** Forgets what has come of a file. */
  clear(url: URL): Promise<void> {
    return this.#clear((kept) => kept === url.href);
  }

  /** Forgets what has come of all other files: of downloads that nobody goes on with, only the last one is kept. */
  keepOnly(urls: readonly URL[]): Promise<void> {
    const kept = new Set(urls.map(({ href }) => href));
    return this.#clear((other) => !kept.has(other));
  }

  async #clear(isPast: (url: string) => boolean): Promise<void> {
    for (const url of this.#parts.keys()) if (isPast(url)) this.#parts.delete(url);
    const cache = await openCache();
    for (const request of (await cache?.keys()) ?? []) {
      const url = new URL(request.url);
      url.search = '';
      if (isPast(url.href)) await cache?.delete(request);
    }
  }
}
