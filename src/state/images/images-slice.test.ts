import { describe, expect, it } from 'vitest';
import { figureOf } from '../explanation/figures.ts';
import { brokenFile, imageFile } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { explainedStore, startedStore, storeWithImage } from '../testing/test-store.ts';

describe('images', () => {
  it('are added in order, and the first one that can be read is shown', async () => {
    const test = await startedStore();
    await test.state().giveFiles([brokenFile('empty.png'), imageFile('a.png'), brokenFile('gone.png'), imageFile('b.png')]);
    const { items, selectedId, reading } = test.state().images;
    expect(items.map(({ name }) => name)).toEqual(['a.png', 'b.png', 'sample.png']);
    expect(selectedId).toBe(items[0]?.id);
    expect(reading).toBeNull();
    expect(test.noticeTexts()).toEqual(['The file empty.png is empty.', 'The file gone.png is empty.']);
  });

  it('that cannot be read leave what was on screen', async () => {
    const test = await startedStore();
    const before = test.state().explanation;
    await test.state().giveFiles([brokenFile('empty.png')]);
    expect(test.state().images.items).toHaveLength(1);
    expect(test.state().explanation).toBe(before);
  });

  it('dropped together with a model’s files leave those to the model', async () => {
    const test = await startedStore();
    const model = new File(['{}'], 'model.json');
    void test.state().giveFiles([model, imageFile('a.png')]);
    await settled();
    expect(test.lastLoad().source).toMatchObject({ kind: 'files', files: [model] });
    expect(test.state().images.items.map(({ name }) => name)).toEqual(['a.png', 'sample.png']);
    expect(test.noticeTexts()).toEqual([]);
  });

  it('of 16 bits that are nearly black are stretched by choice, in their place; the next ones alike', async () => {
    const test = await explainedStore();
    await test.state().giveFiles([imageFile('dark, 16-bit.png'), imageFile('other.png')]);
    const [, dark, other] = test.state().images.items;
    expect(dark).toMatchObject({ name: 'dark, 16-bit.png', isStretched: false, depth: { usedBits: 12 } });
    expect(other).toMatchObject({ isStretched: false, depth: null });
    const explained = test.engine().explains.length;
    await test.state().stretchImage(dark?.id ?? '', true);
    const { items, selectedId } = test.state().images;
    expect(items.map(({ name, isStretched }) => [name, isStretched])).toEqual([
      [items[0]?.name, false],
      ['dark, 16-bit.png', true],
      ['other.png', false],
      ['sample.png', false],
    ]);
    // It is another image to the engine, and in view.
    expect(items[1]?.id).not.toBe(dark?.id);
    expect(selectedId).toBe(items[1]?.id);
    expect(test.engine().explains.length).toBeGreaterThan(explained);
    expect(test.revoked).toEqual([dark?.thumbnailUrl]);
    await test.state().giveFiles([imageFile('next, 16-bit.png')]);
    expect(test.state().images.items.find(({ name }) => name === 'next, 16-bit.png')?.isStretched).toBe(true);
    expect(test.noticeTexts()).toEqual([]);
  });

  it('that are being explained when removed stop the engine', async () => {
    const test = await storeWithImage();
    const job = test.lastExplain();
    test.state().removeImage(test.state().images.selectedId ?? '');
    expect(job.signal?.aborted).toBe(true);
    expect(figureOf(test.state(), 'grad-cam').status).toBe('done');
  });

  it('take the place of others of their kind', async () => {
    const test = await startedStore();
    await test.state().giveFiles([imageFile('a.png'), imageFile('b.png'), imageFile('c.png')]);
    const [a, b, c, sample] = test.state().images.items;
    test.state().moveImage(c?.id ?? '', a?.id ?? '');
    expect(test.state().images.items).toEqual([c, a, b, sample]);
    test.state().moveImage(c?.id ?? '', a?.id ?? '');
    expect(test.state().images.items).toEqual([a, c, b, sample]);
    // The person’s own stand before the samples.
    test.state().moveImage(a?.id ?? '', sample?.id ?? '');
    expect(test.state().images.items).toEqual([a, c, b, sample]);
  });
});
