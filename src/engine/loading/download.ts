/**
 * Models from any URL, as files: what is downloaded is opened, kept and removed like what a person chose on their own disk.
 *
 * The page itself may talk to nobody else; the worker may, because a person asked for it by giving the URL.
 */
import { AppError } from '../../core/app-error.ts';
import { roleOfBlob } from '../../formats/file-role.ts';
import { parseJson } from '../../formats/json.ts';
import { pathsOfParts } from '../../formats/named-parts.ts';
import { isTeachableMachine } from '../../formats/usage/metadata.ts';
import type { Engine } from '../../protocol/engine.ts';

type Download = Engine['download'];
type ProgressListener = Parameters<Download>[1];

const WHY_REFUSED = 'please check the URL and the network connection, and that the server lets other pages fetch it (CORS)';

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
        `The file ${name} could not be downloaded (the server said ${response.status}); please check the URL.`,
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
  throw new AppError('download-failed', `There is no file ${nameOf(url)} at ${url.host}; please check the URL.`);
}

/** What a model does without. Many servers say of what they do not have that it is forbidden, or say nothing that a page may read. */
async function fetchOptional(url: URL, progress: Progress, signal?: AbortSignal): Promise<File | null> {
  try {
    return await fetchIfThere(url, progress, signal);
  } catch (cause) {
    if (signal?.aborted) throw cause;
    return null;
  }
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOwnMachine = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1';
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isOwnMachine)) return url;
  throw new AppError('download-failed', `“${text}” is no URL of a file; please give one that begins with https://.`);
}

/** The file if it holds JSON: a server that answers everything with its front page has no such file. */
async function asJsonFile(file: File | null): Promise<File | null> {
  return file && (await file.slice(0, 1).text()) === '{' ? file : null;
}

/** What Teachable Machine says of the model beside it; metadata of anything else is of no use. */
async function ofTeachableMachine(file: File | null): Promise<File | null> {
  const json = await asJsonFile(file);
  return json && isTeachableMachine(parseJson(json.name, await json.text())) ? json : null;
}

/** @throws AppError `download-failed`, naming the file and the host */
export const download: Download = async (text, onProgress, signal) => {
  const given = parseUrl(text.trim());
  // The URL of a folder, as Teachable Machine hands it out, is that of the model in it.
  const url = given.pathname.endsWith('/') ? new URL('model.json', given) : given;
  const progress = new Progress(onProgress);
  const first = await fetchThere(url, progress, signal);
  const isJson = /\.json$/i.test(first.name);
  if (isJson && /^\s*</.test(await first.text())) {
    throw new AppError('download-failed', `There is no ${first.name} at ${url.host}, which answers with a web page; please check the URL.`);
  }
  const paths = await pathsOfParts(await roleOfBlob(first), async () => ({
    name: first.name,
    bytes: new Uint8Array(await first.arrayBuffer()),
  }));
  if (!isJson && paths.length === 0) return [first];
  const [manifest, metadata, ...others] = await Promise.all([
    fetchOptional(new URL('manifest.json', url), progress, signal).then(asJsonFile),
    fetchOptional(new URL('metadata.json', url), progress, signal).then(ofTeachableMachine),
    ...paths.map((path) => fetchThere(new URL(path, url), progress, signal)),
  ]);
  return [first, manifest, metadata, ...others].filter((file) => file instanceof File);
};
