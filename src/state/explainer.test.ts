import { describe, expect, it } from 'vitest';
import { AppError } from '../core/app-error.ts';
import { shownMap } from './selectors.ts';
import { settled } from './testing/fake-engine.ts';
import { pictureFile, storeWithPicture, type TestStore } from './testing/test-store.ts';

function statuses({ state }: TestStore): string[] {
  const { figures } = state().explanation;
  return [figures['grad-cam'].status, figures['fast-ablation-cam'].status];
}

describe('the figures', () => {
  it('fill as results come, and hold what was asked for', async () => {
    const test = await storeWithPicture();
    const job = test.lastExplain();
    expect(job.request).toMatchObject({ layer: 'last', classIndex: null, score: 'logit', methods: ['grad-cam', 'fast-ablation-cam'] });
    expect(statuses(test)).toEqual(['waiting', 'waiting']);
    job.emitLogits();
    job.emitResult('grad-cam');
    expect(statuses(test)).toEqual(['done', 'waiting']);
    job.emit({ kind: 'progress', method: 'fast-ablation-cam', done: 1, total: 2, remainingMs: 900 });
    expect(test.state().explanation.figures['fast-ablation-cam']).toMatchObject({
      status: 'running',
      progress: { done: 1, total: 2, remainingMs: 900 },
    });
    job.emitResult('fast-ablation-cam');
    await job.finish();
    expect(statuses(test)).toEqual(['done', 'done']);
    expect([...(shownMap(test.state(), 'fast-ablation-cam')?.map.values ?? [])]).toEqual([0, 1]);
    expect(test.engine().explains).toHaveLength(1);
  });

  it('redraw another class from the sweep at hand; only Grad-CAM is asked for', async () => {
    const test = await storeWithPicture();
    await test.lastExplain().answer();
    test.state().chooseClass(0);
    expect(statuses(test)).toEqual(['waiting', 'done']);
    expect([...(shownMap(test.state(), 'fast-ablation-cam')?.map.values ?? [])]).toEqual([0.5, 0]);
    expect(test.lastExplain().request).toMatchObject({ classIndex: 0, methods: ['grad-cam'] });
    await test.lastExplain().answer();
    test.state().chooseClass(null);
    expect(statuses(test)).toEqual(['done', 'done']);
    expect(test.engine().explains).toHaveLength(2);
  });

  it('stop what runs when the layer changes, and drop what it says afterwards', async () => {
    const test = await storeWithPicture();
    const former = test.lastExplain();
    test.state().chooseLayer('first');
    expect(former.signal?.aborted).toBe(true);
    expect(test.engine().explains).toHaveLength(2);
    former.emitLogits();
    former.emitResult('grad-cam');
    await settled();
    expect(test.state().explanation.logits).toBeNull();
    expect(statuses(test)).toEqual(['waiting', 'waiting']);
    await test.lastExplain().answer();
    expect(test.state().explanation.figures['grad-cam'].resultOf?.layer).toBe('first');
    expect(test.noticeTexts()).toEqual([]);
  });

  it('stop what runs when the picture changes, and never show one picture’s map over another', async () => {
    const test = await storeWithPicture();
    await test.lastExplain().answer();
    await test.state().addPictures([pictureFile('second.png')]);
    expect(statuses(test)).toEqual(['waiting', 'waiting']);
    expect(shownMap(test.state(), 'grad-cam')).toBeNull();
    const second = test.lastExplain();
    const [, first] = test.state().pictures.items;
    test.state().selectPicture(first?.id ?? '');
    expect(second.signal?.aborted).toBe(true);
    expect(statuses(test)).toEqual(['done', 'done']);
    expect(test.engine().explains).toHaveLength(2);
  });

  it('let a sweep go on when only the class changes, and ask for that class’s Grad-CAM afterwards', async () => {
    const test = await storeWithPicture();
    const sweep = test.lastExplain();
    sweep.emitLogits();
    sweep.emitResult('grad-cam');
    test.state().chooseClass(2);
    expect(sweep.signal?.aborted).toBe(false);
    expect(test.engine().explains).toHaveLength(1);
    sweep.emitResult('fast-ablation-cam');
    await sweep.finish();
    expect(test.lastExplain().request).toMatchObject({ classIndex: 2, methods: ['grad-cam'] });
    await test.lastExplain().answer();
    expect(statuses(test)).toEqual(['done', 'done']);
  });

  it('keep the former map of the same picture while the next one is computed', async () => {
    const test = await storeWithPicture();
    await test.lastExplain().answer();
    test.state().chooseLayer('first');
    expect(statuses(test)).toEqual(['waiting', 'waiting']);
    expect(shownMap(test.state(), 'grad-cam')?.context.layer).toBe('last');
  });

  it('stop at once when cancelled, start nothing by themselves, and resume when asked', async () => {
    const test = await storeWithPicture();
    const job = test.lastExplain();
    job.emitLogits();
    job.emitResult('grad-cam');
    test.state().cancel();
    expect(job.signal?.aborted).toBe(true);
    expect(statuses(test)).toEqual(['done', 'cancelled']);
    await settled();
    expect(test.engine().explains).toHaveLength(1);
    expect(test.noticeTexts()).toEqual([]);
    test.state().resume();
    expect(test.lastExplain().request.methods).toEqual(['fast-ablation-cam']);
    await test.lastExplain().answer();
    expect(statuses(test)).toEqual(['done', 'done']);
  });

  it('say what went wrong once, keep what they had, and try again when asked', async () => {
    const test = await storeWithPicture();
    const job = test.lastExplain();
    job.emitLogits();
    job.emitResult('grad-cam');
    await job.fail(new AppError('out-of-memory', 'There was too little memory.'));
    expect(statuses(test)).toEqual(['done', 'failed']);
    expect(test.noticeTexts()).toEqual(['There was too little memory.']);
    expect(test.engine().explains).toHaveLength(1);
    test.state().resume();
    expect(test.engine().explains).toHaveLength(2);
  });
});

describe('a lost graphics processor', () => {
  it('is followed by a new engine with the same model, and nothing is gone', async () => {
    const test = await storeWithPicture();
    const [former] = test.engines;
    test.lastExplain().emitLogits();
    test.lastExplain().emitResult('grad-cam');
    await former?.lose();
    expect(former?.isDisposed).toBe(true);
    expect(test.engines).toHaveLength(2);
    expect(test.lastLoad().source).toMatchObject({ id: 'built-in' });
    expect(statuses(test)).toEqual(['done', 'waiting']);
    const info = test.state().model.info;
    if (!info) throw new Error('the model is gone');
    await test.lastLoad().finish(info);
    expect(test.lastExplain().request.methods).toEqual(['fast-ablation-cam']);
    await test.lastExplain().answer();
    expect(statuses(test)).toEqual(['done', 'done']);
    expect(test.state().pictures.items).toHaveLength(2);
    expect(test.state().notices).toMatchObject([{ kind: 'info' }]);
  });

  it('is given up for WASM when it keeps being lost, even while the model is loaded again', async () => {
    const test = await storeWithPicture();
    await test.engine().lose();
    await test.engine().lose();
    await test.engine().lose();
    expect(test.engines.map(({ preference }) => preference)).toEqual([null, null, null, 'wasm']);
    expect(test.state().notices.map(({ kind }) => kind)).toEqual(['info']);
    expect(test.state().device.status).toBe('ready');
  });

  it('while a model is on its way lets the successor load it', async () => {
    const test = await storeWithPicture();
    void test.state().chooseModel('other');
    await settled();
    await test.engine().lose();
    const info = test.state().model.info;
    if (!info) throw new Error('the model is gone');
    await test.lastLoad().finish(info);
    expect(test.lastLoad().source.id).toBe('other');
    await test.lastLoad().finish({ ...info, id: 'other' });
    expect(test.state().model).toMatchObject({ status: 'ready', info: { id: 'other' } });
    expect(test.state().notices.filter(({ kind }) => kind === 'error')).toEqual([]);
  });
});
