import { describe, expect, it } from 'vitest';
import { AppError } from '../core/app-error.ts';
import type { ModelInfo } from '../protocol/engine.ts';
import { fakeModel, settled } from './testing/fake-engine.ts';
import {
  answerAll,
  brokenFile,
  createTestStore,
  NO_ADDRESS,
  startedStore,
  storeWithPicture,
  type TestStore,
} from './testing/test-store.ts';

async function openFiles(test: TestStore, files: readonly File[], change: Partial<ModelInfo> = {}): Promise<string> {
  const opened = test.state().openModelFiles(files);
  await settled();
  const { source } = test.lastLoad();
  await test.lastLoad().finish(fakeModel(source.id, { title: 'Mine', ...change }));
  await opened;
  return source.id;
}

/** Chosen, and loaded. */
async function choose(test: TestStore, id: string): Promise<void> {
  const chosen = test.state().chooseModel(id);
  await settled();
  await test.lastLoad().finish(fakeModel(id));
  await chosen;
}

describe('models', () => {
  it('replace the one before only once they are ready', async () => {
    const test = await startedStore();
    void test.state().chooseModel('other');
    await settled();
    test.lastLoad().report({ loadedBytes: 5, totalBytes: 10, isFromCache: false });
    expect(test.state().model).toMatchObject({ status: 'loading', card: { id: 'built-in' }, progress: { loadedBytes: 5 } });
    await test.lastLoad().finish(fakeModel('other', { defaultLayer: 'first', layers: fakeModel('x').layers.slice(1, 2) }));
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id: 'other' }, progress: null });
    expect(test.state().view.layer).toBe('first');
    expect(test.addresses.at(-1)).toMatchObject({ model: 'other', layer: 'first' });
    expect(test.lastExplain().request.layer).toBe('first');
  });

  it('that fail to load leave the one before in place, and one sentence', async () => {
    const test = await storeWithPicture();
    await answerAll(test);
    void test.state().openModelFiles([brokenFile('model.json')]);
    await settled();
    await test.lastLoad().fail(new AppError('model-file-broken', 'The file model.json is no model.'));
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id: 'built-in' } });
    expect(test.state().model.catalogue.map(({ id }) => id)).toEqual(['built-in', 'other']);
    expect(test.state().notices).toMatchObject([{ kind: 'error', text: 'The file model.json is no model.' }]);
    expect(test.state().explanation.figures['fast-ablation-cam'].status).toBe('done');
  });

  it('do not wait for what the one before is at work on, which goes on when they fail', async () => {
    const test = await storeWithPicture();
    const running = test.lastExplain();
    void test.state().openModelFiles([brokenFile('model.json')]);
    await settled();
    expect(running.signal?.aborted).toBe(true);
    expect(test.lastExplain()).toBe(running);
    await test.lastLoad().fail(new AppError('model-file-broken', 'The file model.json is no model.'));
    expect(test.lastExplain()).not.toBe(running);
    await answerAll(test);
    expect(test.state().explanation.figures['fast-ablation-cam'].status).toBe('done');
  });

  it('chosen one after the other end with the last one', async () => {
    const test = await startedStore();
    void test.state().chooseModel('other');
    await settled();
    const former = test.lastLoad();
    void test.state().chooseModel('built-in');
    await settled();
    expect(former.signal?.aborted).toBe(true);
    await former.finish(fakeModel('other'));
    expect(test.state().model.status).toBe('loading');
    await test.lastLoad().finish(fakeModel('built-in'));
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id: 'built-in' } });
    expect(test.noticeTexts()).toEqual([]);
  });

  it('that came without a manifest but with a remark say it', async () => {
    const test = await startedStore();
    await openFiles(test, [new File(['{}'], 'model.json')], { remark: 'Much is assumed.' });
    expect(test.noticeTexts()).toEqual(['Much is assumed.']);
  });

  it('that take too long can be cancelled, and the one before stays', async () => {
    const test = await startedStore();
    void test.state().chooseModel('other');
    await settled();
    const job = test.lastLoad();
    test.state().cancelLoading();
    expect(job.signal?.aborted).toBe(true);
    job.report({ loadedBytes: 9, totalBytes: 10, isFromCache: false });
    await settled();
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id: 'built-in' }, progress: null });
    expect(test.noticeTexts()).toEqual([]);
  });

  it('say how long they will take, once enough has come to tell', async () => {
    const test = await startedStore();
    void test.state().chooseModel('other');
    await settled();
    test.lastLoad().report({ loadedBytes: 1, totalBytes: 1000, isFromCache: false });
    expect(test.state().model.progress?.remainingMs).toBeNull();
    test.lastLoad().report({ loadedBytes: 500, totalBytes: 1000, isFromCache: false });
    expect(test.state().model.progress?.remainingMs).toBeGreaterThan(0);
  });

  it('forget the class of the one before, which meant something else there', async () => {
    const test = await storeWithPicture();
    await answerAll(test);
    test.state().chooseClass(2);
    void test.state().chooseModel('other');
    await settled();
    await test.lastLoad().finish(fakeModel('other'));
    expect(test.state().view.classIndex).toBeNull();
  });

  it('whose card cannot be fetched leave the one before in place', async () => {
    let isOffline = false;
    const failure = new AppError('download-failed', 'The file manifest.json could not be downloaded.');
    const test = await startedStore({
      fetchModelCard: (id) => (isOffline ? Promise.reject(failure) : Promise.resolve({ ...fakeModel(id), description: '', toCheck: '' })),
    });
    isOffline = true;
    await test.state().chooseModel('other');
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id: 'built-in' } });
    expect(test.noticeTexts()).toEqual([failure.message]);
  });
});

describe('models that a person gave', () => {
  const FILES = [new File(['weights'], 'flowers.keras', { lastModified: 7 })];

  it('join the list, are kept with their files, and stand in the address', async () => {
    const test = await startedStore();
    const id = await openFiles(test, FILES, { classNames: ['x', 'y'] });
    expect(id).toBe('own-flowers');
    expect(test.lastLoad().source).toMatchObject({ kind: 'files', files: FILES, input: null });
    expect(test.state().model.catalogue.at(-1)).toEqual({ id, title: 'Mine', isBuiltIn: false, hasSamples: false, keptBytes: 7 });
    expect(test.state().model.card?.classNames).toEqual(['x', 'y']);
    expect(test.addresses.at(-1)?.model).toBe(id);
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
    const test = createTestStore({ readAddress: () => ({ ...NO_ADDRESS, model: id }), keptModels: before.storage });
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

  it('take the errors of former attempts with them', async () => {
    const test = await startedStore();
    const failing = test.state().openModelFiles([brokenFile('a.keras')]);
    await settled();
    await test.lastLoad().fail(new AppError('model-file-broken', 'The file a.keras is broken.'));
    await failing;
    expect(test.noticeTexts()).toEqual(['The file a.keras is broken.']);
    await openFiles(test, FILES);
    expect(test.noticeTexts()).toEqual([]);
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
    expect(test.addresses.at(-1)?.model).toBeNull();
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

  it('whose files are gone leave the list with one sentence', async () => {
    const test = await startedStore();
    const id = await openFiles(test, FILES);
    await choose(test, 'built-in');
    test.kept.clear();
    await test.state().chooseModel(id);
    expect(test.noticeTexts()).toEqual([expect.stringContaining('no longer has the files of Mine')]);
    expect(test.state().model).toMatchObject({ card: { id: 'built-in' }, status: 'ready' });
  });

  it('come from an address too, called after their folder', async () => {
    const test = await startedStore();
    const opened = test.state().openModelAddress('https://example.org/flowers/model.json');
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

  it('whose address leads nowhere leave the one before in place', async () => {
    const test = await startedStore();
    const opened = test.state().openModelAddress('https://example.org/none.h5');
    await settled();
    await test.engine().downloads.at(-1)?.fail(new AppError('download-failed', 'There is no file none.h5.'));
    await opened;
    expect(test.noticeTexts()).toEqual(['There is no file none.h5.']);
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id: 'built-in' } });
  });
});

describe('how a network gets its pictures', () => {
  it('is to be checked where it was guessed, until somebody has', async () => {
    const test = await startedStore();
    expect(test.state().model.card?.toCheck).toBe('');
    await openFiles(test, [new File(['x'], 'a.keras')], { isGuessed: true, remark: 'It is guessed.' });
    expect(test.state().model.card?.toCheck).toBe('It is guessed.');
    expect(test.noticeTexts()).toEqual([]);
    test.state().confirmSetup();
    expect(test.state().model.card?.toCheck).toBe('');
  });

  it('is changed without loading again: what is in view is found out anew', async () => {
    const test = await storeWithPicture();
    await answerAll(test);
    const { loads, explains } = test.engine();
    const [loaded, asked] = [loads.length, explains.length];
    test.state().setPreprocessing({ channels: 'bgr' });
    expect(loads).toHaveLength(loaded);
    expect(explains.length).toBeGreaterThan(asked);
    expect(test.lastExplain().request.preprocessing).toMatchObject({ channels: 'bgr', fit: 'squeeze' });
    expect(test.state().explanation.logits).toBeNull();
    await answerAll(test);
    expect(test.state().explanation.figures['grad-cam'].status).toBe('done');
  });

  it('takes a new size by building the network anew, where it takes any', async () => {
    const test = await startedStore();
    const files = [new File(['x'], 'a.safetensors')];
    await openFiles(test, files, { takesAnySize: true });
    const changed = test.state().setInputSize({ width: 10, height: 6 });
    await settled();
    expect(test.lastLoad().source).toMatchObject({ files, input: { width: 10, height: 6 } });
    await test.lastLoad().finish(fakeModel('own-a', { takesAnySize: true, input: { width: 10, height: 6 } }));
    await changed;
    expect(test.state().model.card?.input).toEqual({ width: 10, height: 6 });
    expect(test.kept.get('own-a')?.model.card.input).toEqual({ width: 10, height: 6 });
    const { loads } = test.engine();
    // One side right after the other: both count.
    const both = [test.state().setInputSize({ width: 20 }), test.state().setInputSize({ height: 30 })];
    await settled();
    expect(test.lastLoad().source).toMatchObject({ input: { width: 20, height: 30 } });
    await test.lastLoad().finish(fakeModel('own-a', { takesAnySize: true, input: { width: 20, height: 30 } }));
    await Promise.all(both);
    expect(test.kept.get('own-a')?.model.card.input).toEqual({ width: 20, height: 30 });
    const count = loads.length;
    await choose(test, 'built-in');
    await test.state().setInputSize({ width: 99, height: 99 });
    expect(loads).toHaveLength(count + 1);
  });
});

describe('class names', () => {
  it('are taken from a file, also one that is dropped by itself', async () => {
    const test = await startedStore();
    await test.state().addPictures([new File(['oak\nelm\nyew'], 'trees.txt')]);
    await settled();
    expect(test.state().model.card?.classNames).toEqual(['oak', 'elm', 'yew']);
  });

  it('must be as many as there are classes', async () => {
    const test = await startedStore();
    await test.state().openClassNames(new File(['one'], 'names.txt'));
    expect(test.noticeTexts()).toEqual([expect.stringMatching(/1 names.*3 classes/)]);
    expect(test.state().model.card?.classNames).toEqual(['ash', 'birch', 'cedar']);
  });

  it('that cannot be read are said so', async () => {
    const failure = new AppError('model-file-broken', 'The file x.txt is no list of class names.');
    const test = await startedStore({ readClassNames: () => Promise.reject(failure) });
    await test.state().openClassNames(new File([''], 'x.txt'));
    expect(test.noticeTexts()).toEqual([failure.message]);
  });
});
