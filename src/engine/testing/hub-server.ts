/**
 * A server that behaves as the Hugging Face hub does towards pages: what it knows of models stands on one host, and large files on another, to
 * which it redirects; both let every page read them, refuse to be asked first (preflights), and tell nothing of what a range is a part of.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Bytes = Uint8Array<ArrayBuffer>;

export interface HubRepository {
  readonly name: string;
  readonly files: Readonly<Record<string, Bytes>>;
  readonly task?: string | null;
  readonly gated?: false | 'auto' | 'manual';
  readonly sha?: string;
  /** It says so of itself, or refuses to say anything, as the hub does of what it has taken down; for legal reasons with a status of its own. */
  readonly disabled?: 'said' | 'refused' | 'legal';
  /** Its files are refused, whatever it says of itself. */
  readonly isClosed?: boolean;
}

/** What goes wrong with large files, until it is told otherwise. */
interface HubFaults {
  /** How many bytes are sent before the connection breaks, for each of the next answers. */
  breaksAfter: number[];
  knowsNoRanges: boolean;
  sendsOther: boolean;
  sendsWebPage: boolean;
  /** What every question is answered with. */
  status: number | null;
  /** What every request for a large file is answered with, as where its URL is no longer valid. */
  storeStatus: number | null;
}

export interface HubServer {
  readonly url: string;
  readonly host: string;
  readonly faults: HubFaults;
  /** What was asked for, in order. */
  readonly requests: { readonly method: string; readonly path: string; readonly range: string | null; readonly isPrivate: boolean }[];
  close(): Promise<void>;
}

export const SHA = '5c1ae01d0d3a0e0f9b1c2d3e4f5061728394a5b6';

/** From this size on files are large, and lie on the other host. */
const LARGE_BYTES = 2000;
const LETS_ALL = { 'Access-Control-Allow-Origin': '*' };
const JSON_HEADERS = { ...LETS_ALL, 'Content-Type': 'application/json; charset=utf-8' };
const WEB_PAGE = '<!doctype html><html><body>Sorry, this is a page.</body></html>';

function send(response: ServerResponse, status: number, json: unknown, headers: Readonly<Record<string, string>> = {}): ServerResponse {
  return response.writeHead(status, { ...JSON_HEADERS, ...headers }).end(JSON.stringify(json));
}

function hashOf(bytes: Bytes): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function entryOf([path, bytes]: [string, Bytes]): object {
  const oid = createHash('sha1').update(bytes).digest('hex');
  const entry = { type: 'file', oid, size: bytes.length, path };
  // What is not known is null in some of the hub's answers, and left out in others.
  return bytes.length < LARGE_BYTES
    ? { ...entry, lfs: null }
    : { ...entry, lfs: { oid: hashOf(bytes), size: bytes.length, pointerSize: 134 }, xetHash: oid };
}

async function listen(server: Server, host: string): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

export async function serveHub(repositories: readonly HubRepository[]): Promise<HubServer> {
  const faults: HubFaults = {
    breaksAfter: [],
    knowsNoRanges: false,
    sendsOther: false,
    sendsWebPage: false,
    status: null,
    storeStatus: null,
  };
  const requests: HubServer['requests'][number][] = [];

  /** @returns whether it is answered: preflights are refused */
  function isRefused(request: IncomingMessage, response: ServerResponse): boolean {
    const { method = '', url = '', headers } = request;
    const isPrivate = headers.referer === undefined && headers.cookie === undefined && headers.authorization === undefined;
    requests.push({ method, path: url, range: headers.range ?? null, isPrivate });
    if (method === 'GET' && faults.status === null) return false;
    response.writeHead(faults.status ?? 403, LETS_ALL);
    response.end();
    return true;
  }

  function sendLarge(request: IncomingMessage, response: ServerResponse, bytes: Bytes): void {
    if (faults.storeStatus !== null) {
      response.writeHead(faults.storeStatus, LETS_ALL);
      response.end();
      return;
    }
    if (faults.sendsWebPage) {
      response.writeHead(200, { ...LETS_ALL, 'Content-Type': 'text/html' });
      response.end(WEB_PAGE);
      return;
    }
    const [, digits] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
    if (request.headers.range !== undefined && digits === undefined) {
      response.writeHead(416, LETS_ALL);
      response.end();
      return;
    }
    const start = faults.knowsNoRanges ? 0 : Number(digits ?? 0);
    const rest = (faults.sendsOther ? bytes.map((byte) => byte ^ 1) : bytes).subarray(start);
    const isPart = digits !== undefined && !faults.knowsNoRanges;
    const range = isPart ? { 'Content-Range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {};
    response.writeHead(isPart ? 206 : 200, { ...LETS_ALL, 'Content-Length': String(rest.length), ...range });
    const sent = faults.breaksAfter.shift();
    if (sent === undefined) {
      response.end(rest);
      return;
    }
    response.write(rest.subarray(0, sent), () => setTimeout(() => response.destroy(), 50));
  }

  const found = (name: string) => repositories.find((repository) => repository.name === name);

  const store = createServer((request, response) => {
    if (isRefused(request, response)) return;
    const [, hash = ''] = /^\/store\/([0-9a-f]{64})\?/.exec(request.url ?? '') ?? [];
    const bytes = repositories.flatMap(({ files }) => Object.values(files)).find((file) => hashOf(file) === hash);
    if (bytes) sendLarge(request, response, bytes);
    else send(response, 403, { error: 'signature' });
  });
  // Another host of the same machine.
  const storePort = await listen(store, 'localhost');

  function answerSearch(response: ServerResponse, query: URLSearchParams): void {
    const text = query.get('search')?.toLowerCase() ?? '';
    const listed = repositories.filter(({ name, task = 'image-classification' }) => {
      const [author] = name.split('/');
      const isWanted = name.toLowerCase().includes(text) && (query.get('author') ?? author) === author;
      return isWanted && (query.get('pipeline_tag') ?? task) === task;
    });
    const entries = listed.map(({ name, files, task = 'image-classification', gated = false, disabled }, i) => {
      const weights = files['model.safetensors'];
      return {
        id: name,
        downloads: 1000 - i,
        gated,
        disabled: disabled !== undefined,
        ...(task && { pipeline_tag: task }),
        tags: ['timm', 'license:apache-2.0'],
        ...(weights && { safetensors: { parameters: { F32: Math.floor(weights.length / 4) }, total: Math.floor(weights.length / 4) } }),
      };
    });
    const filtered = query.getAll('filter').includes('safetensors') ? entries.filter((entry) => 'safetensors' in entry) : entries;
    send(response, 200, filtered.slice(0, Number(query.get('limit') ?? 1000)));
  }

  function answerAbout(response: ServerResponse, url: URL): ServerResponse {
    const [, name = '', part, revision = 'main'] =
      /^\/api\/models\/([^/]+\/[^/]+)(?:\/(revision|tree)\/([^/]+))?$/.exec(url.pathname) ?? [];
    const repository = found(name);
    if (!repository) return send(response, 401, { error: 'Invalid username or password.' }, { 'X-Error-Code': 'RepoNotFound' });
    const { sha = SHA, task = 'image-classification', gated = false, files, disabled } = repository;
    if (disabled === 'legal') return send(response, 451, { error: 'Unavailable For Legal Reasons' });
    if (disabled === 'refused') {
      const message = 'Access to this resource is disabled.';
      return send(response, 403, { error: message }, { 'X-Error-Message': message, 'Access-Control-Expose-Headers': 'X-Error-Message' });
    }
    if (revision !== 'main' && revision !== sha) return send(response, 404, { error: `Invalid rev id: ${revision}` });
    if (part !== 'tree')
      return send(response, 200, {
        id: name,
        sha,
        gated,
        private: false,
        disabled: disabled === 'said',
        ...(task && { pipeline_tag: task }),
        tags: [],
      });
    const entries = [{ type: 'directory', oid: sha, size: 0, path: 'onnx' }, ...Object.entries(files).map(entryOf)];
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const link = from + 2 < entries.length ? `<${url.origin}${url.pathname}?cursor=${from + 2}>; rel="next"` : null;
    return send(response, 200, entries.slice(from, from + 2), link ? { Link: link, 'Access-Control-Expose-Headers': 'Link' } : {});
  }

  function answerFile(response: ServerResponse, { pathname }: URL): ServerResponse {
    const [, name = '', revision, path = ''] = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(decodeURIComponent(pathname)) ?? [];
    const repository = found(name);
    const bytes = repository?.files[path];
    if (repository?.gated || repository?.isClosed)
      return send(response, 401, { error: 'Access to model is restricted.' }, { 'X-Error-Code': 'GatedRepo' });
    if (!bytes || revision !== (repository?.sha ?? SHA)) return send(response, 404, { error: 'Entry not found' });
    if (bytes.length < LARGE_BYTES) return response.writeHead(200, { ...LETS_ALL, 'Content-Type': 'text/plain; charset=utf-8' }).end(bytes);
    return response
      .writeHead(302, { ...LETS_ALL, Location: `http://localhost:${storePort}/store/${hashOf(bytes)}?signature=x` })
      .end('Found. Redirecting');
  }

  const hub = createServer((request, response) => {
    if (isRefused(request, response)) return;
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    if (url.pathname === '/api/models') answerSearch(response, url.searchParams);
    else if (url.pathname.startsWith('/api/')) answerAbout(response, url);
    else answerFile(response, url);
  });
  const host = `127.0.0.1:${await listen(hub, '127.0.0.1')}`;
  const close = async () => {
    for (const server of [hub, store]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  };
  return { url: `http://${host}`, host, faults, requests, close };
}
