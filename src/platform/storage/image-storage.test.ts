import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_ABLATION, emptyAblationSweep } from '../../explain/ablation-plan.ts';
import { emptyChannelSweep } from '../../explain/channel-sweep.ts';
import { emptyMaskSweep } from '../../explain/input/mask-sweep.ts';
import { withItems } from '../../explain/item-sweep.ts';
import type { Finder, KeptFinding, KeptImage } from '../../protocol/kept-image.ts';
import { arrangeImages, clearImages, findingsOf, keepFindings, keepImage, loadImages, removeImage } from './image-storage.ts';

// Node has none, and nothing here is asked of it.
vi.stubGlobal('navigator', {});

function image(id: string, change: Partial<KeptImage> = {}): KeptImage {
  return {
    id,
    name: `${id}.png`,
    folder: 'trees/birch',
    file: new File(['pixels'], `${id}.png`),
    thumbnail: new Blob(['small']),
    width: 30,
    height: 20,
    depth: { bits: 16, usedBits: 12 },
    isStretched: true,
    remark: '',
    ...change,
  };
}

const FINDER: Finder = { version: '1', network: 'net' };
const SCORE = { classIndex: 1, kind: 'logit', versus: null, reading: 'softmax' } as const;
const PLACE = { kind: 'result', imageId: 'a', layer: 'last', backend: 'wasm' } as const;
const TIMES = { durationMs: 3, forwardMs: 9 };
const BASELINE = Float32Array.of(1, 3, 2);
const CELLS = { rows: 1, columns: 2 };

const LOGITS: KeptFinding = { kind: 'logits', imageId: 'a', logits: BASELINE };

const MAP = {
  ...PLACE,
  work: { method: 'grad-cam', score: SCORE },
  result: { method: 'grad-cam', score: SCORE, map: { ...CELLS, values: Float32Array.of(1, 2) }, scale: 1, ...TIMES },
} satisfies KeptFinding;

const WINDOWS = withItems(emptyAblationSweep(CELLS, DEFAULT_ABLATION, BASELINE), {
  items: Uint32Array.of(0, 1),
  logits: new Float32Array(6),
});

const SWEEP = {
  ...PLACE,
  work: { method: 'fast-ablation-cam', ablation: DEFAULT_ABLATION, items: null },
  result: { method: 'fast-ablation-cam', sweep: WINDOWS, ...TIMES },
} satisfies KeptFinding;

const CHANNELS = withItems(emptyChannelSweep(CELLS, new Float32Array(6), BASELINE), {
  items: Uint32Array.of(0, 1, 2),
  logits: new Float32Array(9),
});

const CHANNEL_SWEEP: KeptFinding = {
  ...PLACE,
  work: { method: 'ablation-cam', items: null },
  result: { method: 'ablation-cam', sweep: CHANNELS, ...TIMES },
};

const AT_IMAGE = { ...PLACE, layer: 'input image' } as const;

const AFTER_RELU: KeptFinding = {
  ...PLACE,
  work: { method: 'ablation-cam', channelValue: 'after-relu', items: null },
  result: { method: 'ablation-cam', sweep: { ...CHANNELS, ...{ value: 'after-relu' } }, ...TIMES },
};

// One pixel each, one apart: a seventh of the longer side is less.
const PATCHED = withItems(emptyAblationSweep(CELLS, { ...DEFAULT_ABLATION, value: 'mean' }, BASELINE), {
  items: Uint32Array.of(0, 1),
  logits: new Float32Array(6),
});

const PATCHES = {
  ...AT_IMAGE,
  work: { method: 'occlusion', occlusion: { patch: null, stride: null, value: 'mean' }, items: null },
  result: { method: 'occlusion', sweep: PATCHED, ...TIMES },
} satisfies KeptFinding;

const MASKS = {
  ...AT_IMAGE,
  work: { method: 'rise', masks: { count: 2, seed: 4 }, items: null },
  result: {
    method: 'rise',
    sweep: withItems(emptyMaskSweep(CELLS, { count: 2, seed: 4 }, BASELINE), { items: Uint32Array.of(0, 1), logits: new Float32Array(6) }),
    ...TIMES,
  },
} satisfies KeptFinding;

async function put(store: 'images' | 'arrangement', key: string, value: unknown): Promise<void> {
  const database = await openDB('kept-images', 1);
  await database.put(store, value, key);
  database.close();
}

describe('images in the browser’s database', () => {
  beforeEach(clearImages);

  it('come back as they were kept, with how they stood', async () => {
    await keepImage(image('a'));
    await keepImage(image('b', { thumbnail: null, depth: null, isStretched: false, folder: '' }));
    const arrangement = { order: ['b', 'a'], selected: 'a', removedSamples: { everyday: ['dog.jpg'] } };
    await arrangeImages(arrangement);
    const loaded = await loadImages();
    expect(loaded.images.map(({ id, name, folder, depth }) => ({ id, name, folder, depth }))).toEqual([
      { id: 'a', name: 'a.png', folder: 'trees/birch', depth: { bits: 16, usedBits: 12 } },
      { id: 'b', name: 'b.png', folder: '', depth: null },
    ]);
    expect(await loaded.images[0]?.file.text()).toBe('pixels');
    expect(loaded).toMatchObject({ arrangement, remark: '' });
  });

  it.each([
    ['nothing of it is there', undefined, 'that has no name'],
    ['its file is a text', { ...image('b'), file: 'pixels' }, 'b.png'],
    ['it has no size', { ...image('b'), width: 0 }, 'b.png'],
    ['it stands in the place of another one', image('c'), 'c.png'],
  ])('are left out with one sentence where they are damaged, said once: %s', async (_, damaged, name) => {
    await keepImage(image('a'));
    await put('images', 'b', damaged);
    const remark = `What this browser kept of the image ${name} is damaged and was left out; please give it again.`;
    const { images, ...rest } = await loadImages();
    expect(images.map(({ id }) => id)).toEqual(['a']);
    expect(rest.remark).toBe(remark);
    expect((await loadImages()).remark).toBe('');
  });

  it('stand in no order where that is damaged', async () => {
    await keepImage(image('a'));
    await put('arrangement', 'arrangement', { order: 7, selected: 'a' });
    expect((await loadImages()).arrangement).toEqual({ order: [], selected: 'a', removedSamples: {} });
    await put('arrangement', 'arrangement', 'upside down');
    expect((await loadImages()).arrangement).toBeNull();
  });
});

describe('what was found out about them', () => {
  beforeEach(async () => {
    await clearImages();
    await keepImage(image('a'));
  });

  it('comes back as it was kept', async () => {
    const all = [LOGITS, MAP, SWEEP, CHANNEL_SWEEP, AFTER_RELU, PATCHES, MASKS];
    await keepFindings(FINDER, all);
    const found = await findingsOf(FINDER);
    expect(found).toHaveLength(7);
    expect(found).toEqual(expect.arrayContaining(all));
  });

  it('is the latest of its kind', async () => {
    await keepFindings(FINDER, [LOGITS, MAP]);
    const later = { ...LOGITS, logits: Float32Array.of(4, 5, 6) };
    await keepFindings(FINDER, [later]);
    expect(await findingsOf(FINDER)).toEqual(expect.arrayContaining([later, MAP]));
    expect(await findingsOf(FINDER)).toHaveLength(2);
  });

  it('is another network’s own, and thrown away by another version', async () => {
    await keepFindings(FINDER, [LOGITS]);
    expect(await findingsOf({ ...FINDER, network: 'other' })).toEqual([]);
    expect(await findingsOf(FINDER)).toHaveLength(1);
    for (const version of ['0', '2']) {
      await keepFindings(FINDER, [LOGITS]);
      expect(await findingsOf({ ...FINDER, version })).toEqual([]);
      expect(await findingsOf(FINDER)).toEqual([]);
    }
  });

  it('goes with its image, also where it was still being written', async () => {
    await keepFindings(FINDER, [LOGITS, MAP]);
    await removeImage('a');
    expect(await findingsOf(FINDER)).toEqual([]);
    await keepFindings(FINDER, [LOGITS]);
    await loadImages();
    expect(await findingsOf(FINDER)).toEqual([]);
  });

  it('is bounded: what was kept longest ago goes first', async () => {
    const large = (value: number): KeptFinding => ({
      ...MAP,
      layer: `layer ${value}`,
      result: { ...MAP.result, map: { rows: 1500, columns: 1500, values: new Float32Array(2_250_000).fill(value) } },
    });
    for (let i = 0; i < 5; i++) {
      await keepFindings(FINDER, [large(i)]);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    const layers = (await findingsOf(FINDER)).map((finding) => finding.kind === 'result' && finding.layer);
    expect(layers).toEqual(['layer 2', 'layer 3', 'layer 4']);
  });

  const map = (values: Float32Array) => ({ ...MAP, result: { ...MAP.result, map: { ...CELLS, values } } });
  const sweep = (change: object) => ({ ...SWEEP, result: { ...SWEEP.result, sweep: { ...WINDOWS, ...change } } });
  it.each([
    ['a map of other cells', map(new Float32Array(3))],
    ['a map with a number that is none', map(Float32Array.of(1, Number.NaN))],
    ['a map of another score', { ...MAP, work: { ...MAP.work, score: { ...SCORE, classIndex: 2 } } }],
    ['a map by another method', { ...MAP, work: { ...MAP.work, method: 'hires-cam' } }],
    ['a sweep that is not finished', sweep({ isExact: Uint8Array.of(1, 0), exactCount: 1 })],
    ['a sweep that only seems finished', sweep({ isExact: Uint8Array.of(1, 0) })],
    ['a sweep of fewer logits', sweep({ logits: new Float32Array(5) })],
    ['a sweep of other windows', { ...SWEEP, work: { ...SWEEP.work, ablation: { ...DEFAULT_ABLATION, window: 2 } } }],
    ['a sweep of other values', sweep({ value: 'mean' })],
    ['a sweep of more positions than there are', sweep({ cells: { rows: 1, columns: 1 } })],
    ['numbers in a list', { ...LOGITS, logits: [1, 2, 3] }],
    ['no backend that is known', { ...MAP, backend: 'abacus' }],
    ['nothing', undefined],
  ])('is found out again where it is damaged: %s', async (_, damaged) => {
    await keepFindings(FINDER, [LOGITS, CHANNEL_SWEEP]);
    const database = await openDB('kept-images', 1);
    await database.put('findings', { ...FINDER, imageId: 'a', keptAt: 1, bytes: 1, finding: damaged }, 'damaged');
    database.close();
    const found = await findingsOf(FINDER);
    expect(found).toHaveLength(2);
    expect(found).toEqual(expect.arrayContaining([LOGITS, CHANNEL_SWEEP]));
  });
});
