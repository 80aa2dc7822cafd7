/** Questions to the hub. It learns what is asked for, and from which network address; no cookies and no referrer are sent. */
import { AppError } from '../../../core/app-error.ts';
import { parseJson } from '../../../formats/json.ts';
import type { Json } from '../../../formats/network/artifacts.ts';

/** No header of its own: with one, browsers would ask the server first, and some of the hub's servers refuse that. */
export const PRIVATE: RequestInit = { credentials: 'omit', referrerPolicy: 'no-referrer' };

const MAX_ANSWER_BYTES = 32e6;

export function unreachable(host: string, cause: unknown): AppError {
  return new AppError('download-failed', `${host} could not be reached; please check the network connection and try again.`, { cause });
}

export function webPageInstead(what: string, host: string): AppError {
  return new AppError('download-failed', `${host} answered with a web page in place of ${what}; please try again later.`);
}

export function isWebPage(response: Response): boolean {
  return /^text\/html\b/i.test(response.headers.get('content-type') ?? '');
}

/** An answer that is not what was asked for, for who knows what that means. */
export class RefusedRequest extends Error {
  readonly status: number;
  /** What the hub says of it, as far as it may be read. */
  readonly detail: string;

  constructor(status: number, detail: string) {
    super(`The server answered ${status}.`);
    this.status = status;
    this.detail = detail;
  }
}

/** What is wrong on the hub's side, or comes of asking too often; null for what is about the request. */
export function serverFault(status: number, host: string): AppError | null {
  if (status === 429)
    return new AppError('download-failed', `${host} was asked too often from here; please wait a few minutes and try again.`);
  if (status < 500) return null;
  return new AppError('download-failed', `${host} cannot answer at the moment (it said ${status}); please try again later.`);
}

export async function detailOf(response: Response): Promise<string> {
  const { headers } = response;
  const text = isWebPage(response) ? '' : (await response.text().catch(() => '')).slice(0, 2000);
  return [headers.get('x-error-code'), headers.get('x-error-message'), text].filter(Boolean).join(' ');
}

export interface Answer {
  readonly json: Json;
  /** Where the rest of a list is; null where this is all, or where nothing can be read of it. */
  readonly next: URL | null;
}

/** `<https://huggingface.co/api/...>; rel="next"`, on the same server alone. */
function nextOf(response: Response, url: URL): URL | null {
  const [, target] = /<([^>]+)>\s*;\s*rel="?next"?/i.exec(response.headers.get('link') ?? '') ?? [];
  const next = target !== undefined && URL.canParse(target, url) ? new URL(target, url) : null;
  return next?.origin === url.origin ? next : null;
}

/**
 * @param what what is asked for, as it stands after “in place of”
 * @throws RefusedRequest where the hub refuses; AppError `download-failed` for everything else
 */
export async function askHub(url: URL, what: string, signal?: AbortSignal): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(url, { ...PRIVATE, ...(signal && { signal }) });
    if (!response.ok) throw serverFault(response.status, url.host) ?? new RefusedRequest(response.status, await detailOf(response));
    if (isWebPage(response)) throw webPageInstead(what, url.host);
    const text = await response.text();
    if (text.length > MAX_ANSWER_BYTES) throw webPageInstead(what, url.host);
    return { json: parseJson(what, text, `What ${url.host} answered in place of ${what}`), next: nextOf(response, url) };
  } catch (cause) {
    if (cause instanceof AppError || cause instanceof RefusedRequest || signal?.aborted) throw cause;
    throw unreachable(url.host, cause);
  }
}

/** @throws AppError `download-failed`: the hub speaks another language than was ever documented */
export function understood<Value>(value: Value | null, what: string, host: string): Value {
  if (value !== null) return value;
  throw new AppError(
    'download-failed',
    `What ${host} answered in place of ${what} has a form that is not known here; please reload the page, or try again later.`,
  );
}
