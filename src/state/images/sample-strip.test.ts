import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { isSweepResult } from '../../explain/work.ts';
import type { Sample } from '../../protocol/sample.ts';
import type { AppDependencies } from '../dependencies.ts';
import { figureOf } from '../explanation/figures.ts';
import { mistakenName, shownMap } from '../explanation/selectors.ts';
import { imageFile, SAMPLE } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { fakeModel } from '../testing/fake-model.ts';
import { choose } from '../testing/load-models.ts';
import { createTestStore, NO_URL_VALUES, startedStore, type TestStore } from '../testing/test-store.ts';

/** A sample whose maps, and no other's, have this value in their first cell. */
function sample(name: string, value: number, change: Partial<Sample> = {}): Sample {
  const results = SAMPLE.results.map(({ work, result }) =>
    !isSweepResult(result)
      ? { work, result: { ...result, map: { ...result.map, values: Float32Array.from([value, 0]) } } }
      : { work, result },
  );
  return { ...SAMPLE, name, results, fetchImage: async () => imageFile(name), ...change };
}

const SAMPLES: Readonly<Record<string, readonly Sample[]>> = {
  'built-in': [sample('dog.png', 5), sample('house.png', 6), sample('plane.png', 7, { label: 'plane', named: 'birch' })],
  other: [sample('grain.png', 8)],
};

const WITH_SAMPLES: Partial<AppDependencies> = {
  fetchCatalogue: async () => [
    { id: 'built-in', title: 'Built-in', description: '', hasSamples: true },
    { id: 'other', title: 'Other', description: '', hasSamples: true },
    { id: 'bare', title: 'Bare', description: '', hasSamples: false },
  ],
  fetchSamples: async (modelId) => SAMPLES[modelId] ?? [],
};

const names = (test: TestStore) => test.state().images.items.map(({ name }) => name);
const selectedName = (test: TestStore) => test.state().images.items.find(({ id }) => id === test.state().images.selectedId)?.name;

describe('the samples', () => {
  it('stand in the strip in their order, the first one on screen, all with finished explanations', async () => {
    const test = await startedStore(WITH_SAMPLES);
    expect(names(test)).toEqual(['dog.png', 'house.png', 'plane.png']);
    expect(selectedName(test)).toBe('dog.png');
    for (const [i, { id }] of test.state().images.items.entries()) {
      test.state().selectImage(id);
      expect(shownMap(test.state(), 'grad-cam')?.map.values[0]).toBe(5 + i);
      expect(figureOf(test.state(), 'grad-cam').status).toBe('done');
      expect(figureOf(test.state(), 'fast-ablation-cam').status).toBe('done');
    }
    expect(test.engine().explains).toEqual([]);
  });

  it('begin on a first visit with the one that the network gets wrong', async () => {
    const test = await startedStore({ ...WITH_SAMPLES, readPreferences: () => null });
    expect(test.state().view.isIntroShown).toBe(true);
    expect(names(test)).toEqual(['dog.png', 'house.png', 'plane.png']);
    expect(selectedName(test)).toBe('plane.png');
    test.state().dismissIntro();
    expect(test.preferences.at(-1)).toMatchObject({ isIntroShown: false });
  });

  it.each(['house', 'House.PNG'])('are named by links: %s is on screen at once, in its place in the strip', async (image) => {
    const test = await startedStore({ ...WITH_SAMPLES, readUrl: () => ({ ...NO_URL_VALUES, image }) });
    expect(names(test)).toEqual(['dog.png', 'house.png', 'plane.png']);
    expect(selectedName(test)).toBe('house.png');
    expect(test.urls.at(-1)?.image).toBe('house');
    await test.state().giveFiles([imageFile('mine.png')]);
    expect(test.urls.at(-1)?.image).toBeNull();
    expect(test.noticeTexts()).toEqual([]);
  });

  it('that a link names in vain are said, and the first one is shown', async () => {
    const test = await startedStore({ ...WITH_SAMPLES, readUrl: () => ({ ...NO_URL_VALUES, image: 'mine' }) });
    expect(selectedName(test)).toBe('dog.png');
    expect(test.noticeTexts()).toEqual(['The URL asks for the image “mine”, which is not available here, so it was ignored.']);
  });

  it('that cannot be had are left out, and the others are shown', async () => {
    const gone = sample('gone.png', 1, { fetchImage: () => Promise.reject(new TypeError('no network')) });
    const broken = sample('broken.png', 2, { fetchImage: async () => new File([], 'broken.png') });
    const test = await startedStore({ fetchSamples: async () => [sample('dog.png', 3), gone, broken, sample('house.png', 4)] });
    expect(names(test)).toEqual(['dog.png', 'house.png']);
    expect(test.noticeTexts()).toEqual([]);
  });

  it('give way to those of another model, and to nothing that a person added', async () => {
    const test = await startedStore(WITH_SAMPLES);
    await test.state().giveFiles([imageFile('mine.png')]);
    const bitmaps = test.bitmaps.slice(0, 3);
    await choose(test, 'other');
    expect(names(test)).toEqual(['mine.png', 'grain.png']);
    expect(selectedName(test)).toBe('mine.png');
    expect(bitmaps.map(({ isClosed }) => isClosed)).toEqual([true, true, true]);
    expect(test.revoked).toHaveLength(3);
    await choose(test, 'built-in');
    expect(names(test)).toEqual(['mine.png', 'dog.png', 'house.png', 'plane.png']);
  });

  it('of another model are on screen at once, finished, where a sample was', async () => {
    const test = await startedStore(WITH_SAMPLES);
    await choose(test, 'other');
    expect(selectedName(test)).toBe('grain.png');
    expect(shownMap(test.state(), 'grad-cam')?.map.values[0]).toBe(8);
    expect(figureOf(test.state(), 'fast-ablation-cam').status).toBe('done');
  });

  it('stay with a model that has none, and while another one cannot be loaded', async () => {
    const test = await startedStore(WITH_SAMPLES);
    const before = names(test);
    await choose(test, 'bare');
    expect(names(test)).toEqual(before);
    const chosen = test.state().chooseModel('other');
    await settled();
    await test.lastLoad().fail(new AppError('download-failed', 'The file could not be downloaded.'));
    await chosen;
    expect(names(test)).toEqual(before);
  });

  it('do not come back once all were removed', async () => {
    const test = await startedStore(WITH_SAMPLES);
    for (const { id } of test.state().images.items) test.state().removeImage(id);
    await choose(test, 'other');
    expect(names(test)).toEqual([]);
  });

  it('of the first model that has some stand in for those of a model that has none', async () => {
    const test = createTestStore({ ...WITH_SAMPLES, readUrl: () => ({ ...NO_URL_VALUES, model: 'bare' }) });
    void test.state().start();
    await settled();
    await test.lastLoad().finish(fakeModel('bare'));
    await settled();
    expect(names(test)).toEqual(['dog.png', 'house.png', 'plane.png']);
    expect(figureOf(test.state(), 'grad-cam').status).not.toBe('done');
  });

  it('are said to be mistaken by their own model alone', async () => {
    const test = await startedStore(WITH_SAMPLES);
    const mistaken = () => test.state().images.items.map((image) => mistakenName(image, test.state()));
    expect(mistaken()).toEqual([null, null, 'birch']);
    await choose(test, 'bare');
    expect(mistaken()).toEqual([null, null, null]);
  });
});
