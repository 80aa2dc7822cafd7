/** Models of the hub: downloaded once, kept under the commit that they are, and named so in the URL. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { reportContent } from '../export/report-content.ts';
import { settled } from '../testing/fake-jobs.ts';
import { fakeModel } from '../testing/fake-model.ts';
import { memoryOf } from '../testing/fake-storage.ts';
import { createTestStore, NO_URL_VALUES, startedStore, type TestStore } from '../testing/test-store.ts';

const REPOSITORY = 'timm/oaks';
const SHA = '0123456789abcdef0123456789abcdef01234567';
const NAME = `hf:${REPOSITORY}`;
const PINNED = `${NAME}@${SHA}`;
const FILES = [new File(['weights'], 'oaks.safetensors'), new File(['{}'], 'config.json')];

function lastDownload(test: TestStore) {
  const job = test.engine().hubDownloads.at(-1);
  if (!job) throw new Error('nothing was downloaded');
  return job;
}

/** The download ends, and the model is loaded. Returns its id. */
async function finish(test: TestStore, revision = SHA): Promise<string> {
  const job = lastDownload(test);
  await job.finish({ name: { repository: job.name.repository, revision }, files: FILES });
  await settled();
  const { source } = test.lastLoad();
  await test.lastLoad().finish(fakeModel(source.id, { title: 'oaks' }));
  await settled();
  return source.id;
}

async function openedStore(): Promise<TestStore> {
  const test = await startedStore();
  void test.state().openFromHub(NAME);
  await settled();
  await finish(test);
  return test;
}

describe('a model of the hub', () => {
  it('shows its progress, is kept, and is named by its commit in the URL', async () => {
    const test = await startedStore();
    void test.state().openFromHub(` ${NAME} `);
    await settled();
    expect(lastDownload(test)).toMatchObject({ hub: 'https://hub.example', name: { repository: REPOSITORY, revision: null } });
    lastDownload(test).report({ loadedBytes: 5, totalBytes: 10, isFromCache: false });
    expect(test.state().model).toMatchObject({ status: 'loading', progress: { loadedBytes: 5, totalBytes: 10 } });
    // What a reload goes on with.
    expect(test.urls.at(-1)?.model).toBe(NAME);
    const id = await finish(test);
    expect(id).toBe('own-oaks');
    expect(test.kept.get(id)?.model.origin).toBe(PINNED);
    expect(test.state().model.catalogue.at(-1)).toMatchObject({ id, hubName: PINNED, keptBytes: 9 });
    expect(test.urls.at(-1)?.model).toBe(PINNED);
    expect(test.state().hub.opening).toBeNull();
    const surroundings = { model: { sha256: '', tensorflow: '' }, version: '', url: '', madeAt: new Date(0) };
    expect(reportContent(test.state(), [], surroundings).settings).toContainEqual(['From the hub', PINNED]);
  });

  it('is opened without the network the second time, unless another revision is named', async () => {
    const test = await openedStore();
    for (const name of [NAME, PINNED, `https://huggingface.co/${REPOSITORY}`]) {
      const opened = test.state().openFromHub(name);
      await settled();
      await test.lastLoad().finish(fakeModel('own-oaks'));
      await opened;
    }
    expect(test.engine().hubDownloads).toHaveLength(1);
    void test.state().openFromHub(`${NAME}@main`);
    await settled();
    expect(test.engine().hubDownloads).toHaveLength(2);
    const other = await finish(test, SHA.replace('0', 'f'));
    expect(other).toBe('own-oaks-2');
  });

  it('for which the browser has no room opens all the same, and that is one sentence', async () => {
    const keep = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    const test = await startedStore({ keptModels: { ...memoryOf(new Map()), keep } });
    void test.state().openFromHub(NAME);
    await settled();
    const id = await finish(test);
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id } });
    expect(test.state().model.catalogue.at(-1)).toMatchObject({ id, hubName: PINNED, keptBytes: null });
    expect(test.noticeTexts()).toEqual([
      'The browser has no room to keep oaks, so it must be opened again after a reload; remove other models to make room.',
    ]);
    // Until then it is there.
    void test.state().openFromHub(PINNED);
    await settled();
    await test.lastLoad().finish(fakeModel(id));
    expect(test.engine().hubDownloads).toHaveLength(1);
  });

  it('comes by its page’s URL where models are opened by theirs', async () => {
    const test = await startedStore();
    void test.state().openModelUrl(`https://huggingface.co/${REPOSITORY}/tree/v1`);
    await settled();
    expect(lastDownload(test).name).toEqual({ repository: REPOSITORY, revision: 'v1' });
  });

  it('that fails, or is cancelled, leaves the one before in place', async () => {
    const test = await startedStore();
    void test.state().openFromHub(NAME);
    await settled();
    await lastDownload(test).fail(new AppError('download-failed', 'There is no such model.'));
    await settled();
    expect(test.noticeTexts()).toEqual(['There is no such model.']);
    void test.state().openFromHub(NAME);
    await settled();
    test.state().cancelLoading();
    await settled();
    expect(lastDownload(test).isOpen).toBe(false);
    expect(test.state()).toMatchObject({ model: { status: 'ready', card: { id: 'built-in' } }, hub: { opening: null } });
    expect(test.urls.at(-1)?.model).toBe('built-in');
  });

  it('without a name is refused in one sentence', async () => {
    const test = await startedStore();
    await test.state().openFromHub('hf:oaks');
    expect(test.noticeTexts()).toEqual([expect.stringContaining('“hf:oaks” is no name of a model on the hub')]);
    expect(test.engine().hubDownloads).toEqual([]);
  });

  it('that gave way to a newer one can still be chosen', async () => {
    const test = await startedStore();
    void test.state().openFromHub(NAME);
    await settled();
    void test.state().chooseModel('other');
    await settled();
    await test.lastLoad().finish(fakeModel('other'));
    const aside = test.state().model.catalogue.find(({ description }) => description === 'Not opened yet.');
    expect(aside?.title).toBe(NAME);
    void test.state().chooseModel(aside?.id ?? '');
    await settled();
    expect(test.engine().hubDownloads).toHaveLength(2);
  });
});

describe('a URL with a model of the hub', () => {
  const url = { ...NO_URL_VALUES, model: PINNED, layer: 'first', class: 'cedar', versus: 'ash' };

  it('downloads it, while samples of a built-in one are on screen, and keeps layer and classes for it', async () => {
    const test = createTestStore({ readUrl: () => url });
    void test.state().start();
    await settled();
    expect(test.state().images.items.length).toBeGreaterThan(0);
    expect(lastDownload(test).name).toEqual({ repository: REPOSITORY, revision: SHA });
    expect(test.engine().loads).toEqual([]);
    expect(test.urls.at(-1)?.model).toBe(PINNED);
    await finish(test);
    expect(test.state().view).toMatchObject({ layer: 'first', classIndex: 2, versus: 0 });
    expect(test.urls.at(-1)).toMatchObject({ model: PINNED, layer: 'first', class: 'cedar', versus: 'ash' });
    expect(test.noticeTexts()).toEqual([]);
    expect(test.state().model.card?.id).toBe('own-oaks');
  });

  it('opens what is kept without the network', async () => {
    const before = await openedStore();
    const test = createTestStore({ readUrl: () => ({ ...url, model: NAME }), keptModels: before.storage });
    void test.state().start();
    await settled();
    await test.lastLoad().finish(fakeModel('own-oaks'));
    expect(test.engine().hubDownloads).toEqual([]);
    expect(test.urls.at(-1)).toMatchObject({ model: PINNED, class: 'cedar' });
  });

  it('may name a branch', async () => {
    const test = createTestStore({ readUrl: () => ({ ...url, model: `${NAME}@main` }) });
    void test.state().start();
    await settled();
    await finish(test);
    expect(test.state().view).toMatchObject({ layer: 'first', classIndex: 2, versus: 0 });
    expect(test.urls.at(-1)?.model).toBe(PINNED);
  });

  it('that cannot be had says so, and shows the built-in one', async () => {
    const test = createTestStore({ readUrl: () => ({ ...url, layer: 'its-own' }) });
    void test.state().start();
    await settled();
    await lastDownload(test).fail(new AppError('download-failed', 'There is no such model.'));
    await settled();
    await test.lastLoad().finish(fakeModel('built-in'));
    expect(test.noticeTexts()).toEqual(['There is no such model.']);
    expect(test.state().model.card?.id).toBe('built-in');
    expect(test.urls.at(-1)?.model).toBe('built-in');
  });

  it('gives way to what a person gives meanwhile', async () => {
    const test = createTestStore({ readUrl: () => url });
    void test.state().start();
    await settled();
    void test.state().giveFiles([new File(['weights'], 'flowers.keras')]);
    await settled();
    await test.lastLoad().finish(fakeModel(test.lastLoad().source.id));
    await settled();
    expect(test.state().model.card?.id).toBe('own-flowers');
    expect(test.state().hub.opening).toBeNull();
  });

  it('that is no name is ignored, and said so', async () => {
    const test = createTestStore({ readUrl: () => ({ ...url, model: 'hf:oaks' }) });
    void test.state().start();
    await settled();
    expect(test.noticeTexts().some((text) => text.includes('the model “hf:oaks”'))).toBe(true);
  });
});

describe('a search', () => {
  const query = { text: 'oak', author: '', isClassifier: true, hasSafetensors: true };
  const result = {
    repository: REPOSITORY,
    task: null,
    downloads: 1,
    bytes: 4,
    isGated: false,
    isDisabled: false,
    hasSafetensors: true,
    licence: null,
  };

  it('gives what is found; of several the last one counts', async () => {
    const test = await startedStore();
    void test.state().searchHub({ ...query, text: 'o' });
    void test.state().searchHub(query);
    await settled();
    expect(test.state().hub).toMatchObject({ host: 'hub.example', search: { isRunning: true, results: null } });
    const searches = test.engine().hubSearches;
    expect(searches.at(-1)?.query).toEqual(query);
    await searches.at(-1)?.finish([result]);
    expect(test.state().hub.search).toEqual({ isRunning: false, results: [result], error: '' });
  });

  it('says in one sentence why there is nothing', async () => {
    const test = await startedStore();
    void test.state().searchHub(query);
    await settled();
    await test.engine().hubSearches.at(-1)?.fail(new AppError('download-failed', 'hub.example could not be reached.'));
    expect(test.state().hub.search).toEqual({ isRunning: false, results: null, error: 'hub.example could not be reached.' });
  });
});
