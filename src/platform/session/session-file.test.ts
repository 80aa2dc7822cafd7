import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { TORCH_PREPROCESSING } from '../../core/images/preprocessing.ts';
import { LEGEND_KINDS } from '../../core/maps/legend.ts';
import { holdsAsync, mapUpTo } from '../../core/testing/property.ts';
import { emptyAblationSweep } from '../../explain/ablation-plan.ts';
import { withItems } from '../../explain/item-sweep.ts';
import { measuresWith } from '../../metrics/testing/made-up.ts';
import type { KeptFinding } from '../../protocol/kept-image.ts';
import type { Session } from '../../protocol/session.ts';
import { readSession, writeSession } from './session-file.ts';

async function archiveOf(file: Blob) {
  const files = unzipSync(new Uint8Array(await file.arrayBuffer()));
  return new Map(
    Object.entries(files).map(([name, bytes]) => {
      const content = Uint8Array.from(bytes);
      return [name, { content: new Blob([content]), read: async () => content }];
    }),
  );
}

type Archive = Awaited<ReturnType<typeof archiveOf>>;

const score = { classIndex: 1, kind: 'logit', versus: null, reading: 'softmax' } as const;
const MEASURES = measuresWith({ deletion: [1, 1 / 3], insertion: [0, 1], intact: 0.8, masked: [0.4], roadMost: [0.1], roadLeast: [0.5] });
const ablation = { window: 1, stride: 1, value: 0 };

function findingsAbout(imageId: string, map: { rows: number; columns: number; values: Float32Array }): KeptFinding[] {
  const timing = { durationMs: 3.5, forwardMs: 7.25 };
  const sweep = withItems(emptyAblationSweep({ rows: map.rows, columns: map.columns }, ablation, Float32Array.of(0.1, 1 / 3)), {
    items: Uint32Array.from(map.values.keys()),
    logits: Float32Array.from({ length: map.values.length * 2 }, (_, i) => i / 7),
  });
  const place = { kind: 'result', imageId, layer: 'last', backend: 'wasm' } as const;
  return [
    { kind: 'logits', imageId, logits: Float32Array.of(0.1, 1 / 3) },
    { ...place, work: { method: 'grad-cam', score }, result: { method: 'grad-cam', score, map, scale: 2, ...timing } },
    { ...place, work: { method: 'fast-ablation-cam', ablation, items: null }, result: { method: 'fast-ablation-cam', sweep, ...timing } },
  ];
}

const anImage = fc.record({ name: fc.string(), folder: fc.string(), isStretched: fc.boolean(), bytes: fc.uint8Array({ maxLength: 50 }) });

const aSession: fc.Arbitrary<Session> = fc
  .record({
    images: fc.array(anImage, { minLength: 1, maxLength: 4 }),
    map: mapUpTo(4),
    title: fc.string(),
    removed: fc.uniqueArray(fc.nat(15)),
  })
  .map(({ images, map, title, removed }) => ({
    version: '0.1.0',
    model: {
      id: 'flowers',
      title,
      sha256: 'ab',
      input: { width: 224, height: 224 },
      output: 0,
      reading: 'softmax',
      preprocessing: TORCH_PREPROCESSING,
      classNames: ['rose', title],
    },
    view: {
      layer: 'last',
      classIndex: null,
      score: 'logit',
      versus: 1,
      ablation: {
        ...{ window: 2, stride: 1, value: 'blur' },
        occlusion: { patch: null, stride: 9, value: 'blur' },
        rise: { count: 400, seed: 5 },
      },
      methods: ['grad-cam', 'fast-ablation-cam'],
      order: 'largest-first',
      display: { colormap: 'viridis', sign: 'signed', opacity: 0.3, contrast: 'shared', cells: 'crisp', content: 'overlay' },
    },
    images: images.map(({ bytes, ...image }, i) => ({
      ...image,
      id: `own-${i}`,
      file: new Blob([Uint8Array.from(bytes)]),
      sample:
        i > 0
          ? null
          : { modelId: 'm', caption: title, credit: { text: 'me', url: 'https://example.org' }, box: null, label: null, named: 'rose' },
    })),
    selectedId: 'own-0',
    findings: findingsAbout('own-0', map),
    cells: { removed, logits: Float32Array.of(1, 2) },
    box: { imageId: 'own-0', box: { left: 1, top: 2, width: 3, height: 4.5 } },
    // Whatever a legend may speak about.
    pins: LEGEND_KINDS.map((kind) => ({ title, unit: 'drop', subject: { name: title, kind }, imageId: 'own-0', map })),
    measured: {
      className: title,
      reading: 'softmax',
      measuredWith: { steps: 8, replacement: 'auto' },
      removal: { intact: 0.9, isNumber: false, removed: { blur: 1 / 3, black: 0.1 }, replacement: 'black', isAutomatic: true },
      rows: [
        { id: 'grad-cam', layer: 'last', map, measures: MEASURES, changes: [0.1, 1 / 3] },
        { id: 'random', layer: '', map, measures: null, changes: null },
      ],
    },
    sanity: {
      methods: ['grad-cam'],
      stages: [
        { title: 'as trained', maps: { 'grad-cam': map }, correlations: { 'grad-cam': 1 } },
        { title, maps: { 'grad-cam': null }, correlations: { 'grad-cam': null } },
      ],
    },
    isAcrossLayers: removed.length > 2,
    combined: { combination: 'product', leftOut: ['early'], added: ['inner'] },
    stability: {
      settings: { runs: 8, flips: 'both', isShifted: true, noisePercent: 10, seed: 3 },
      maps: {
        'grad-cam': {
          own: map,
          ownCaveat: '',
          runs: 2,
          caveats: ['', title],
          moments: {
            counts: new Uint32Array(map.values.length).fill(2),
            means: Float64Array.from(map.values, (value) => value / 3),
            squares: Float64Array.from(map.values, (value) => value ** 2),
          },
          correlations: [0.5, null],
        },
      },
    },
  }));

describe('a session', () => {
  it('comes back from its file as it was, to the bit', async () => {
    await holdsAsync(
      fc.asyncProperty(aSession, async (session) => {
        const file = await writeSession(session);
        const back = await readSession('a.fastcam', () => archiveOf(file));
        const bytesOf = async ({ images }: Session) =>
          Promise.all(images.map(async ({ file: image }) => [...new Uint8Array(await image.arrayBuffer())]));
        const withoutFiles = ({ images, ...rest }: Session) => ({ ...rest, images: images.map(({ file: _file, ...image }) => image) });
        expect(withoutFiles(back)).toEqual(withoutFiles(session));
        expect(await bytesOf(back)).toEqual(await bytesOf(session));
      }),
      30,
    );
  });

  const [given] = fc.sample(aSession, { seed: 3, numRuns: 1 });

  async function broken(change: (archive: Archive) => void): Promise<string> {
    if (!given) throw new Error('nothing was drawn');
    const archive = await archiveOf(await writeSession(given));
    change(archive);
    const error: unknown = await readSession('a.fastcam', async () => archive).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'session-broken' });
    const { message } = error as Error;
    expect(message).toMatch(/^The session a\.fastcam [^.]+(\.fastcam)?.*\.$/);
    return message;
  }

  function put(archive: Archive, name: string, text: string): void {
    const bytes = Uint8Array.from(new TextEncoder().encode(text));
    archive.set(name, { content: new Blob([bytes]), read: async () => bytes });
  }

  const changed = (from: RegExp, to: string) => async (archive: Archive) => {
    const text = new TextDecoder().decode(await archive.get('session.json')?.read());
    expect(text).toMatch(from);
    put(archive, 'session.json', text.replace(from, to));
  };

  it.each([
    ['a file that is missing', (archive: Archive) => void archive.delete('numbers.bin'), 'something is missing in it'],
    ['an image that is missing', (archive: Archive) => void archive.delete('images/0'), 'is missing in it'],
    ['what is no JSON', (archive: Archive) => put(archive, 'session.json', '{'), 'its description is no JSON'],
    ['what is no session', (archive: Archive) => put(archive, 'session.json', '{}'), 'makes no sense'],
    ['numbers that are cut short', (archive: Archive) => put(archive, 'numbers.bin', 'abcd'), 'its numbers are not where they should be'],
    ['a newer version', (archive: Archive) => put(archive, 'session.json', '{"formatVersion": 99}'), 'newer version of this page'],
  ])('with %s is refused in one sentence', async (_what, change, said) => {
    expect(await broken(change)).toContain(said);
  });

  it('of which several arrays claim the same bytes takes no more memory than its file', async () => {
    const place = '{"$numbers":"float32","at":0,"count":4}';
    const text = `{"formatVersion":1,"findings":[${Array(1000).fill(place).join()}]}`;
    expect(await broken((archive) => put(archive, 'session.json', text))).toContain('its numbers are more than there are');
  });

  it('with a link that is none, or settings that make no sense, is refused', async () => {
    if (!given) throw new Error('nothing was drawn');
    for (const [from, to, what] of [
      [/https:\/\/example\.org/, 'javascript:alert(1)', 'images'],
      [/"opacity":0\.3/, '"opacity":3', 'opacity'],
      [/"layer":"last"/, '"layer":7', 'layer'],
    ] as const) {
      const archive = await archiveOf(await writeSession(given));
      await changed(from, to)(archive);
      await expect(readSession('a.fastcam', async () => archive)).rejects.toThrow(what);
    }
  });

  it('without what was measured, as a former version saved it, or with what makes no sense of it, opens without', async () => {
    if (!given) throw new Error('nothing was drawn');
    const { measured, sanity, isAcrossLayers: _left, combined: _combined, stability, ...former } = given;
    const opened = (session: unknown) =>
      writeSession(session as Session).then(async (file) => readSession('a.fastcam', () => archiveOf(file)));
    expect(await opened(former)).toMatchObject({
      measured: null,
      sanity: null,
      isAcrossLayers: false,
      combined: { combination: 'mean', leftOut: [], added: [] },
      stability: null,
      pins: given.pins,
    });
    const steady = stability?.maps['grad-cam'];
    const steadyWith = (change: object) => ({ stability: { ...stability, maps: { 'grad-cam': { ...steady, ...change } } } });
    const [row] = measured?.rows ?? [];
    const [stage] = sanity?.stages ?? [];
    for (const nonsense of [
      { measured: { ...measured, rows: [{ ...row, measures: { ...MEASURES, deletion: [] } }] } },
      { measured: { ...measured, rows: [{ ...row, measures: { ...MEASURES, intact: 'all' } }] } },
      { measured: { ...measured, measuredWith: { steps: 0, replacement: 'auto' } } },
      { sanity: { methods: ['magic'], stages: [stage] } },
      { sanity: { ...sanity, stages: [{ ...stage, maps: { 'grad-cam': { rows: 9, columns: 9, values: Float32Array.of(1) } } }] } },
      { isAcrossLayers: 'yes' },
      { stability: { ...stability, settings: { ...stability?.settings, runs: 1e9 } } },
      steadyWith({ runs: 1 }),
      steadyWith({ moments: { ...steady?.moments, means: Float64Array.of() } }),
      steadyWith({ correlations: [2] }),
      steadyWith({ caveats: ['of one run alone'] }),
      steadyWith({ own: { rows: 9, columns: 9, values: Float32Array.of(1) } }),
    ]) {
      const back = await opened({ ...given, ...nonsense });
      const name = Object.keys(nonsense).join() as 'measured' | 'sanity' | 'isAcrossLayers' | 'stability';
      expect(back[name]).toBe(name === 'isAcrossLayers' ? false : null);
      expect(back.pins).toEqual(given.pins);
    }
  });
});
