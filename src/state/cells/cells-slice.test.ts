import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { settled } from '../testing/fake-jobs.ts';
import { LOGITS } from '../testing/fake-model.ts';
import { explainedStore, storeWithImage } from '../testing/test-store.ts';

describe('cells that are taken away', () => {
  it('are answered from the sweep where there is one of them', async () => {
    const test = await explainedStore();
    test.state().toggleCells([0]);
    expect(test.engine().withouts).toHaveLength(0);
    expect(test.state().cells).toMatchObject({ removed: [0], status: 'done' });
    expect([...(test.state().cells.logits ?? [])]).toEqual([0.5, 3, 2]);
  });

  it('are asked of the engine where there are several, and together', async () => {
    const test = await explainedStore();
    test.state().toggleCells([0]);
    test.state().toggleCells([1]);
    expect(test.state().cells.status).toBe('running');
    const job = test.engine().withouts.at(-1);
    expect(job?.request).toMatchObject({ layer: 'last', value: 0 });
    expect([...(job?.request.cells ?? [])]).toEqual([0, 1]);
    await job?.finish(Float32Array.from([9, 8, 7]));
    expect(test.state().cells).toMatchObject({ removed: [0, 1], status: 'done' });
    expect([...(test.state().cells.logits ?? [])]).toEqual([9, 8, 7]);
  });

  it('come back when they are chosen again, by undo, or all together', async () => {
    const test = await explainedStore();
    test.state().toggleCells([0]);
    test.state().toggleCells([0]);
    expect(test.state().cells).toMatchObject({ removed: [], status: 'idle', logits: null });
    test.state().undo();
    expect(test.state().cells).toMatchObject({ removed: [0], status: 'done' });
    test.state().clearCells();
    expect(test.state().cells.removed).toEqual([]);
    test.state().undo();
    expect(test.state().cells.removed).toEqual([0]);
  });

  it('are there once, however often they were chosen', async () => {
    const test = await explainedStore();
    test.state().toggleCells([0]);
    test.state().toggleCells([0, 1, 1]);
    expect(test.state().cells.removed).toEqual([0, 1]);
    test.state().undo();
    expect(test.state().cells.removed).toEqual([0]);
    test.state().clearCells();
    expect(test.state().cells.removed).toEqual([]);
  });

  it('are forgotten with the layer, the image, the preprocessing or the value that they were of', async () => {
    const test = await explainedStore();
    for (const another of [
      () => test.state().chooseLayer('first'),
      () => test.state().setAblation({ value: 2 }),
      () => test.state().setPreprocessing({ fit: 'letterbox' }),
      () => test.state().selectImage(test.state().images.items.at(-1)?.id ?? ''),
    ]) {
      test.state().toggleCells([1]);
      expect(test.state().cells.removed).toEqual([1]);
      another();
      expect(test.state().cells).toMatchObject({ removed: [], logits: null });
    }
  });

  it('do not wait for a sweep, which goes on afterwards', async () => {
    const test = await storeWithImage();
    const running = test.lastExplain();
    running.emitLogits();
    test.state().toggleCells([0, 1]);
    expect(running.signal?.aborted).toBe(true);
    const asked = test.engine().explains.length;
    await test.engine().withouts.at(-1)?.finish(Float32Array.from(LOGITS));
    await settled();
    expect(test.engine().explains.length).toBeGreaterThan(asked);
  });

  it('undone before they are answered let the sweep go on', async () => {
    const test = await storeWithImage();
    const running = test.lastExplain();
    running.emitLogits();
    test.state().toggleCells([0, 1]);
    const asked = test.engine().explains.length;
    test.state().undo();
    expect(test.state().cells).toMatchObject({ removed: [], status: 'idle' });
    await settled();
    expect(test.engine().explains.length).toBeGreaterThan(asked);
  });

  it('are not answered for another view', async () => {
    const test = await explainedStore();
    test.state().toggleCells([0, 1]);
    const job = test.engine().withouts.at(-1);
    test.state().chooseLayer('first');
    await job?.finish(Float32Array.from([9, 8, 7]));
    expect(test.state().cells).toMatchObject({ removed: [], status: 'idle', logits: null });
  });

  it('that cannot be computed are said so, once', async () => {
    const test = await explainedStore();
    test.state().toggleCells([0, 1]);
    await test.engine().withouts.at(-1)?.fail(new AppError('out-of-memory', 'There was too little memory.'));
    expect(test.state().cells).toMatchObject({ status: 'failed', logits: null });
    expect(test.noticeTexts()).toEqual(['There was too little memory.']);
  });
});
