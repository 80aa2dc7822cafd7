/**
 * Downloads, kept in the browser's Cache Storage under their content's hash: the second visit loads a model without the network, and a
 * changed model is never confused with its former self.
 */
import { AppError } from '../../core/app-error.ts';
import type { ModelFile } from '../../core/models/manifest.ts';
import { checkFile } from '../../formats/usage/manifest.ts';

const CACHE_NAME = 'models-by-hash';

/** No more memory is taken on a manifest's word alone. */
const MOST_PROMISED_BYTES = 2 ** 28;

/** Called with the number of bytes of each part that came, and with where it came from. */
export type PartListener = (bytes: number, isFromCache: boolean) => void;

export interface FetchedFile {
  readonly bytes: ArrayBuffer;
  readonly isFromCache: boolean;
}

/** The cache, or null where the browser offers none (private windows, insecure origins, Node). */
async function openCache(): Promise<Cache | null> {
  if (typeof caches === 'undefined') return null;
  return caches.open(CACHE_NAME).catch(() => null);
}

/** @param length how long the content should be: what is as long goes straight to where it stays, as memory is slow to get */
async function readWithProgress(response: Response, length: number, onBytes: PartListener): Promise<ArrayBuffer> {
  if (!response.body) return response.arrayBuffer();
  let whole = new Uint8Array(Math.min(length, MOST_PROMISED_BYTES));
  let at = 0;
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const end = at + part.value.byteLength;
    if (end > whole.length) {
      const longer = new Uint8Array(Math.max(end, 2 * whole.length));
      longer.set(whole.subarray(0, at));
      whole = longer;
    }
    whole.set(part.value, at);
    at = end;
    onBytes(part.value.byteLength, false);
  }
  return at === whole.length ? whole.buffer : whole.slice(0, at).buffer;
}

async function download(
  url: URL,
  { isFresh, length }: { isFresh: boolean; length: number },
  onBytes: PartListener,
  signal?: AbortSignal,
): Promise<ArrayBuffer> {
  const name = url.pathname.split('/').at(-1);
  try {
    const response = await fetch(url, { cache: isFresh ? 'no-cache' : 'default', ...(signal && { signal }) });
    if (response.ok) return await readWithProgress(response, length, onBytes);
    throw new AppError(
      'download-failed',
      `The file ${name} could not be downloaded (the server said ${response.status}); please try again later.`,
    );
  } catch (error) {
    if (error instanceof AppError || signal?.aborted) throw error;
    throw new AppError('download-failed', `The file ${name} could not be downloaded; please check the network connection and try again.`, {
      cause: error,
    });
  }
}

async function readCached(cache: Cache, key: URL, file: ModelFile): Promise<ArrayBuffer | null> {
  const bytes = await (await cache.match(key))?.arrayBuffer();
  if (!bytes) return null;
  // What lies on a disk for months can rot: a damaged copy is downloaded again.
  const isSound = await checkFile(bytes, file).then(
    () => true,
    () => false,
  );
  return isSound ? bytes : null;
}

/** The file that the manifest describes. The browser's own cache may hold a former one: then it is passed by. */
async function downloadExpected(url: URL, expected: ModelFile, onBytes: PartListener, signal?: AbortSignal): Promise<ArrayBuffer> {
  const length = expected.bytes;
  const bytes = await download(url, { isFresh: false, length }, onBytes, signal);
  try {
    await checkFile(bytes, expected);
    return bytes;
  } catch {
    const fresh = await download(url, { isFresh: true, length }, () => {}, signal);
    await checkFile(fresh, expected);
    return fresh;
  }
}

/** Once the model has been built and has seen its first image: neither must wait for a disk, nor a full disk keep anybody from working. */
const KEEP_AFTER_MS = 3000;

async function keep(cache: Cache, url: URL, key: URL, bytes: ArrayBuffer): Promise<void> {
  for (const older of await cache.keys(url, { ignoreSearch: true })) await cache.delete(older);
  await cache.put(key, new Response(bytes));
}

/**
 * @param expected what the manifest says of the file; null for one that must always be asked for afresh
 * @throws AppError `download-failed` or `checksum-mismatch`
 */
export async function fetchFile(url: URL, expected: ModelFile | null, onBytes: PartListener, signal?: AbortSignal): Promise<FetchedFile> {
  if (!expected) return { bytes: await download(url, { isFresh: true, length: 0 }, onBytes, signal), isFromCache: false };
  const cache = await openCache();
  const key = new URL(url);
  key.searchParams.set('sha256', expected.sha256);
  const cached = cache && (await readCached(cache, key, expected));
  if (cached) {
    onBytes(cached.byteLength, true);
    return { bytes: cached, isFromCache: true };
  }
  const bytes = await downloadExpected(url, expected, onBytes, signal);
  if (cache) setTimeout(() => keep(cache, url, key, bytes).catch(() => {}), KEEP_AFTER_MS);
  return { bytes, isFromCache: false };
}
