import { describe, expect, it } from 'vitest';
import { AppError } from '../core/app-error.ts';
import type { Sample } from '../protocol/sample.ts';
import type { AppDependencies } from './dependencies.ts';
import { isNamedWrongly } from './selectors.ts';
import { fakeModel, settled } from './testing/fake-engine.ts';
import { choose } from './testing/load-models.ts';
import { createTestStore, NO_ADDRESS, pictureFile, SAMPLE, startedStore, type TestStore } from './testing/test-store.ts';

function sample(name: string, change: Partial<Sample> = {}): Sample {
  return { ...SAMPLE, name, fetchPicture: async () => pictureFile(name), ...change };
}

const SAMPLES: Readonly<Record<string, readonly Sample[]>> = {
  'built-in': [sample('dog.png'), sample('house.png'), sample('plane.png', { isMistaken: true })],
  other: [sample('grain.png')],
};

const WITH_SAMPLES: Partial<AppDependencies> = {
  fetchCatalogue: async () => [
    { id: 'built-in', title: 'Built-in', hasSamples: true },
    { id: 'other', title: 'Other', hasSamples: true },
    { id: 'bare', title: 'Bare', hasSamples: false },
  ],
  fetchSamples: async (modelId) => SAMPLES[modelId] ?? [],
};

const names = (test: TestStore) => test.state().pictures.items.map(({ name }) => name);
const selectedName = (test: TestStore) => test.state().pictures.items.find(({ id }) => id === test.state().pictures.selectedId)?.name;

describe('the samples', () => {
  it('stand in the strip in their order, the first one on screen, all with finished explanations', async () => {
    const test = await startedStore(WITH_SAMPLES);
    expect(names(test)).toEqual(['dog.png', 'house.png', 'plane.png']);
    expect(selectedName(test)).toBe('dog.png');
    for (const { id } of test.state().pictures.items) {
      test.state().selectPicture(id);
      expect(test.state().explanation.figures['grad-cam'].status).toBe('done');
      expect(test.state().explanation.figures['fast-ablation-cam'].status).toBe('done');
    }
    expect(test.engine().explains).toEqual([]);
  });

  it('that cannot be had are left out, and the others are shown', async () => {
    const gone = sample('gone.png', { fetchPicture: () => Promise.reject(new TypeError('no network')) });
    const broken = sample('broken.png', { fetchPicture: async () => new File([], 'broken.png') });
    const test = await startedStore({ fetchSamples: async () => [sample('dog.png'), gone, broken, sample('house.png')] });
    expect(names(test)).toEqual(['dog.png', 'house.png']);
    expect(test.noticeTexts()).toEqual([]);
  });

  it('give way to those of another model, and to nothing that a person added', async () => {
    const test = await startedStore(WITH_SAMPLES);
    await test.state().addPictures([pictureFile('mine.png')]);
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
    expect(test.state().explanation.figures['fast-ablation-cam'].status).toBe('done');
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
    for (const { id } of test.state().pictures.items) test.state().removePicture(id);
    await choose(test, 'other');
    expect(names(test)).toEqual([]);
  });

  it('of the first model that has some stand in for those of a model that has none', async () => {
    const test = createTestStore({ ...WITH_SAMPLES, readAddress: () => ({ ...NO_ADDRESS, model: 'bare' }) });
    void test.state().start();
    await settled();
    await test.lastLoad().finish(fakeModel('bare'));
    await settled();
    expect(names(test)).toEqual(['dog.png', 'house.png', 'plane.png']);
    expect(test.state().explanation.figures['grad-cam'].status).not.toBe('done');
  });

  it('are said to be named wrongly by their own model alone', async () => {
    const test = await startedStore(WITH_SAMPLES);
    const wrong = () => test.state().pictures.items.filter((picture) => isNamedWrongly(picture, test.state()));
    expect(wrong().map(({ name }) => name)).toEqual(['plane.png']);
    await choose(test, 'bare');
    expect(wrong()).toEqual([]);
  });
});
