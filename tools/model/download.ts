/** Downloads one large file so that an interruption costs nothing: what has come is kept, and the next call goes on from there. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { AppError } from '../../src/core/app-error.ts';

export interface Download {
  readonly url: string;
  /** In hex. */
  readonly md5: string;
  /** Where the file is put once it is complete and right; until then it grows in `<target>.part`. */
  readonly target: string;
  /** @param totalBytes null where the server does not say */
  onProgress?(loadedBytes: number, totalBytes: number | null): void;
}

/**
 * @throws AppError `download-failed` where the server cannot be reached, refuses or breaks off (what has come is kept), or where the disk
 * does; `checksum-mismatch` where the file is complete but not the expected one (it is deleted)
 */
export async function download({ url, md5, target, onProgress }: Download): Promise<void> {
  if ((await sizeOf(target)) > 0) {
    if ((await md5Of(target)) === md5) return;
    await rm(target);
  }
  const part = `${target}.part`;
  await mkdir(dirname(target), { recursive: true });
  await fetchInto(part, url, onProgress);
  const found = await md5Of(part);
  if (found !== md5) {
    await rm(part);
    throw new AppError(
      'checksum-mismatch',
      `The file ${basename(target)} came whole from ${url} but damaged (its MD5 is ${found}, not ${md5}) and was deleted; please run the same command again.`,
    );
  }
  await rename(part, target);
}

async function fetchInto(part: string, url: string, onProgress: Download['onProgress']): Promise<void> {
  const kept = await sizeOf(part);
  const response = await request(url, kept);
  const range = rangeOf(response);
  // Nothing is left to send: all of it is here, and only the check was not reached.
  if (response.status === 416 && kept > 0 && range.total === kept) {
    await response.body?.cancel();
    return;
  }
  const isRest = response.status === 206 && range.start === kept;
  const isOtherRange = response.status === 416 || (response.status === 206 && !isRest);
  if (isOtherRange && kept > 0) {
    // What is kept does not fit what the server has.
    await response.body?.cancel();
    await rm(part);
    return fetchInto(part, url, onProgress);
  }
  if (!response.ok || isOtherRange || !response.body) {
    await response.body?.cancel();
    throw new AppError(
      'download-failed',
      `The server answered ${response.status}${response.statusText && ` (${response.statusText})`} for ${url}; please try again later, or check whether the file has moved.`,
    );
  }
  // A server that does not know ranges answers 200 and sends everything from the start.
  const length = Number(response.headers.get('content-length'));
  const total = isRest ? range.total : length || null;
  let loaded = isRest ? kept : 0;
  const file = await open(part, isRest ? 'a' : 'w');
  const reader = response.body.getReader();
  try {
    for (;;) {
      onProgress?.(loaded, total);
      const { done, value } = await reader.read().catch((cause) => {
        throw brokenOff(part, url, loaded, total, cause);
      });
      if (done) break;
      await write(file, value, part);
      loaded += value.byteLength;
    }
  } finally {
    // After a failure to write, the rest need not come.
    await reader.cancel().catch(() => {});
    await file.close();
  }
  if (total !== null && loaded < total) throw brokenOff(part, url, loaded, total, null);
}

async function request(url: string, from: number): Promise<Response> {
  // Ranges count the bytes as they are sent, so they must be sent as they are.
  const headers = { 'Accept-Encoding': 'identity', ...(from > 0 && { Range: `bytes=${from}-` }) };
  return fetch(url, { headers }).catch((cause) => {
    const kept = from > 0 ? ` (${from} bytes of an earlier try are kept)` : '';
    throw new AppError(
      'download-failed',
      `The URL ${url} could not be reached (${reasonOf(cause)}); please check the network connection and run the same command again${kept}.`,
      { cause },
    );
  });
}

/** `Content-Range: bytes 100-199/200`, or `bytes *`/200 where the asked range lies outside. */
function rangeOf(response: Response): { start: number | null; total: number | null } {
  const match = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  const number = (digits: string | undefined) => (digits && digits !== '*' ? Number(digits) : null);
  return { start: number(match?.[1]), total: number(match?.[2]) };
}

function brokenOff(part: string, url: string, loaded: number, total: number | null, cause: unknown): AppError {
  return new AppError(
    'download-failed',
    `The download of ${url} broke off after ${loaded}${total === null ? '' : ` of ${total}`} bytes, which are kept in ${part}; please check the network connection and run the same command again, which goes on from there.`,
    { cause },
  );
}

async function write(file: FileHandle, bytes: Uint8Array, path: string): Promise<void> {
  await file.appendFile(bytes).catch((cause) => {
    throw new AppError('download-failed', `The file ${path} could not be written (${reasonOf(cause)}); please make room for it there.`, {
      cause,
    });
  });
}

/** What a network or disk error calls itself, such as ENOTFOUND: fetch wraps it into one that says nothing. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(inner instanceof Error)) return String(inner);
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message;
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
