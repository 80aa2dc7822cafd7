import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download } from './download.ts';

const CONTENT = randomBytes(300_000);
const HALF = CONTENT.byteLength / 2;
const MD5 = createHash('md5').update(CONTENT).digest('hex');

let server: Server;
let url = '';
let folder = '';
let target = '';
let part = '';
/** The ranges that were asked for, one entry for each request. */
let ranges: (string | undefined)[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

/** What a server does that knows ranges. @returns the number of bytes it sends */
function answerRanges({ headers }: IncomingMessage, response: ServerResponse): number {
  const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  const { byteLength } = CONTENT;
  if (start >= byteLength) {
    response.writeHead(416, { 'Content-Range': `bytes */${byteLength}` }).end();
    return 0;
  }
  const rest = CONTENT.subarray(start);
  const range = headers.range && { 'Content-Range': `bytes ${start}-${byteLength - 1}/${byteLength}` };
  response.writeHead(range ? 206 : 200, { 'Content-Length': rest.byteLength, ...range }).end(rest);
  return rest.byteLength;
}

function answerWhole(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Length': CONTENT.byteLength }).end(CONTENT);
}

/** Keeps `bytes` as if an earlier try had brought them. */
function keep(bytes: Uint8Array): void {
  mkdirSync(dirname(part), { recursive: true });
  writeFileSync(part, bytes);
}

function expectComplete(): void {
  expect(readFileSync(target).equals(CONTENT)).toBe(true);
  expect(existsSync(part)).toBe(false);
}

beforeEach(async () => {
  ranges = [];
  answer = answerRanges;
  folder = mkdtempSync(join(tmpdir(), 'download-'));
  target = join(folder, 'cache', 'weights.h5');
  part = `${target}.part`;
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/weights.h5`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

describe('a download', () => {
  it('brings the whole file, and says how far it is', async () => {
    const progress: [number, number | null][] = [];
    await download({ url, md5: MD5, target, onProgress: (...now) => progress.push(now) });
    expectComplete();
    expect(progress[0]).toEqual([0, CONTENT.byteLength]);
    expect(progress.at(-1)).toEqual([CONTENT.byteLength, CONTENT.byteLength]);
    expect(ranges).toEqual([undefined]);
  });

  it('goes on where the server broke off', async () => {
    let breakOff = () => {};
    answer = (_request, response) => {
      response.writeHead(200, { 'Content-Length': CONTENT.byteLength }).write(CONTENT.subarray(0, HALF));
      breakOff = () => response.destroy();
    };
    const onProgress = (loaded: number) => {
      if (loaded === HALF) breakOff();
    };
    const first = download({ url, md5: MD5, target, onProgress });
    await expect(first).rejects.toMatchObject({ code: 'download-failed', message: expect.stringContaining(`${HALF} of 300000 bytes`) });
    expect(existsSync(target)).toBe(false);
    expect(readFileSync(part).equals(CONTENT.subarray(0, HALF))).toBe(true);

    let sent = 0;
    const progress: [number, number | null][] = [];
    answer = (request, response) => {
      sent += answerRanges(request, response);
    };
    await download({ url, md5: MD5, target, onProgress: (...now) => progress.push(now) });
    expectComplete();
    expect(ranges).toEqual([undefined, `bytes=${HALF}-`]);
    expect(sent).toBe(CONTENT.byteLength - HALF);
    expect(progress[0]).toEqual([HALF, CONTENT.byteLength]);
    expect(progress.at(-1)).toEqual([CONTENT.byteLength, CONTENT.byteLength]);
  });

  it('starts over where the server ignores ranges', async () => {
    keep(CONTENT.subarray(0, HALF));
    answer = answerWhole;
    await download({ url, md5: MD5, target });
    expectComplete();
    expect(ranges).toEqual([`bytes=${HALF}-`]);
  });

  it('does without the size of the file', async () => {
    const totals = new Set<number | null>();
    answer = (_request, response) => {
      response.write(CONTENT.subarray(0, HALF));
      response.end(CONTENT.subarray(HALF));
    };
    await download({ url, md5: MD5, target, onProgress: (_loaded, total) => totals.add(total) });
    expectComplete();
    expect([...totals]).toEqual([null]);
  });

  it('only checks what had come whole before', async () => {
    keep(CONTENT);
    await download({ url, md5: MD5, target });
    expectComplete();
    expect(ranges).toEqual([`bytes=${CONTENT.byteLength}-`]);
  });

  it('starts over where more is kept than there is', async () => {
    keep(randomBytes(CONTENT.byteLength + 1));
    await download({ url, md5: MD5, target });
    expectComplete();
    expect(ranges).toEqual([`bytes=${CONTENT.byteLength + 1}-`, undefined]);
  });

  it('starts over where the server sends another range than asked for', async () => {
    keep(CONTENT.subarray(0, HALF));
    answer = (request, response) => {
      if (request.headers.range) response.writeHead(206, { 'Content-Range': 'bytes 0-3/300000' }).end('what');
      else answerWhole(request, response);
    };
    await download({ url, md5: MD5, target });
    expectComplete();
    expect(ranges).toEqual([`bytes=${HALF}-`, undefined]);
  });

  it('asks for nothing when the file is there already, unless it was damaged since', async () => {
    keep(CONTENT);
    await download({ url, md5: MD5, target });
    ranges = [];
    await download({ url, md5: MD5, target });
    expect(ranges).toEqual([]);
    writeFileSync(target, CONTENT.subarray(0, HALF));
    await download({ url, md5: MD5, target });
    expectComplete();
    expect(ranges).toEqual([undefined]);
  });
});

describe('a download that fails', () => {
  it('deletes a file that is whole but not the expected one, and says so', async () => {
    await expect(download({ url, md5: '0'.repeat(32), target })).rejects.toMatchObject({
      code: 'checksum-mismatch',
      message: `The file weights.h5 came whole from ${url} but damaged (its MD5 is ${MD5}, not ${'0'.repeat(32)}) and was deleted; please run the same command again.`,
    });
    expect(existsSync(target)).toBe(false);
    expect(existsSync(part)).toBe(false);
  });

  it('deletes what was put together from two different files', async () => {
    keep(randomBytes(HALF));
    await expect(download({ url, md5: MD5, target })).rejects.toMatchObject({ code: 'checksum-mismatch' });
    expect(existsSync(part)).toBe(false);
    await download({ url, md5: MD5, target });
    expectComplete();
  });

  it('gives the server’s refusal, and keeps what had come', async () => {
    keep(CONTENT.subarray(0, HALF));
    answer = (_request, response) => response.writeHead(404).end('gone');
    await expect(download({ url, md5: MD5, target })).rejects.toMatchObject({
      code: 'download-failed',
      message: `The server answered 404 (Not Found) for ${url}; please try again later, or check whether the file has moved.`,
    });
    expect(readFileSync(part).equals(CONTENT.subarray(0, HALF))).toBe(true);
  });

  it('says what could not be reached, and keeps what had come', async () => {
    keep(CONTENT.subarray(0, HALF));
    server.close();
    await once(server, 'close');
    await expect(download({ url, md5: MD5, target })).rejects.toMatchObject({
      code: 'download-failed',
      message: `The URL ${url} could not be reached (ECONNREFUSED); please check the network connection and run the same command again (${HALF} bytes of an earlier try are kept).`,
    });
    expect(readFileSync(part).equals(CONTENT.subarray(0, HALF))).toBe(true);
  });
});
