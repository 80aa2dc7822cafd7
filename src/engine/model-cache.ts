/**
 * Downloads, kept in the browser's Cache Storage under their content's hash: the second visit loads a model without the network, and a
 * changed model is never confused with its former self.
 */
import { AppError } from '../core/app-error.ts';

const CACHE_NAME = 'models-by-hash';

export interface FetchedFile {
  readonly bytes: ArrayBuffer;
  readonly isFromCache: boolean;
  /** Puts the file into the cache, in place of older versions; call it once the content has been checked. */
  keep(): Promise<void>;
}

/** The cache, or null where the browser offers none (private windows, insecure addresses, Node). */
async function openCache(): Promise<Cache | null> {
  if (typeof caches === 'undefined') return null;
  return caches.open(CACHE_NAME).catch(() => null);
}

async function readWithProgress(response: Response, onBytes: (bytes: number) => void): Promise<ArrayBuffer> {
  if (!response.body) return response.arrayBuffer();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    onBytes(part.value.byteLength);
  }
  return new Blob(chunks).arrayBuffer();
}

async function download(url: URL, isFresh: boolean, onBytes: (bytes: number) => void, signal?: AbortSignal): Promise<ArrayBuffer> {
  const name = url.pathname.split('/').at(-1);
  try {
    const response = await fetch(url, { cache: isFresh ? 'no-cache' : 'default', ...(signal && { signal }) });
    if (response.ok) return await readWithProgress(response, onBytes);
    throw new AppError('download-failed', `The file ${name} could not be downloaded (the server said ${response.status}); please try again later.`);
  } catch (error) {
    if (error instanceof AppError || signal?.aborted) throw error;
    throw new AppError('download-failed', `The file ${name} could not be downloaded; please check the network connection and try again.`, { cause: error });
  }
}

/**
 * @param hash the content's SHA-256, under which it may be in the cache; null for a file that must always be asked for afresh
 * @param onBytes called with the number of bytes of each part that came
 */
export async function fetchFile(url: URL, hash: string | null, onBytes: (bytes: number) => void, signal?: AbortSignal): Promise<FetchedFile> {
  const cache = hash ? await openCache() : null;
  const key = new URL(url);
  if (hash) key.searchParams.set('sha256', hash);
  const cached = await cache?.match(key);
  if (cached) {
    const bytes = await cached.arrayBuffer();
    onBytes(bytes.byteLength);
    return { bytes, isFromCache: true, keep: async () => {} };
  }
  const bytes = await download(url, !hash, onBytes, signal);
  return {
    bytes,
    isFromCache: false,
    async keep() {
      if (!cache) return;
      for (const older of await cache.keys(url, { ignoreSearch: true })) await cache.delete(older);
      // A full disk must not keep anybody from working.
      await cache.put(key, new Response(bytes)).catch(() => {});
    },
  };
}
