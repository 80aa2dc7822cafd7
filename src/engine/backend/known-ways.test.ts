/** What was found out on a device is known the next time, on that device. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { knownWaysOf, MOST_WAYS } from './known-ways.ts';

/** As much of Cache Storage as is used. */
let kept: Map<string, Response>;

beforeEach(() => {
  kept = new Map();
  const cache = {
    match: async (key: string) => kept.get(key)?.clone(),
    put: async (key: string, response: Response) => void kept.set(key, response),
  };
  vi.stubGlobal('caches', { open: async () => cache });
});
afterEach(() => vi.unstubAllGlobals());

it('is known at the next visit, and to no other device', async () => {
  const ways = await knownWaysOf('one adapter');
  expect(ways.get('a layer')).toBeUndefined();
  ways.set('a layer', 'incremental');
  ways.set('another', 'dense');
  ways.set('a layer', 'dense');
  const next = await knownWaysOf('one adapter');
  expect([next.get('a layer'), next.get('another')]).toEqual(['dense', 'dense']);
  expect((await knownWaysOf('another & adapter')).get('a layer')).toBeUndefined();
});

it('is forgotten from the oldest on', async () => {
  const ways = await knownWaysOf('one adapter');
  for (let i = 0; i <= MOST_WAYS; i++) ways.set(`layer ${i}`, 'dense');
  const next = await knownWaysOf('one adapter');
  expect([next.get('layer 0'), next.get('layer 1'), next.get(`layer ${MOST_WAYS}`)]).toEqual([undefined, 'dense', 'dense']);
});

it('is nothing where what is stored is damaged', async () => {
  (await knownWaysOf('one adapter')).set('a layer', 'dense');
  const [key] = kept.keys();
  for (const stored of ['{', 'null', '{"a layer":"dense"}', '[["a layer","fast"],[1,"dense"],null]']) {
    kept.set(key ?? '', new Response(stored));
    expect((await knownWaysOf('one adapter')).get('a layer')).toBeUndefined();
  }
});

it('lasts as long as the page where nothing can be stored', async () => {
  vi.stubGlobal('caches', { open: async () => Promise.reject(new Error('refused')) });
  const ways = await knownWaysOf('one adapter');
  ways.set('a layer', 'dense');
  expect(ways.get('a layer')).toBe('dense');
});
