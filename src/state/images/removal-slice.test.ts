import { describe, expect, it } from 'vitest';
import { figureOf } from '../explanation/figures.ts';
import { imageFile, SAMPLE } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { answerAll, explainedStore, startedStore, type TestStore } from '../testing/test-store.ts';

const names = (test: TestStore) => test.state().images.items.map(({ name }) => name);
const idOf = (test: TestStore, name: string) => test.state().images.items.find((item) => item.name === name)?.id ?? '';
const selectedName = (test: TestStore) => test.state().images.items.find(({ id }) => id === test.state().images.selectedId)?.name;

async function withThree(): Promise<TestStore> {
  const test = await explainedStore();
  await test.state().giveFiles([imageFile('a.png'), imageFile('b.png')]);
  await answerAll(test);
  await settled();
  await answerAll(test);
  return test;
}

describe('removed images', () => {
  it('give way to their neighbour, and take nothing with them but themselves', async () => {
    const test = await explainedStore();
    await test.state().giveFiles([imageFile('last.png')]);
    const [grain, last, sample] = test.state().images.items;
    test.state().removeImage(last?.id ?? '');
    expect(test.state().images.selectedId).toBe(sample?.id);
    expect(test.bitmaps.map(({ isClosed }) => isClosed)).toEqual([false, false, true]);
    expect(figureOf(test.state(), 'grad-cam').status).toBe('done');
    test.state().removeImage(grain?.id ?? '');
    expect(test.state().images.selectedId).toBe(sample?.id);
    test.state().removeImage(sample?.id ?? '');
    expect(test.state().images).toMatchObject({ items: [], selectedId: null });
    expect(figureOf(test.state(), 'grad-cam').status).toBe('empty');
  });

  it('come back by the notice, in their places, with what was found out about them', async () => {
    const test = await withThree();
    const grain = idOf(test, 'grain.png');
    const explained = test.engine().explains.length;
    test.state().selectImage(grain);
    test.state().removeImages([grain, idOf(test, 'b.png')]);
    expect(names(test)).toEqual(['a.png', 'sample.png']);
    const notice = test.state().notices.at(-1);
    expect(notice).toMatchObject({ kind: 'info', text: '2 images were removed.', action: { title: 'Undo' } });
    notice?.action?.run();
    await settled();
    expect(names(test)).toEqual(['grain.png', 'a.png', 'b.png', 'sample.png']);
    expect(selectedName(test)).toBe('grain.png');
    expect(figureOf(test.state(), 'grad-cam').status).toBe('done');
    expect(test.engine().explains).toHaveLength(explained);
    expect(test.noticeTexts()).toEqual([]);
    expect(test.revoked).toEqual([]);
  });

  it('come back by undo, and go again by redo', async () => {
    const test = await withThree();
    test.state().removeImage(idOf(test, 'a.png'));
    expect(test.state().history.undo).toBe('removal of a.png');
    test.state().undo();
    await settled();
    expect(names(test)).toEqual(['grain.png', 'a.png', 'b.png', 'sample.png']);
    expect(selectedName(test)).toBe('a.png');
    test.state().redo();
    expect(names(test)).toEqual(['grain.png', 'b.png', 'sample.png']);
    test.state().undo();
    await settled();
    test.state().undoRemoveImages();
    expect(names(test)).toEqual(['grain.png', 'a.png', 'b.png', 'sample.png']);
  });

  it('that were undone and removed again come back whole all the same, and are discarded once nothing brings them back', async () => {
    const test = await withThree();
    const a = idOf(test, 'a.png');
    test.state().selectImage(a);
    await answerAll(test);
    test.state().removeImage(a);
    test.state().undo();
    await settled();
    test.state().removeImage(a);
    expect(test.revoked).toEqual([]);
    test.state().undo();
    await settled();
    expect(selectedName(test)).toBe('a.png');
    expect(test.revoked).toEqual([]);
    expect(figureOf(test.state(), 'grad-cam').status).toBe('done');
    test.state().removeImage(a);
    for (let i = 0; i < 250; i++) test.state().setMethodShown('hires-cam', i % 2 === 0);
    expect(test.revoked).toHaveLength(1);
  });

  it('are announced one notice at a time', async () => {
    const test = await withThree();
    test.state().removeImage(idOf(test, 'a.png'));
    test.state().removeImage(idOf(test, 'b.png'));
    expect(test.noticeTexts()).toEqual(['b.png was removed.']);
    test.state().undoRemoveImages();
    expect(names(test)).toEqual(['grain.png', 'b.png', 'sample.png']);
  });
});

describe('removed samples', () => {
  const samples = ['x.png', 'y.png', 'z.png'].map((name) => ({ ...SAMPLE, name, fetchImage: async () => imageFile(name) }));
  const started = () => startedStore({ fetchSamples: async () => samples });
  const ids = (test: TestStore) => test.state().images.items.map(({ id }) => id);

  it('are called back to their places', async () => {
    const test = await started();
    await test.state().giveFiles([imageFile('mine.png')]);
    test.state().removeImages(['x.png', 'y.png'].map((name) => idOf(test, name)));
    expect(test.state().images.removedSamples).toEqual({ 'built-in': ['x.png', 'y.png'] });
    await test.state().bringSamplesBack();
    expect(names(test)).toEqual(['mine.png', 'x.png', 'y.png', 'z.png']);
    expect(selectedName(test)).toBe('mine.png');
    expect(test.state().images.removedSamples).toEqual({ 'built-in': [] });
  });

  it('are called back where all were removed, with their finished explanations', async () => {
    const test = await started();
    test.state().removeImages(ids(test));
    expect(test.state().images).toMatchObject({ items: [], selectedId: null });
    await test.state().bringSamplesBack();
    await settled();
    expect(names(test)).toEqual(['x.png', 'y.png', 'z.png']);
    expect(selectedName(test)).toBe('x.png');
    expect(figureOf(test.state(), 'fast-ablation-cam').status).toBe('done');
    expect(test.engine().explains).toEqual([]);
  });

  it('that cannot be had again are said', async () => {
    let isOnline = true;
    const fetchSamples = async () => (isOnline ? samples : Promise.reject(new TypeError('no network')));
    const test = await startedStore({ fetchSamples });
    test.state().removeImages(ids(test));
    isOnline = false;
    await test.state().bringSamplesBack();
    expect(test.noticeTexts()).toContain('The samples could not be downloaded; please check the network connection and try again.');
  });
});
