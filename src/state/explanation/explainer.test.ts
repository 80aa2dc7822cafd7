import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import type { MethodId } from '../../explain/methods/list.ts';
import { imageFile } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { LOGITS } from '../testing/fake-model.ts';
import { answerAll, explainedStore, NO_URL_VALUES, storeWithImage, type TestStore, works } from '../testing/test-store.ts';
import { layerInView, logitsInView } from '../view/in-view.ts';
import { passMs } from './device-costs.ts';
import { expectedCost } from './expected-cost.ts';
import { figureOf, figuresOf } from './figures.ts';
import { shownMap } from './selectors.ts';

function statuses({ state }: TestStore): string[] {
  const figures = figuresOf(state());
  return [figures['grad-cam'].status, figures['fast-ablation-cam'].status];
}

describe('the figures', () => {
  it('fill as results come: the scores first, then one method after the other', async () => {
    const test = await storeWithImage();
    expect(test.lastExplain().request).toMatchObject({ layer: 'last', work: null });
    expect(statuses(test)).toEqual(['waiting', 'waiting']);
    await test.lastExplain().answer();
    expect([...(logitsInView(test.state()) ?? [])]).toEqual([...LOGITS]);
    expect(test.lastExplain().request.work).toEqual({
      method: 'grad-cam',
      score: { classIndex: 1, kind: 'logit', versus: null, reading: 'softmax' },
    });
    await test.lastExplain().answer();
    expect(statuses(test)).toEqual(['done', 'waiting']);
    const sweep = test.lastExplain();
    expect(sweep.request.work).toMatchObject({ method: 'fast-ablation-cam', items: null });
    sweep.emit({ kind: 'progress', done: 1, total: 2, remainingMs: 900 });
    expect(figureOf(test.state(), 'fast-ablation-cam')).toMatchObject({
      status: 'running',
      progress: { done: 1, total: 2, remainingMs: 900 },
    });
    await sweep.answer();
    expect(statuses(test)).toEqual(['done', 'done']);
    expect([...(shownMap(test.state(), 'fast-ablation-cam')?.map.values ?? [])]).toEqual([0, 1]);
    expect(test.engine().explains).toHaveLength(3);
  });

  it('redraw another class from the sweep at hand; only Grad-CAM is asked for', async () => {
    const test = await explainedStore();
    const before = test.engine().explains.length;
    test.state().chooseClass(0);
    expect(statuses(test)).toEqual(['waiting', 'done']);
    expect([...(shownMap(test.state(), 'fast-ablation-cam')?.map.values ?? [])]).toEqual([0.5, 0]);
    expect(test.lastExplain().request.work).toMatchObject({ method: 'grad-cam', score: { classIndex: 0 } });
    await answerAll(test);
    test.state().chooseClass(null);
    expect(statuses(test)).toEqual(['done', 'done']);
    expect(test.engine().explains).toHaveLength(before + 1);
  });

  it('stop what runs when the layer changes, and drop what it says afterwards', async () => {
    const test = await storeWithImage();
    const former = test.lastExplain();
    test.state().chooseLayer('first');
    expect(former.signal?.aborted).toBe(true);
    expect(test.lastExplain().request.layer).toBe('first');
    former.emitLogits();
    await settled();
    expect(logitsInView(test.state())).toBeNull();
    await answerAll(test);
    expect(figureOf(test.state(), 'grad-cam').resultOf?.layer).toBe('first');
    expect(test.noticeTexts()).toEqual([]);
  });

  it('stop what runs when the image changes, and never show one image’s map over another', async () => {
    const test = await explainedStore();
    await test.state().giveFiles([imageFile('second.png')]);
    expect(statuses(test)).toEqual(['waiting', 'waiting']);
    expect(shownMap(test.state(), 'grad-cam')).toBeNull();
    const second = test.lastExplain();
    const [first] = test.state().images.items;
    test.state().selectImage(first?.id ?? '');
    expect(second.signal?.aborted).toBe(true);
    expect(statuses(test)).toEqual(['done', 'done']);
  });

  it('keep the former map of the same image while the next one is computed', async () => {
    const test = await explainedStore();
    test.state().chooseLayer('first');
    expect(statuses(test)).toEqual(['waiting', 'waiting']);
    expect(shownMap(test.state(), 'grad-cam')?.context.layer).toBe('last');
    expect(figureOf(test.state(), 'grad-cam').isCurrent).toBe(false);
  });

  it('stop at once when cancelled, start nothing by themselves, and resume when asked', async () => {
    const test = await storeWithImage();
    await test.lastExplain().answer();
    await test.lastExplain().answer();
    const sweep = test.lastExplain();
    test.state().cancel('fast-ablation-cam');
    expect(sweep.signal?.aborted).toBe(true);
    expect(statuses(test)).toEqual(['done', 'cancelled']);
    await settled();
    expect(test.lastExplain()).toBe(sweep);
    expect(test.noticeTexts()).toEqual([]);
    test.state().resume('fast-ablation-cam');
    expect(test.lastExplain().request.work?.method).toBe('fast-ablation-cam');
    await answerAll(test);
    expect(statuses(test)).toEqual(['done', 'done']);
  });

  it('say what went wrong once, keep what they had, and try again when asked', async () => {
    const test = await storeWithImage();
    await test.lastExplain().answer();
    await test.lastExplain().answer();
    const sweep = test.lastExplain();
    await sweep.fail(new AppError('out-of-memory', 'There was too little memory.'));
    expect(statuses(test)).toEqual(['done', 'failed']);
    expect(test.noticeTexts()).toEqual(['There was too little memory.']);
    expect(test.lastExplain()).toBe(sweep);
    test.state().resume('fast-ablation-cam');
    expect(test.lastExplain()).not.toBe(sweep);
  });

  it('are computed only for the methods on screen; Ablation-CAM’s map of another class is arithmetic too', async () => {
    const test = await storeWithImage({ readUrl: () => ({ ...NO_URL_VALUES, methods: 'ablation-cam' }) });
    await answerAll(test);
    expect(works(test)).toEqual([null, 'ablation-cam']);
    expect(figureOf(test.state(), 'ablation-cam').status).toBe('done');
    // Four channels of ones: each cell is the sum of the weights (3 - 3) / 3 and three times (3 - 2) / 3.
    expect(shownMap(test.state(), 'ablation-cam')?.map.values[0]).toBeCloseTo(1, 6);
    test.state().chooseClass(0);
    expect(shownMap(test.state(), 'ablation-cam')?.map.values[0]).toBeCloseTo(0.5, 6);
    expect(works(test)).toHaveLength(2);
    test.state().setMethodShown('grad-cam', true);
    await answerAll(test);
    expect(works(test)).toEqual([null, 'ablation-cam', 'grad-cam']);
    test.state().setMethodShown('grad-cam', false);
    test.state().setMethodShown('ablation-cam', false);
    expect(test.state().view.methods).toEqual(['ablation-cam']);
  });

  it('say how many channels a stopped Ablation-CAM has done, and goes on from there', async () => {
    const test = await storeWithImage({ readUrl: () => ({ ...NO_URL_VALUES, methods: 'ablation-cam' }) });
    await test.lastExplain().answer();
    test.lastExplain().emitBegun();
    test.lastExplain().emitItems(3);
    test.state().cancel('ablation-cam');
    expect(figureOf(test.state(), 'ablation-cam')).toMatchObject({ status: 'cancelled', progress: { done: 3, total: 4 } });
    test.state().resume('ablation-cam');
    expect(test.lastExplain().request.work).toMatchObject({ items: Uint32Array.from([3]) });
    await answerAll(test);
    expect(figureOf(test.state(), 'ablation-cam').status).toBe('done');
  });

  it('stay stopped when another figure is hidden', async () => {
    const test = await storeWithImage();
    await test.lastExplain().answer();
    await test.lastExplain().answer();
    test.state().cancel('fast-ablation-cam');
    const before = test.engine().explains.length;
    test.state().setMethodShown('grad-cam', false);
    expect(figureOf(test.state(), 'fast-ablation-cam').status).toBe('cancelled');
    expect(test.engine().explains).toHaveLength(before);
  });

  it('are stopped one by one: the others go on, what was found is kept, and each is resumed by itself', async () => {
    const test = await storeWithImage({ readUrl: () => ({ ...NO_URL_VALUES, methods: 'ablation-cam,score-cam,grad-cam' }) });
    await test.lastExplain().answer();
    await test.lastExplain().answer();
    const status = (id: MethodId) => figureOf(test.state(), id).status;
    const sweep = test.lastExplain();
    expect(sweep.request.work?.method).toBe('ablation-cam');
    sweep.emitBegun();
    sweep.emitItems(3);
    test.state().cancel('ablation-cam');
    expect(sweep.signal?.aborted).toBe(true);
    expect([status('ablation-cam'), status('score-cam'), status('grad-cam')]).toEqual(['cancelled', 'waiting', 'done']);
    await answerAll(test);
    expect([status('ablation-cam'), status('score-cam')]).toEqual(['cancelled', 'done']);
    test.state().resume('ablation-cam');
    expect(test.lastExplain().request.work).toMatchObject({ method: 'ablation-cam', items: Uint32Array.from([3]) });
    await answerAll(test);
    expect(status('ablation-cam')).toBe('done');
  });

  it('go on undisturbed when one that only waits is cancelled, which then stays so', async () => {
    const test = await storeWithImage({ readUrl: () => ({ ...NO_URL_VALUES, methods: 'ablation-cam,score-cam' }) });
    await test.lastExplain().answer();
    const sweep = test.lastExplain();
    test.state().cancel('score-cam');
    expect(sweep.signal?.aborted).toBe(false);
    await answerAll(test);
    expect(figureOf(test.state(), 'ablation-cam').status).toBe('done');
    expect(figureOf(test.state(), 'score-cam').status).toBe('cancelled');
    // Another figure is no wish for this one; another class is a wish for all.
    test.state().setMethodShown('grad-cam', true);
    await answerAll(test);
    expect(figureOf(test.state(), 'score-cam').status).toBe('cancelled');
    test.state().setMethodShown('score-cam', false);
    test.state().setMethodShown('score-cam', true);
    expect(figureOf(test.state(), 'score-cam').status).toBe('waiting');
    test.state().cancel('score-cam');
    test.state().chooseClass(0);
    await answerAll(test);
    expect(figureOf(test.state(), 'score-cam').status).toBe('done');
  });

  it('go on when one fails, whichever of its requests did; a forward pass that fails stops them all, until one is tried again', async () => {
    const test = await storeWithImage();
    await test.lastExplain().fail(new AppError('out-of-memory', 'There was too little memory.'));
    await settled();
    expect(statuses(test)).toEqual(['failed', 'failed']);
    test.state().resume('grad-cam');
    expect(statuses(test)).toEqual(['waiting', 'waiting']);
    test.state().chooseLayer('long');
    await test.lastExplain().answer();
    expect(test.lastExplain().request.work?.method).toBe('grad-cam');
    await test.lastExplain().fail(new AppError('out-of-memory', 'There was too little memory.'));
    await settled();
    expect(statuses(test)).toEqual(['failed', 'waiting']);
    expect(test.lastExplain().request.work?.method).toBe('first-order');
    await test.lastExplain().fail(new AppError('out-of-memory', 'There was too little memory.'));
    await settled();
    expect(statuses(test)).toEqual(['failed', 'failed']);
    test.state().resume('fast-ablation-cam');
    await answerAll(test);
    expect(statuses(test)).toEqual(['failed', 'done']);
  });

  it('tell what a pass takes from the median of what was measured', async () => {
    const test = await storeWithImage();
    for (const durationMs of [900, 4, 6]) test.lastExplain().emit({ kind: 'logits', logits: Float32Array.from(LOGITS), durationMs });
    expect(passMs(test.state())).toBe(5);
    const layer = layerInView(test.state());
    await answerAll(test);
    // Two copies of half a pass each took 7 ms.
    expect(test.state().device.passTimesMs).toEqual([900, 4, 6, 5, 7]);
    // A pass, and a tail of half a pass for each of two cells.
    expect(layer && expectedCost(test.state(), 'fast-ablation-cam', layer)).toEqual({ count: 2, unit: 'cells', passes: 2, durationMs: 12 });
    expect(layer && expectedCost(test.state(), 'ablation-cam', layer)).toMatchObject({ count: 4, unit: 'channels', passes: 3 });
  });
});

describe('a lost graphics processor', () => {
  it('is followed by a new engine with the same model, and nothing is gone', async () => {
    const test = await storeWithImage();
    const [former] = test.engines;
    await test.lastExplain().answer();
    await test.lastExplain().answer();
    await former?.lose();
    expect(former?.isDisposed).toBe(true);
    expect(test.engines).toHaveLength(2);
    expect(test.lastLoad().source).toMatchObject({ id: 'built-in' });
    expect(statuses(test)).toEqual(['done', 'waiting']);
    const info = test.state().model.info;
    if (!info) throw new Error('the model is gone');
    await test.lastLoad().finish(info);
    expect(test.lastExplain().request.work?.method).toBe('fast-ablation-cam');
    await answerAll(test);
    expect(statuses(test)).toEqual(['done', 'done']);
    expect(test.state().images.items).toHaveLength(2);
    expect(test.state().notices).toMatchObject([{ kind: 'info' }]);
  });

  it('is given up for WASM when it keeps being lost, even while the model is loaded again', async () => {
    const test = await storeWithImage();
    await test.engine().lose();
    await test.engine().lose();
    await test.engine().lose();
    expect(test.engines.map(({ preference }) => preference)).toEqual([null, null, null, 'wasm']);
    expect(test.state().notices.map(({ kind }) => kind)).toEqual(['info']);
    expect(test.state().device.status).toBe('ready');
  });

  it('while a model is on its way lets the successor load it', async () => {
    const test = await storeWithImage();
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
