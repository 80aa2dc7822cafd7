import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { figureOf } from '../explanation/figures.ts';
import { brokenFile } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { fakeModel } from '../testing/fake-model.ts';
import { openFiles } from '../testing/load-models.ts';
import { answerAll, explainedStore, startedStore, storeWithImage } from '../testing/test-store.ts';

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
    expect(test.urls.at(-1)).toMatchObject({ model: 'other', layer: 'first' });
    expect(test.lastExplain().request.layer).toBe('first');
  });

  it('that fail to load leave the one before in place, and one sentence', async () => {
    const test = await explainedStore();
    void test.state().giveFiles([brokenFile('model.json')]);
    await settled();
    await test.lastLoad().fail(new AppError('model-file-broken', 'The file model.json is no model.'));
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id: 'built-in' } });
    expect(test.state().model.catalogue.map(({ id }) => id)).toEqual(['built-in', 'other']);
    expect(test.state().notices).toMatchObject([{ kind: 'error', text: 'The file model.json is no model.' }]);
    expect(figureOf(test.state(), 'fast-ablation-cam').status).toBe('done');
  });

  it('do not wait for what the one before is at work on, which goes on when they fail', async () => {
    const test = await storeWithImage();
    const running = test.lastExplain();
    void test.state().giveFiles([brokenFile('model.json')]);
    await settled();
    expect(running.signal?.aborted).toBe(true);
    expect(test.lastExplain()).toBe(running);
    await test.lastLoad().fail(new AppError('model-file-broken', 'The file model.json is no model.'));
    expect(test.lastExplain()).not.toBe(running);
    await answerAll(test);
    expect(figureOf(test.state(), 'fast-ablation-cam').status).toBe('done');
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
    const test = await explainedStore();
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
