/** Models from other servers, with a network in memory. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LoadProgress } from '../../protocol/engine.ts';
import { download } from './download.ts';

const FOLDER = 'https://example.org/roses/';
const MODEL = JSON.stringify({ weightsManifest: [{ paths: ['a.bin', 'deep/b.bin'], weights: [] }] });

/** What the server has, by URL. */
const server = new Map<string, string>();
let requested: RequestInit[] = [];

beforeEach(() => {
  server.clear();
  requested = [];
  server.set(`${FOLDER}model.json`, MODEL);
  server.set(`${FOLDER}a.bin`, 'aa');
  server.set(`${FOLDER}deep/b.bin`, 'bbb');
  server.set(`${FOLDER}net.keras`, 'zip');
  vi.stubGlobal('fetch', async (url: URL, options: RequestInit) => {
    requested.push(options);
    const text = server.get(url.href);
    if (text === 'refused') throw new TypeError('Failed to fetch');
    if (text === 'forbidden') return new Response(null, { status: 403 });
    return text === undefined
      ? new Response(null, { status: 404 })
      : new Response(text, { headers: { 'content-length': `${text.length}` } });
  });
});
afterEach(() => vi.unstubAllGlobals());

async function namesAt(url: string, onProgress: (progress: LoadProgress) => void = () => {}): Promise<string[]> {
  return (await download(url, onProgress)).map(({ name }) => name);
}

describe('a model at a URL', () => {
  it('is one file, where it is one', async () => {
    const reports: LoadProgress[] = [];
    expect(await namesAt(`${FOLDER}net.keras`, (progress) => reports.push(progress))).toEqual(['net.keras']);
    expect(reports.at(-1)).toEqual({ loadedBytes: 3, totalBytes: 3, isFromCache: false });
  });

  it('is a model.json with the shards that it names, and with its manifest if there is one', async () => {
    expect(await namesAt(`${FOLDER}model.json`)).toEqual(['model.json', 'a.bin', 'b.bin']);
    server.set(`${FOLDER}manifest.json`, '{}');
    expect(await namesAt(`  ${FOLDER}model.json `)).toEqual(['model.json', 'manifest.json', 'a.bin', 'b.bin']);
  });

  it.each(['forbidden', 'refused'])('does without a manifest that is %s', async (answer) => {
    server.set(`${FOLDER}manifest.json`, answer);
    expect(await namesAt(`${FOLDER}model.json`)).toEqual(['model.json', 'a.bin', 'b.bin']);
  });

  it('comes with what Teachable Machine says of it, also by the URL of its folder', async () => {
    server.set(`${FOLDER}metadata.json`, '{"keras_version": "3.0.0"}');
    expect(await namesAt(`${FOLDER}model.json`)).toEqual(['model.json', 'a.bin', 'b.bin']);
    server.set(`${FOLDER}metadata.json`, '{"tmVersion": "2.4.4", "labels": ["rose"]}');
    expect(await namesAt(FOLDER)).toEqual(['model.json', 'metadata.json', 'a.bin', 'b.bin']);
  });

  it('has no manifest where the server answers everything with its front page', async () => {
    server.set(`${FOLDER}manifest.json`, '<!doctype html>');
    expect(await namesAt(`${FOLDER}model.json`)).toEqual(['model.json', 'a.bin', 'b.bin']);
  });

  it('is asked for without telling who asks', async () => {
    await namesAt(`${FOLDER}model.json`);
    for (const options of requested) expect(options).toMatchObject({ credentials: 'omit', referrerPolicy: 'no-referrer' });
  });

  it.each([
    ['is no URL', 'roses', /“roses” is no URL/],
    ['is no URL of the web', 'file:///etc/passwd', /is no URL/],
    ['leads nowhere', `${FOLDER}none.h5`, /no file none\.h5 at example\.org/],
    ['is refused', `${FOLDER}refused.h5`, /refused\.h5 could not be downloaded from example\.org.*CORS/],
    ['is forbidden', `${FOLDER}forbidden.h5`, /forbidden\.h5 could not be downloaded \(the server said 403\)/],
    ['is no JSON', `${FOLDER}page.json`, /page\.json/],
  ])('that %s is one sentence', async (_what, url, sentence) => {
    server.set(`${FOLDER}refused.h5`, 'refused');
    server.set(`${FOLDER}forbidden.h5`, 'forbidden');
    server.set(`${FOLDER}page.json`, '<html>');
    await expect(download(url, () => {})).rejects.toThrow(sentence);
  });

  it('without one of its shards names it', async () => {
    server.delete(`${FOLDER}a.bin`);
    await expect(download(`${FOLDER}model.json`, () => {})).rejects.toThrow(/no file a\.bin/);
  });
});
