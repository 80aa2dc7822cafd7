/**
 * Models from any address, as files: what is downloaded is opened, kept and removed like what a person chose on their own disk.
 *
 * The page itself may talk to nobody else; the worker may, because a person asked for it by giving the address.
 */
import { AppError } from '../core/app-error.ts';
import { asArray, asObject, objectsIn, parseJson } from '../formats/json.ts';
import type { Engine } from '../protocol/engine.ts';

type Download = Engine['download'];
type ProgressListener = Parameters<Download>[1];

const WHY_REFUSED = 'please check the address and the network connection, and that the server lets other pages fetch it (CORS)';

function nameOf(url: URL): string {
  return decodeURIComponent(url.pathname.split('/').at(-1) || url.hostname);
}

/** Bytes so far and in all, over several files; the total grows as servers tell. */
class Progress {
  #loaded = 0;
  #total = 0;
  readonly #listener: ProgressListener;

  constructor(listener: ProgressListener) {
    this.#listener = listener;
  }

  expect(bytes: number): void {
    this.#total += bytes;
  }

  add(bytes: number): void {
    this.#loaded += bytes;
    this.#listener({ loadedBytes: this.#loaded, totalBytes: Math.max(this.#total, this.#loaded), isFromCache: false });
  }
}

/** @returns null where the server says that there is no such file */
async function fetchIfThere(url: URL, progress: Progress, signal?: AbortSignal): Promise<File | null> {
  const name = nameOf(url);
  try {
    const response = await fetch(url, { credentials: 'omit', referrerPolicy: 'no-referrer', ...(signal && { signal }) });
    if (response.status === 404) return null;
    if (!response.ok) {
      throw new AppError(
        'download-failed',
        `The file ${name} could not be downloaded (the server said ${response.status}); please check the address.`,
      );
    }
    progress.expect(Number(response.headers.get('content-length')) || 0);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      parts.push(part.value);
      progress.add(part.value.byteLength);
    }
    return new File(parts, name);
  } catch (cause) {
    if (cause instanceof AppError || signal?.aborted) throw cause;
    throw new AppError('download-failed', `The file ${name} could not be downloaded from ${url.host}; ${WHY_REFUSED}.`, { cause });
  }
}

async function fetchThere(url: URL, progress: Progress, signal?: AbortSignal): Promise<File> {
  const file = await fetchIfThere(url, progress, signal);
  if (file) return file;
  throw new AppError('download-failed', `There is no file ${nameOf(url)} at ${url.host}; please check the address.`);
}

function parseAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isOwnMachine = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1';
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isOwnMachine)) return url;
  throw new AppError('download-failed', `“${address}” is no address of a file; please give one that begins with https://.`);
}

/** The shards that a `model.json` names. */
function shardsOf(fileName: string, text: string): string[] {
  const json = asObject(parseJson(fileName, text));
  return objectsIn(json?.weightsManifest).flatMap(({ paths }) => asArray(paths).map(String));
}

/** @throws AppError `download-failed`, naming the file and the host */
export const download: Download = async (address, onProgress, signal) => {
  const url = parseAddress(address.trim());
  const progress = new Progress(onProgress);
  const first = await fetchThere(url, progress, signal);
  if (!/\.json$/i.test(first.name)) return [first];
  const text = await first.text();
  if (/^\s*</.test(text)) {
    throw new AppError(
      'download-failed',
      `There is no ${first.name} at ${url.host}, which answers with a web page; please check the address.`,
    );
  }
  const shards = shardsOf(first.name, text);
  const [manifest, ...others] = await Promise.all([
    fetchIfThere(new URL('manifest.json', url), progress, signal),
    ...shards.map((path) => fetchThere(new URL(path, url), progress, signal)),
  ]);
  // A server that answers everything with its front page has no manifest either.
  const isManifest = manifest !== null && manifest !== undefined && (await manifest.slice(0, 1).text()) === '{';
  return [first, ...(isManifest ? [manifest] : []), ...others.filter((file) => file !== null)];
};
