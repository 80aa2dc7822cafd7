import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { beforeEach, describe, expect, it } from 'vitest';
import { TORCH_PREPROCESSING } from '../../core/images/preprocessing.ts';
import { DEFAULT_SWEEP } from '../../explain/input/input-settings.ts';
import type { SetResult } from '../../metrics/set-result.ts';
import { scoresWith } from '../../metrics/testing/made-up.ts';
import type { KeptSet } from '../../protocol/kept-set.ts';
import { changeSet, clearSet, imageOfSet, keepSetResult, loadSet } from './set-storage.ts';

const SET: KeptSet = {
  name: 'trees',
  paths: ['trees/a.png', 'trees/b.png'],
  modelId: 'own-a',
  preprocessing: TORCH_PREPROCESSING,
  reading: 'softmax',
  layer: 'relu',
  methods: ['grad-cam', 'fast-ablation-cam'],
  ablation: { ...DEFAULT_SWEEP, value: 'mean' },
  settings: { steps: 16, replacement: 'auto', sensitivity: { of: 'all', samples: 3, radiusPercent: 0.5 } },
  chosen: { replacement: 'mean', images: 2, left: { blur: 0.8, mean: 0.04 } },
  isStretched: true,
};

const SCORES = scoresWith({ deletion: 0.1, insertion: 0.9, 'average-drop': 0, increase: 1, road: 0.2, 'max-sensitivity': 0.3 });

const RESULT: SetResult = {
  path: 'trees/a.png',
  label: 'birch',
  predicted: 'birch',
  probability: 0.9,
  value: null,
  left: 0.04,
  scores: { 'grad-cam': SCORES, random: { ...SCORES, road: 0 } },
};

async function put(store: 'set' | 'results' | 'pictures', key: string, value: unknown): Promise<void> {
  await loadSet();
  const database = await openDB('picture-set', 1);
  await database.put(store, value, key);
  database.close();
}

describe('a set in the browser’s database', () => {
  beforeEach(clearSet);

  it('comes back as it was kept', async () => {
    expect(await loadSet()).toEqual({ set: null, results: [], remark: '' });
    await changeSet(SET);
    await keepSetResult(RESULT);
    expect(await loadSet()).toEqual({ set: SET, results: [RESULT], remark: '' });
  });

  it('of a former version goes on: maps by their titles, no reading, no share that is left, no choice', async () => {
    const { reading: _reading, chosen: _chosen, isStretched: _isStretched, ...rest } = SET;
    const former = { ...rest, settings: { steps: 16, replacement: 'auto' } };
    const { pointing: _pointing, energy: _energy, 'max-sensitivity': _steady, ...fewer } = SCORES;
    const { value: _value, left: _left, ...older } = RESULT;
    await put('set', 'set', { ...former, ablation: { window: 1, stride: 1, value: 'mean' } });
    const scores = { 'Grad-CAM': fewer, FastAblationCAM: SCORES, 'Ablation-CAM': SCORES, 'Random map': SCORES };
    await put('results', RESULT.path, { ...older, scores });
    const loaded = await loadSet();
    expect(loaded).toEqual({
      // The image itself was not hidden in parts: it would be as at first.
      set: { ...former, ablation: SET.ablation },
      results: [
        {
          ...older,
          scores: {
            'grad-cam': { ...SCORES, 'max-sensitivity': null },
            'fast-ablation-cam': SCORES,
            'ablation-cam': SCORES,
            random: SCORES,
          },
        },
      ],
      remark: '',
    });
    expect(Object.keys(loaded.results[0]?.scores ?? {})).toEqual(['grad-cam', 'fast-ablation-cam', 'ablation-cam', 'random']);
  });

  it('keeps numbers that are none, as measuring again would give the same', async () => {
    await changeSet(SET);
    const undefinedDrop = { ...RESULT, scores: { 'grad-cam': { ...SCORES, 'average-drop': Number.NaN } } };
    await keepSetResult(undefinedDrop);
    expect(await loadSet()).toEqual({ set: SET, results: [undefinedDrop], remark: '' });
  });

  it('passes over what another version knew', async () => {
    await put('set', 'set', { ...SET, methods: ['grad-cam', 'telepathy'], chosen: { replacement: 'noise' }, mood: 'good' });
    await put('results', RESULT.path, { ...RESULT, scores: { ...RESULT.scores, telepathy: SCORES } });
    expect(await loadSet()).toEqual({ set: { ...SET, methods: ['grad-cam'], chosen: null }, results: [RESULT], remark: '' });
  });

  it.each([
    ['a text', 'trees', 'that was measured'],
    ['no paths', { ...SET, paths: undefined }, 'trees'],
    ['no method that is known', { ...SET, methods: ['telepathy'] }, 'trees'],
    ['a radius of nothing', { ...SET, settings: { ...SET.settings, sensitivity: { of: 'all', samples: 3, radiusPercent: 0 } } }, 'trees'],
    ['a window of no cells', { ...SET, ablation: { window: 0, stride: 1, value: 0 } }, 'trees'],
  ])('is left out with one sentence where it is damaged: %s', async (_, damaged, name) => {
    await put('set', 'set', damaged);
    const remark = `What this browser kept of the folder ${name} is damaged and was left out; please give the folder again.`;
    expect(await loadSet()).toEqual({ set: null, results: [], remark });
  });

  it.each([
    ['nothing', undefined],
    ['no path', { ...RESULT, path: undefined }],
    ['scores in words', { ...RESULT, scores: { 'grad-cam': { ...SCORES, road: 'good' } } }],
    ['no map that is known', { ...RESULT, scores: { telepathy: SCORES } }],
  ])('loses no other result by one that is damaged: %s', async (_, damaged) => {
    await changeSet(SET);
    await keepSetResult(RESULT);
    await put('results', 'trees/b.png', damaged);
    const remark = 'One result of the folder trees could not be read, so its image will be measured again.';
    expect(await loadSet()).toEqual({ set: SET, results: [RESULT], remark });
  });

  it('has no image where something else stands in its place', async () => {
    await put('pictures', 'trees/a.png', 'pixels');
    expect(await imageOfSet('trees/a.png')).toBeNull();
    expect(await imageOfSet('trees/z.png')).toBeNull();
  });
});
