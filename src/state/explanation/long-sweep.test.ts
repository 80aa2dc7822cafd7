/** A sweep of many windows on the page: its estimate, its order, what is kept of it. */

import { describe, expect, it } from 'vitest';
import { answerAll, NO_URL_VALUES, storeWithImage, type TestStore, works } from '../testing/test-store.ts';
import { figureOf } from './figures.ts';
import { shownMap } from './selectors.ts';

describe('a long sweep', () => {
  /** At the layer with a hundred cells, with the estimate on screen and the sweep asked for. */
  async function begunSweep(change = {}) {
    const test = await storeWithImage(change);
    test.state().chooseLayer('long');
    for (let step = 0; step < 3; step++) await test.lastExplain().answer();
    return test;
  }

  const figureIn = (test: TestStore) => figureOf(test.state(), 'fast-ablation-cam');
  const valuesOf = (test: TestStore) => [...(shownMap(test.state(), 'fast-ablation-cam')?.map.values ?? [])];
  const itemsOf = (test: TestStore) => {
    const { work } = test.lastExplain().request;
    return work && 'items' in work ? [...(work.items ?? [])] : [];
  };

  it('shows its estimate at once, and asks for the cells with the largest one first', async () => {
    const test = await begunSweep();
    expect(works(test)).toEqual([null, null, 'grad-cam', 'first-order', 'fast-ablation-cam']);
    expect(figureIn(test)).toMatchObject({ status: 'waiting', isCurrent: true, estimate: { order: 'largest-first' } });
    // The scores that are to come may be gigabytes: there is no room for them before they do.
    expect(figureIn(test)).toMatchObject({ result: { sweep: { exactCount: 0, logits: { length: 0 } } } });
    expect(valuesOf(test).slice(0, 4)).toEqual([1, -1, -2, -3]);
    expect(itemsOf(test)).toHaveLength(100);
    expect(itemsOf(test).slice(0, 3)).toEqual([99, 98, 97]);
  });

  it('replaces the estimate by exact values as they come, and says in the end how well it did', async () => {
    const test = await begunSweep();
    const job = test.lastExplain();
    job.emitBegun();
    job.emitItems(2);
    expect(valuesOf(test).slice(96)).toEqual([-96, -97, 1, 1]);
    expect(figureIn(test)).toMatchObject({ status: 'running', result: { sweep: { exactCount: 2 } } });
    expect(shownMap(test.state(), 'fast-ablation-cam')?.estimate?.correlation).toBeNull();
    await job.answer();
    expect(figureIn(test).status).toBe('done');
    // Exact values are 0 at the first cell and 1 elsewhere.
    expect(shownMap(test.state(), 'fast-ablation-cam')?.estimate?.correlation).toBeCloseTo(-0.176, 3);
  });

  it('keeps what there is when cancelled, and goes on from there', async () => {
    const test = await begunSweep();
    const job = test.lastExplain();
    job.emitBegun();
    job.emitItems(30);
    test.state().cancel('fast-ablation-cam');
    expect(figureIn(test)).toMatchObject({ status: 'cancelled', isCurrent: true, result: { sweep: { exactCount: 30 } } });
    expect(valuesOf(test)[99]).toBe(1);
    expect(valuesOf(test)[5]).toBe(-5);
    test.state().resume('fast-ablation-cam');
    expect(itemsOf(test)).toHaveLength(70);
    expect(itemsOf(test)[0]).toBe(69);
    await answerAll(test);
    expect(figureIn(test)).toMatchObject({ status: 'done', result: { sweep: { exactCount: 100 }, durationMs: 14 } });
  });

  it('is stopped by another class for its estimate, and never swept again', async () => {
    const test = await begunSweep();
    const job = test.lastExplain();
    job.emitBegun();
    job.emitItems(40);
    test.state().chooseClass(2);
    expect(job.signal?.aborted).toBe(true);
    await test.lastExplain().answer();
    await test.lastExplain().answer();
    expect(works(test).slice(-3)).toEqual(['grad-cam', 'first-order', 'fast-ablation-cam']);
    expect(itemsOf(test)).toHaveLength(60);
    expect(valuesOf(test)[0]).toBe(2);
    expect(valuesOf(test)[99]).toBe(0);
    await answerAll(test);
    test.state().chooseClass(0);
    expect(figureIn(test).status).toBe('done');
    // Its estimate is still asked for: the finished map says how well that does.
    await answerAll(test);
    expect(works(test).slice(-2)).toEqual(['grad-cam', 'first-order']);
    expect(shownMap(test.state(), 'fast-ablation-cam')?.estimate?.correlation).not.toBeNull();
  });

  it('can begin with coarse windows: their shares stand until the cells are exact', async () => {
    const test = await begunSweep({ readPreferences: () => ({ order: 'coarse-first' }) });
    // Ten cells a side in windows of two: 25 of them.
    expect(works(test)).toEqual([null, null, 'grad-cam', 'fast-ablation-cam', 'fast-ablation-cam']);
    expect(test.engine().explains.at(-2)?.request.work).toMatchObject({ ablation: { window: 2, stride: 2 } });
    expect(figureIn(test)).toMatchObject({ isCurrent: true, estimate: { order: 'coarse-first' } });
    // The first window lost nothing of birch, the others a whole logit over four cells.
    expect(valuesOf(test).slice(0, 4)).toEqual([0, 0, 0.25, 0.25]);
    expect(itemsOf(test)).toHaveLength(100);
    expect(itemsOf(test).slice(-4)).toEqual([0, 1, 10, 11]);
    await answerAll(test);
    expect(figureIn(test).status).toBe('done');
  });

  it('comes after Ablation-CAM where that has less to do', async () => {
    const test = await begunSweep({ readUrl: () => ({ ...NO_URL_VALUES, methods: 'fast-ablation-cam,ablation-cam' }) });
    expect(works(test)).toEqual([null, null, 'first-order', 'ablation-cam', 'fast-ablation-cam']);
  });
});
