import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { brokenFile } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { fakeModel } from '../testing/fake-model.ts';
import { choose, openFiles } from '../testing/load-models.ts';
import { createTestStore, NO_URL_VALUES, startedStore } from '../testing/test-store.ts';

describe('models that a person gave', () => {
  const FILES = [new File(['weights'], 'flowers.keras', { lastModified: 7 })];

  it('join the list, are kept with their files, and stand in the URL', async () => {
    const test = await startedStore();
    const id = await openFiles(test, FILES, { classNames: ['x', 'y'] });
    expect(id).toBe('own-flowers');
    expect(test.lastLoad().source).toMatchObject({ kind: 'files', files: FILES, input: null });
    expect(test.state().model.catalogue.at(-1)).toEqual({
      id,
      title: 'Mine',
      description: '',
      isBuiltIn: false,
      hasSamples: false,
      keptBytes: 7,
      hubName: null,
    });
    expect(test.state().model.card?.classNames).toEqual(['x', 'y']);
    expect(test.urls.at(-1)?.model).toBe(id);
    expect(test.kept.get(id)).toMatchObject({ model: { bytes: 7, card: { title: 'Mine' } }, files: FILES });
    await choose(test, 'built-in');
    const again = test.state().chooseModel(id);
    await settled();
    expect(test.lastLoad().source).toMatchObject({ kind: 'files', id, files: FILES });
    await test.lastLoad().finish(fakeModel(id));
    await again;
    expect(test.state().model.card?.id).toBe(id);
  });

  it('are there again after a reload, used as they were left', async () => {
    const before = await startedStore();
    const id = await openFiles(before, FILES);
    before.state().setPreprocessing({ fit: 'letterbox' });
    await before.state().openClassNames(new File(['a\nb\nc'], 'names.txt'));
    await settled();
    const test = createTestStore({ readUrl: () => ({ ...NO_URL_VALUES, model: id }), keptModels: before.storage });
    const started = test.state().start();
    await settled();
    expect(test.state().model.card).toMatchObject({ id, classNames: ['a', 'b', 'c'], preprocessing: { fit: 'letterbox' } });
    expect(test.lastLoad().source).toMatchObject({ kind: 'files', id, files: FILES });
    await test.lastLoad().finish(fakeModel(id));
    await started;
    expect(test.state().model.card?.classNames).toEqual(['a', 'b', 'c']);
    expect(test.lastExplain().request.preprocessing?.fit).toBe('letterbox');
  });

  it('keep what was said of them when the same files are given again, whatever names came with them', async () => {
    const test = await startedStore();
    await openFiles(test, [...FILES, new File(['a\nb\nc'], 'names.txt')]);
    test.state().setPreprocessing({ fit: 'letterbox' });
    await settled();
    expect(await openFiles(test, FILES)).toBe('own-flowers');
    expect(test.state().model.card?.preprocessing.fit).toBe('letterbox');
  });

  it('take back what was said of the same files, and of no others', async () => {
    const test = await startedStore();
    for (const name of ['a.keras', 'flowers.keras']) {
      const failing = test.state().giveFiles([brokenFile(name)]);
      await settled();
      await test.lastLoad().fail(new AppError('model-file-broken', `The file ${name} is broken.`));
      await failing;
    }
    expect(test.noticeTexts()).toEqual(['The file a.keras is broken.', 'The file flowers.keras is broken.']);
    await openFiles(test, FILES);
    expect(test.noticeTexts()).toEqual(['The file a.keras is broken.']);
  });

  it('are not listed twice when the same files are opened again; others of the same name are', async () => {
    const test = await startedStore();
    const id = await openFiles(test, FILES);
    expect(await openFiles(test, FILES)).toBe(id);
    expect(await openFiles(test, [new File(['newer'], 'flowers.keras', { lastModified: 8 })])).toBe('own-flowers-2');
    expect(test.state().model.catalogue.map(({ title }) => title)).toEqual(['Built-in', 'Other', 'Mine', 'Mine (2)']);
  });

  it('last for the visit where the browser keeps nothing, which is said', async () => {
    const refuse = () => Promise.reject(new DOMException('no room', 'QuotaExceededError'));
    const test = await startedStore({ keptModels: { list: refuse, keep: refuse, change: refuse, filesOf: refuse, remove: refuse } });
    const id = await openFiles(test, FILES);
    expect(test.noticeTexts()).toEqual([expect.stringContaining('no room to keep Mine')]);
    expect(test.state().model.catalogue.at(-1)).toMatchObject({ id, keptBytes: null });
    expect(test.urls.at(-1)?.model).toBeNull();
    await choose(test, 'built-in');
    const again = test.state().chooseModel(id);
    await settled();
    expect(test.lastLoad().source).toMatchObject({ files: FILES });
    await test.lastLoad().finish(fakeModel(id));
    await again;
  });

  it('can be removed, and give way to the first one', async () => {
    const test = await startedStore();
    const id = await openFiles(test, FILES);
    const removed = test.state().removeModel(id);
    await settled();
    await test.lastLoad().finish(fakeModel('built-in'));
    await removed;
    expect(test.kept.size).toBe(0);
    expect(test.state().model.catalogue.map((entry) => entry.id)).toEqual(['built-in', 'other']);
    expect(test.state().model.card?.id).toBe('built-in');
    await test.state().removeModel('built-in');
    expect(test.state().model.catalogue).toHaveLength(2);
  });

  it('are renamed, in the list, on screen and where they are kept, and back again by undo', async () => {
    const test = await startedStore();
    const id = await openFiles(test, FILES);
    await test.state().renameModel(id, ' Birds ');
    const titles = () => [
      test.state().model.card?.title,
      test.state().model.catalogue.find((entry) => entry.id === id)?.title,
      test.kept.get(id)?.model.card.title,
    ];
    expect(titles()).toEqual(['Birds', 'Birds', 'Birds']);
    await test.state().renameModel(id, '  ');
    await test.state().renameModel('built-in', 'Mine too');
    expect(test.state().model.catalogue.map(({ title }) => title)).not.toContain('Mine too');
    test.state().undo();
    await settled();
    expect(titles()).toEqual(['Mine', 'Mine', 'Mine']);
  });

  it('come back with their files when the removal is undone, and go again when that is', async () => {
    const test = await startedStore();
    const id = await openFiles(test, FILES);
    await choose(test, 'built-in');
    await test.state().removeModel(id);
    expect(test.state().history.undo).toBe('removal of Mine');
    test.state().undo();
    await settled();
    expect(test.state().model.catalogue.map((entry) => entry.id)).toEqual(['built-in', 'other', id]);
    expect([...test.kept.keys()]).toEqual([id]);
    test.state().redo();
    await settled();
    expect(test.kept.size).toBe(0);
    expect(test.state().model.catalogue.map((entry) => entry.id)).toEqual(['built-in', 'other']);
  });

  it('whose files are gone leave the list with one sentence', async () => {
    const test = await startedStore();
    const id = await openFiles(test, FILES);
    await choose(test, 'built-in');
    test.kept.clear();
    await test.state().chooseModel(id);
    expect(test.noticeTexts()).toEqual([expect.stringContaining('no longer has the files of Mine')]);
    expect(test.state().model).toMatchObject({ card: { id: 'built-in' }, status: 'ready' });
  });

  it('come from a URL too, called after their folder', async () => {
    const test = await startedStore();
    const opened = test.state().openModelUrl('https://example.org/flowers/model.json');
    await settled();
    const job = test.engine().downloads.at(-1);
    job?.report({ loadedBytes: 5, totalBytes: 10, isFromCache: false });
    expect(test.state().model).toMatchObject({ status: 'loading', progress: { loadedBytes: 5 } });
    await job?.finish(FILES);
    await settled();
    expect(test.lastLoad().source.id).toBe('own-flowers');
    await test.lastLoad().finish(fakeModel('own-flowers', { title: 'Flowers' }));
    await opened;
    expect(test.kept.get('own-flowers')?.model.origin).toBe('https://example.org/flowers/model.json');
  });

  it('whose URL leads nowhere leave the one before in place', async () => {
    const test = await startedStore();
    const opened = test.state().openModelUrl('https://example.org/none.h5');
    await settled();
    await test.engine().downloads.at(-1)?.fail(new AppError('download-failed', 'There is no file none.h5.'));
    await opened;
    expect(test.noticeTexts()).toEqual(['There is no file none.h5.']);
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id: 'built-in' } });
  });

  it('are there although others are damaged, of which one sentence tells', async () => {
    const before = await startedStore();
    const id = await openFiles(before, FILES);
    const remark = 'One model is damaged.';
    const keptModels = { ...before.storage, list: async () => ({ ...(await before.storage.list()), remark }) };
    const test = await startedStore({ keptModels });
    expect(test.noticeTexts()).toEqual([remark]);
    expect(test.state().model.catalogue.at(-1)?.id).toBe(id);
    await choose(test, id);
    expect(test.noticeTexts()).toEqual([remark]);
  });
});
