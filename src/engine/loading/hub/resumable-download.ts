/**
 * A file of a known size, in as many attempts as it takes: what has come is kept, and the next attempt asks for the rest. Only `bytes=a-` is
 * asked for, which browsers send without asking the server first.
 */
import { AppError } from '../../../core/app-error.ts';
import type { HubFile } from '../../../formats/hub/hub-listing.ts';
import { sha256 as hashOf } from '../../../formats/sha256.ts';
import { detailOf, isWebPage, PRIVATE, RefusedRequest, serverFault, unreachable, webPageInstead } from './hub-requests.ts';
import { bytesIn, type PartStore } from './part-store.ts';

/** What is kept at once: not too many entries, and little is lost where the page is closed. */
const PART_BYTES = 2 ** 22;
/** How often in a row nothing may come. */
const ATTEMPTS = 3;
const PAUSE_MS = 400;

export interface DownloadedFile {
  readonly url: URL;
  readonly file: HubFile;
  /** Told once of what came first: throws an AppError where the rest is of no use. */
  inspect?(beginning: Blob): Promise<void>;
}

/** Called with the bytes that are there so far. */
type BytesListener = (loadedBytes: number) => void;

/** It has another size or another start than was asked for: what has come is of no use. */
class OtherFile extends Error {}

/** `bytes 100-199/200`, where it may be read. */
function startOf(response: Response): number | null {
  const [, start] = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '') ?? [];
  return start === undefined ? null : Number(start);
}

/** Resolves early where it is cancelled. */
function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/**
 * One attempt: asks for what is missing and keeps what comes, however it ends.
 *
 * @throws OtherFile, RefusedRequest, AppError, or whatever the connection breaks off with
 */
async function attempt(
  { url, file, inspect }: DownloadedFile,
  parts: PartStore,
  onBytes: BytesListener,
  signal?: AbortSignal,
): Promise<void> {
  let loaded = bytesIn(await parts.partsOf(url));
  const headers = loaded > 0 ? { Range: `bytes=${loaded}-` } : {};
  // Parts are kept already: the browser's own cache would hold all of it a second time.
  const response = await fetch(url, { ...PRIVATE, headers, cache: 'no-store', ...(signal && { signal }) });
  if (response.status === 416) throw new OtherFile();
  if (!response.ok) throw serverFault(response.status, url.host) ?? new RefusedRequest(response.status, await detailOf(response));
  if (isWebPage(response)) throw webPageInstead(file.path, url.host);
  if (response.status === 206 && (startOf(response) ?? loaded) !== loaded) throw new OtherFile();
  if (response.status !== 206 && loaded > 0) {
    // A server that knows no ranges sends everything from the start.
    await parts.clear(url);
    loaded = 0;
  }
  let pending: Uint8Array<ArrayBuffer>[] = [];
  let pendingBytes = 0;
  const keep = async () => {
    const part = new Blob(pending);
    if (part.size > 0) await parts.append(url, part);
    pending = [];
    pendingBytes = 0;
  };
  const reader = response.body?.getReader();
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      loaded += part.value.byteLength;
      if (loaded > file.bytes) throw new OtherFile();
      pending.push(part.value);
      pendingBytes += part.value.byteLength;
      const isFirstPart = loaded === pendingBytes;
      if (pendingBytes >= PART_BYTES) {
        await keep();
        const [beginning] = isFirstPart ? await parts.partsOf(url) : [];
        if (beginning) await inspect?.(beginning);
      }
      onBytes(loaded);
    }
  } finally {
    await keep();
    await reader?.cancel().catch(() => {});
  }
}

function brokenOff({ url, file }: DownloadedFile, loaded: number, cause: unknown): AppError {
  if (loaded === 0) return unreachable(url.host, cause);
  const share = `${(loaded / 1e6).toFixed(1)} of ${(file.bytes / 1e6).toFixed(1)} MB`;
  const message = `The download of ${file.path} from ${url.host} broke off after ${share}, which are kept; please check the network connection and open it again: it goes on from there.`;
  return new AppError('download-failed', message, { cause });
}

function otherFile({ url, file }: DownloadedFile): AppError {
  const message = `The file ${file.path} that ${url.host} gave is not the one in its own list (size or checksum differ), so it was thrown away; please try again later.`;
  return new AppError('checksum-mismatch', message);
}

/** Everything that is missing, in as many attempts as it takes. @throws OtherFile, RefusedRequest or AppError */
async function fetchRest(download: DownloadedFile, parts: PartStore, onBytes: BytesListener, signal?: AbortSignal): Promise<void> {
  const { url, file } = download;
  const loadedOf = async () => bytesIn(await parts.partsOf(url));
  for (let failures = 0, loaded = await loadedOf(); loaded !== file.bytes; loaded = await loadedOf()) {
    let fault: unknown = null;
    try {
      await attempt(download, parts, onBytes, signal);
    } catch (cause) {
      const isFinal = cause instanceof OtherFile || cause instanceof RefusedRequest || cause instanceof AppError;
      if (isFinal || signal?.aborted) throw cause;
      fault = cause;
    }
    const now = await loadedOf();
    if (now === file.bytes) return;
    failures = now > loaded ? 1 : failures + 1;
    if (failures >= ATTEMPTS) throw brokenOff(download, now, fault);
    await pause(PAUSE_MS * failures, signal);
    signal?.throwIfAborted();
  }
}

/**
 * @throws AppError `download-failed` where it breaks off, `checksum-mismatch` where it is another file; RefusedRequest where the server refuses
 */
export async function downloadFile(
  download: DownloadedFile,
  parts: PartStore,
  onBytes: BytesListener,
  signal?: AbortSignal,
): Promise<Blob> {
  const { url, file } = download;
  const hadBefore = bytesIn(await parts.partsOf(url)) > 0;
  onBytes(bytesIn(await parts.partsOf(url)));
  // What was kept before may be of no use: then all of it is asked for once more.
  for (let isLast = !hadBefore; ; isLast = true) {
    try {
      await fetchRest(download, parts, onBytes, signal);
      const blob = new Blob([...(await parts.partsOf(url))]);
      if (file.sha256 === null || (await hashOf(await blob.arrayBuffer())) === file.sha256) return blob;
    } catch (cause) {
      if (!(cause instanceof OtherFile)) throw cause;
    }
    await parts.clear(url);
    onBytes(0);
    if (isLast) throw otherFile(download);
  }
}
