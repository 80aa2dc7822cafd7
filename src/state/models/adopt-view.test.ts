/** What goes with a person from one model to another: what they asked for, where it fits, and nothing else. */
import { describe, expect, it } from 'vitest';
import type { ModelInfo } from '../../protocol/engine.ts';
import { settled } from '../testing/fake-jobs.ts';
import { fakeModel } from '../testing/fake-model.ts';
import { openFiles } from '../testing/load-models.ts';
import { answerAll, createTestStore, explainedStore, NO_URL_VALUES, startedStore, type TestStore } from '../testing/test-store.ts';

const SECOND = [new File(['second'], 'second.h5')];

/** Has the other models' default layer as an early one. */
const DEEPER: Partial<ModelInfo> = { defaultLayer: 'first' };

async function reloaded(url: Partial<typeof NO_URL_VALUES>, before?: TestStore, change: Partial<ModelInfo> = {}): Promise<TestStore> {
  const test = createTestStore({
    readUrl: () => ({ ...NO_URL_VALUES, ...url }),
    ...(before ? { keptModels: before.storage } : {}),
  });
  const started = test.state().start();
  await settled();
  await test.lastLoad().finish(fakeModel(test.lastLoad().source.id, change));
  await started;
  return test;
}

describe('the layer', () => {
  it('that nobody chose gives way to the new model’s own', async () => {
    const test = await startedStore();
    expect(test.state().view.layer).toBe('last');
    await openFiles(test, SECOND, DEEPER);
    expect(test.state().view).toMatchObject({ layer: 'first', askedLayer: null });
    expect(test.urls.at(-1)?.layer).toBe('first');
  });

  it('that a person chose goes with them, if the new model can be explained there', async () => {
    const test = await startedStore();
    test.state().chooseLayer('last');
    await openFiles(test, SECOND, DEEPER);
    expect(test.state().view.layer).toBe('last');
    await openFiles(test, [new File(['third'], 'third.h5')], DEEPER);
    expect(test.state().view.layer).toBe('last');
  });

  it('that cannot be explained there is forgotten', async () => {
    const test = await startedStore();
    test.state().chooseLayer('long');
    const [long] = fakeModel('x').layers;
    if (!long) throw new Error('there is no layer');
    const vectors = fakeModel('x').layers.map((layer) =>
      layer.name === 'long' ? { ...long, unsupportedReason: 'It has no cells.' } : layer,
    );
    await openFiles(test, SECOND, { layers: vectors });
    expect(test.state().view).toMatchObject({ layer: 'last', askedLayer: null });
    await openFiles(test, [new File(['third'], 'third.h5')]);
    expect(test.state().view.layer).toBe('last');
    expect(test.noticeTexts()).toEqual([]);
  });

  it('of the URL goes with a person too', async () => {
    for (const model of [null, 'built-in']) {
      const test = await reloaded({ model, layer: 'long' });
      expect(test.state().view.layer).toBe('long');
      await openFiles(test, SECOND, DEEPER);
      expect(test.state().view.layer).toBe('long');
    }
  });

  it('that the page wrote into the URL itself does not', async () => {
    const before = await startedStore();
    const id = await openFiles(before, SECOND);
    const url = before.urls.at(-1);
    expect(url).toMatchObject({ model: id, layer: 'last' });
    const test = await reloaded(url ?? {}, before);
    expect(test.state().view).toMatchObject({ layer: 'last', askedLayer: null });
    await openFiles(test, [new File(['third'], 'third.h5')], DEEPER);
    expect(test.state().view.layer).toBe('first');
  });

  it('of another model’s URL does not hold for one that is given before that is there', async () => {
    const test = createTestStore({ readUrl: () => ({ ...NO_URL_VALUES, model: 'other', layer: 'last' }) });
    const started = test.state().start();
    void test.state().giveFiles(SECOND);
    await settled();
    await test.lastLoad().finish(fakeModel(test.lastLoad().source.id, DEEPER));
    await started;
    expect(test.state().view.layer).toBe('first');
    expect(test.noticeTexts()).toEqual([]);
  });

  it('of a URL without a model holds for whatever comes first', async () => {
    const test = createTestStore({ readUrl: () => ({ ...NO_URL_VALUES, layer: 'last' }) });
    const started = test.state().start();
    void test.state().giveFiles(SECOND);
    await settled();
    await test.lastLoad().finish(fakeModel(test.lastLoad().source.id, DEEPER));
    await started;
    expect(test.state().view.layer).toBe('last');
  });

  it('stays when the same network is built anew for another size', async () => {
    const test = await startedStore();
    await openFiles(test, [new File(['x'], 'a.safetensors')], { takesAnySize: true });
    test.state().chooseLayer('long');
    const changed = test.state().setInputSize({ width: 10 });
    await settled();
    await test.lastLoad().finish(fakeModel('own-a', { takesAnySize: true, input: { width: 10, height: 8 } }));
    await changed;
    expect(test.state().view.layer).toBe('long');
  });

  it('of a model that the browser could not keep stands in the URL only where somebody asked for it', async () => {
    const refuse = () => Promise.reject(new DOMException('no room', 'QuotaExceededError'));
    const test = await startedStore({ keptModels: { list: refuse, keep: refuse, change: refuse, filesOf: refuse, remove: refuse } });
    await openFiles(test, SECOND);
    test.state().chooseClass(1);
    expect(test.urls.at(-1)).toMatchObject({ model: null, layer: null, class: null });
    test.state().chooseLayer('long');
    expect(test.urls.at(-1)).toMatchObject({ model: null, layer: 'long' });
  });
});

describe('the rest of the view', () => {
  it('leaves the class and the one it is held against with the model that has them', async () => {
    const test = await startedStore();
    test.state().chooseClass(2);
    test.state().chooseVersus(0);
    await openFiles(test, SECOND);
    expect(test.state().view).toMatchObject({ classIndex: null, versus: null });
  });

  it('takes patches of the image along where they fit, and says where they do not', async () => {
    const test = await startedStore();
    const occlusion = { patch: 8, stride: 4, value: 'blur' } as const;
    test.state().setAblation({ occlusion: { ...occlusion, patch: 7 } });
    await openFiles(test, SECOND, { defaultLayer: 'long' });
    expect(test.state().view.ablation.occlusion).toEqual({ ...occlusion, patch: 7 });
    test.state().setAblation({ occlusion });
    await openFiles(test, [new File(['third'], 'third.h5')], { defaultLayer: 'first' });
    expect(test.state().view.ablation.occlusion).toEqual({ patch: null, stride: null, value: 'blur' });
    expect(test.noticeTexts()).toEqual([
      'Patches of 8 px, 4 apart, do not fit the 8 × 8 px that the model takes, so they are again as large as suits it.',
    ]);
  });

  it('takes windows along where they fit the new maps, and says where they do not', async () => {
    const test = await startedStore();
    await openFiles(test, [new File(['large'], 'large.h5')], { defaultLayer: 'long' });
    test.state().setAblation({ window: 3, stride: 3, value: 'mean', channelValue: 0 });
    await openFiles(test, SECOND, { defaultLayer: 'long' });
    expect(test.state().view.ablation).toMatchObject({ window: 3, stride: 3, value: 'mean' });
    await openFiles(test, [new File(['third'], 'third.h5')], { defaultLayer: 'first' });
    expect(test.state().view.ablation).toMatchObject({ window: 1, stride: 1, value: 'mean' });
    expect(test.noticeTexts()).toEqual([
      'Windows of 3 cells, 3 apart, do not fit the 1 × 2 cells of first, so each cell is ablated by itself again.',
    ]);
  });

  it('does without windows that are larger than the layer that is chosen, or that a link names, and says so', async () => {
    const test = await explainedStore();
    test.state().chooseLayer('long');
    test.state().setAblation({ window: 5, stride: 5 });
    await answerAll(test);
    test.state().chooseLayer('first');
    const sentence = 'Windows of 5 cells, 5 apart, do not fit the 1 × 2 cells of first, so each cell is ablated by itself again.';
    expect(test.noticeTexts()).toEqual([sentence]);
    expect(test.state().view.ablation).toMatchObject({ window: 1, stride: 1 });
    test.state().undo();
    expect(test.state().view).toMatchObject({ layer: 'long', ablation: { window: 5, stride: 5 } });

    const linked = await startedStore({ readUrl: () => ({ ...NO_URL_VALUES, layer: 'first', window: '9', stride: '3' }) });
    expect(linked.state().view).toMatchObject({ layer: 'first', ablation: { window: 1, stride: 1 } });
    expect(linked.noticeTexts()).toHaveLength(1);
  });
});
