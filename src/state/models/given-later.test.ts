/** What a person gives once the page has started: while a model loads, after another, and while the engine restarts. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { FakeEngine } from '../testing/fake-engine.ts';
import { imageFile } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { FOLDER, finishLoads, lastOf, NAMES, OWN } from '../testing/given-files.ts';
import { choose, openFiles } from '../testing/load-models.ts';
import { createTestStore, startedStore } from '../testing/test-store.ts';

describe('a model that is given while the built-in one loads', () => {
  it('stops that, and takes its place', async () => {
    const test = createTestStore();
    const started = test.state().start();
    await settled();
    const builtIn = test.lastLoad();
    expect(builtIn.source.id).toBe('built-in');
    void test.state().giveFiles(OWN);
    await settled();
    expect(builtIn.signal?.aborted).toBe(true);
    expect(await finishLoads(test)).toEqual(['own-flowers']);
    await started;
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id: 'own-flowers' } });
  });

  it('lets it load after all when it is broken, or is cancelled', async () => {
    for (const end of ['break', 'cancel'] as const) {
      const test = createTestStore();
      const started = test.state().start();
      await settled();
      void test.state().giveFiles(OWN);
      await settled();
      if (end === 'cancel') test.state().cancelLoading();
      else await test.lastLoad().fail(new AppError('model-file-broken', 'The file flowers.keras is broken.'));
      await settled();
      expect(await finishLoads(test)).toEqual(['built-in']);
      await started;
      expect(test.state().model).toMatchObject({ status: 'ready', info: { id: 'built-in' } });
    }
  });

  it('is on screen even where the list of models cannot be had', async () => {
    const failure = new AppError('download-failed', 'The file models/index.json could not be downloaded.');
    const test = createTestStore({ fetchCatalogue: () => Promise.reject(failure) });
    const started = test.state().start();
    void test.state().giveFiles(OWN);
    await settled();
    await finishLoads(test);
    await started;
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id: 'own-flowers' } });
    expect(test.noticeTexts()).toEqual([failure.message]);
  });

  it('gets no id that a kept one has', async () => {
    const before = await startedStore();
    await openFiles(before, OWN);
    const test = createTestStore({ keptModels: before.storage });
    const started = test.state().start();
    void test.state().giveFiles([new File(['others'], 'flowers.keras', { lastModified: 8 })]);
    await settled();
    expect(await finishLoads(test)).toEqual(['own-flowers-2']);
    await started;
    expect(test.state().model.catalogue.map(({ id }) => id)).toEqual(['built-in', 'other', 'own-flowers', 'own-flowers-2']);
  });
});

describe('several models given one after the other', () => {
  const ROSES = [new File(['roses'], 'roses.keras')];

  it('end with the last one; the others can be chosen in the list, and it is said', async () => {
    const test = await startedStore();
    void test.state().giveFiles(OWN);
    await settled();
    void test.state().giveFiles(ROSES);
    await settled();
    expect(await finishLoads(test)).toEqual(['own-roses']);
    expect(test.state().model.card?.id).toBe('own-roses');
    expect(test.noticeTexts()).toEqual([expect.stringMatching(/^flowers\.keras gave way.*list of models\.$/)]);
    const aside = test.state().model.catalogue.find(({ title }) => title === 'flowers.keras');
    const chosen = test.state().chooseModel(aside?.id ?? '');
    await settled();
    expect(test.lastLoad().source).toMatchObject({ files: OWN });
    await finishLoads(test);
    await chosen;
    expect(test.state().model.card?.id).toBe('own-flowers');
    expect(test.state().model.catalogue.map(({ id }) => id)).toEqual(['built-in', 'other', 'own-roses', 'own-flowers']);
  });

  it('end with the last one even when they are given at once', async () => {
    const test = await startedStore();
    void test.state().giveFiles(OWN);
    void test.state().giveFiles(ROSES);
    await settled();
    await finishLoads(test);
    expect(test.state().model.card?.id).toBe('own-roses');
  });

  it('are one where they are the same files', async () => {
    const test = await startedStore();
    void test.state().giveFiles(OWN);
    await settled();
    void test.state().giveFiles(OWN);
    await settled();
    await finishLoads(test);
    expect(test.state().model.catalogue.map(({ id }) => id)).toEqual(['built-in', 'other', 'own-flowers']);
    expect(test.noticeTexts()).toEqual([]);
  });
});

describe('what is given while another model loads', () => {
  it('belongs to that one: names and folders wait for it', async () => {
    const test = await startedStore();
    void test.state().chooseModel('other');
    await settled();
    void test.state().openClassNames(NAMES);
    void test.state().openSet(FOLDER);
    void test.state().giveFiles([imageFile('mine.png')]);
    await settled();
    expect(test.state().model.card?.classNames).toEqual(['ash', 'birch', 'cedar']);
    expect(test.state().set.waiting).toBe('trees');
    await finishLoads(test);
    await settled();
    expect(test.state().model.card).toMatchObject({ id: 'other', classNames: ['oak', 'elm', 'yew'] });
    expect(test.state().set).toMatchObject({ waiting: null, kept: { modelId: 'other' } });
    expect(test.state().images.items.map(({ name }) => name)).toContain('mine.png');
  });

  it('as a folder can be dropped, and gives way to a newer one', async () => {
    const test = await startedStore();
    void test.state().chooseModel('other');
    await settled();
    void test.state().openSet(FOLDER);
    await test.state().clearSet();
    expect(test.state().set.waiting).toBeNull();
    void test.state().openSet(FOLDER);
    void test.state().openSet([{ path: 'newer/b.png', file: imageFile('b.png') }]);
    await finishLoads(test);
    await settled();
    expect(test.state().set.kept?.name).toBe('newer');
  });
});

describe('what is given where no model could be loaded', () => {
  it('waits for one', async () => {
    const test = createTestStore();
    const started = test.state().start();
    await settled();
    await test.lastLoad().fail(new AppError('download-failed', 'The file weights.bin could not be downloaded.'));
    await started;
    expect(test.state().model.status).toBe('failed');
    void test.state().openClassNames(NAMES);
    void test.state().openSet(FOLDER);
    await settled();
    expect(test.noticeTexts()).toContain('The file names.txt waits until a model is loaded.');
    await choose(test, 'other');
    await settled();
    expect(test.state().model.card?.classNames).toEqual(['oak', 'elm', 'yew']);
    expect(test.state().set.kept?.modelId).toBe('other');
  });

  it('is refused in one sentence where nothing can run a network', async () => {
    const test = createTestStore({ createEngine: () => new FakeEngine(false) });
    await test.state().start();
    for (const notice of test.state().notices) test.state().dismiss(notice.id);
    await test.state().giveFiles(OWN);
    expect(test.noticeTexts()).toEqual(['Nothing here can run a network.']);
    expect(test.state().model.status).toBe('failed');
  });
});

describe('what is given while the engine restarts after a lost GPU', () => {
  it('as a model is what the engine holds in the end, and not the one before', async () => {
    const test = await startedStore();
    await test.engine().lose();
    expect(test.lastLoad().source.id).toBe('built-in');
    void test.state().giveFiles(OWN);
    void test.state().giveFiles([imageFile('mine.png')]);
    await settled();
    expect(await finishLoads(test)).toEqual(['built-in', 'own-flowers']);
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id: 'own-flowers' } });
    expect(test.lastExplain().request.image.id).toBe(test.state().images.selectedId);
  });

  it('as a URL is asked for again when the engine is lost on the way', async () => {
    const test = await startedStore();
    const opened = test.state().openModelUrl('https://example.org/flowers.keras');
    await settled();
    await test.engine().lose();
    await finishLoads(test);
    await settled();
    await lastOf(test.engine().downloads).finish(OWN);
    await settled();
    await finishLoads(test);
    await opened;
    expect(test.state().model.card?.id).toBe('own-flowers');
    expect(test.state().notices.every(({ kind }) => kind === 'info')).toBe(true);
  });

  it('as a folder is measured once the model is there again', async () => {
    const test = await startedStore();
    await test.engine().lose();
    void test.state().openSet(FOLDER);
    await settled();
    expect(test.engine().explains).toEqual([]);
    await finishLoads(test);
    await settled();
    expect(test.state().set.status).toBe('running');
    expect(test.lastExplain().request.layer).toBe('last');
  });

  it('goes on, as a folder that is being measured does', async () => {
    const test = await startedStore();
    void test.state().openSet(FOLDER);
    await settled();
    await test.engine().lose();
    await finishLoads(test);
    await settled();
    expect(test.state().set.status).toBe('running');
    expect(test.state().notices.every(({ kind }) => kind === 'info')).toBe(true);
    expect(test.lastExplain().isOpen).toBe(true);
  });

  it('finds no model on screen where that could not be loaded again, and is loaded', async () => {
    const test = await startedStore();
    await test.engine().lose();
    await test.lastLoad().fail(new AppError('download-failed', 'The file weights.bin could not be downloaded.'));
    expect(test.state().model).toMatchObject({ status: 'failed', info: null });
    expect(await openFiles(test, OWN)).toBe('own-flowers');
    expect(test.state().model.status).toBe('ready');
  });
});
