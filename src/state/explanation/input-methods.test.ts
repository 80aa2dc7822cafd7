/** Methods that change the image itself: found once for all layers, last of all, and from where they were stopped. */
import { describe, expect, it } from 'vitest';
import { isSweepWork } from '../../explain/work.ts';
import type { Session } from '../../protocol/session.ts';
import { answerAll, explainedStore, type TestStore } from '../testing/test-store.ts';
import { layerInView } from '../view/in-view.ts';
import { expectedCost } from './expected-cost.ts';
import { figureOf } from './figures.ts';
import { shownMap } from './selectors.ts';

function countOf({ engine }: TestStore, wanted: string): number {
  return engine().explains.filter(({ request }) => request.work?.method === wanted).length;
}

function itemsAsked(test: TestStore): readonly number[] | null {
  const { work } = test.lastExplain().request;
  if (!work || !isSweepWork(work)) throw new Error('no sweep was asked for');
  return work.items && [...work.items];
}

describe('methods that change the image itself', () => {
  it('are asked for once, whichever layer is in view, and again for other settings', async () => {
    const test = await explainedStore();
    test.state().setMethodShown('occlusion', true);
    await answerAll(test);
    expect(countOf(test, 'occlusion')).toBe(1);
    const former = shownMap(test.state(), 'occlusion');
    // Of the network's 8 x 8 pixels.
    expect([former?.map.rows, former?.map.columns]).toEqual([8, 8]);
    expect(former?.context.layer).toBe('input image');
    test.state().chooseLayer('first');
    await answerAll(test);
    expect(figureOf(test.state(), 'occlusion').status).toBe('done');
    expect(shownMap(test.state(), 'occlusion')?.map).toEqual(former?.map);
    expect(countOf(test, 'occlusion')).toBe(1);
    test.state().setAblation({ occlusion: { patch: 4, stride: 4, value: 'blur' } });
    await answerAll(test);
    expect(countOf(test, 'occlusion')).toBe(2);
    expect(shownMap(test.state(), 'occlusion')?.raw).toMatchObject({ rows: 2, columns: 2 });
    expect(test.urls.at(-1)).toMatchObject({ patch: '4', 'patch-stride': '4', 'patch-value': 'blur', masks: null, seed: null });
  });

  it('say what they cost before they are chosen, and come after everything that is quicker', async () => {
    const test = await explainedStore();
    const layer = layerInView(test.state());
    if (!layer) throw new Error('no layer is in view');
    expect(expectedCost(test.state(), 'rise', layer)).toMatchObject({ count: 2000, unit: 'masks', passes: 2001 });
    expect(expectedCost(test.state(), 'occlusion', layer)).toMatchObject({ count: 64, unit: 'patches', passes: 65 });
    expect(countOf(test, 'rise')).toBe(0);
    test.state().setMethodShown('rise', true);
    test.state().setMethodShown('occlusion', true);
    // RISE had begun where nothing else was wanted: it gives way.
    expect(test.lastExplain().request.work?.method).toBe('occlusion');
    test.state().chooseLayer('first');
    const order: (string | undefined)[] = [];
    for (let last = test.lastExplain(); last.isOpen; last = test.lastExplain()) {
      order.push(last.request.work?.method);
      await last.answer();
    }
    expect(order.slice(-2)).toEqual(['occlusion', 'rise']);
  });

  it('go on where they were cancelled, at another layer too', async () => {
    const test = await explainedStore();
    test.state().setAblation({ rise: { count: 20, seed: 3 } });
    await answerAll(test);
    test.state().setMethodShown('rise', true);
    expect(test.lastExplain().request.work).toEqual({ method: 'rise', masks: { count: 20, seed: 3 }, items: null });
    test.lastExplain().emitLogits();
    test.lastExplain().emitBegun();
    test.lastExplain().emitItems(5);
    test.state().cancel('rise');
    expect(figureOf(test.state(), 'rise')).toMatchObject({ status: 'cancelled', progress: { done: 5, total: 20 } });
    test.state().resume('rise');
    expect(itemsAsked(test)).toEqual(Array.from({ length: 15 }, (_, i) => i + 5));
    test.lastExplain().emitLogits();
    test.lastExplain().emitItems(5);
    // As far as all of it is, not as far as what was left.
    expect(figureOf(test.state(), 'rise')).toMatchObject({ status: 'running', progress: { done: 10, total: 20 } });
    test.state().chooseLayer('first');
    for (let last = test.lastExplain(); last.request.work?.method !== 'rise'; last = test.lastExplain()) await last.answer();
    expect(itemsAsked(test)).toEqual(Array.from({ length: 10 }, (_, i) => i + 10));
    await answerAll(test);
    expect(figureOf(test.state(), 'rise').status).toBe('done');
    await test.state().saveFigure('rise', 'json');
    const { name, content } = test.saved[0] ?? {};
    expect(name).toBe('grain_birch_input-image_rise.json');
    expect(JSON.parse((await content?.text()) ?? '')).toMatchObject({ layer: 'input image', shape: [8, 8], window: null });
  });

  it('are in a session, and found again on another page', async () => {
    const sessions: Session[] = [];
    const shared = {
      writeSession: async (session: Session) => new Blob([String(sessions.push(session))]),
      readSession: async () => sessions[0] as Session,
    };
    const test = await explainedStore(shared);
    test.state().setAblation({ rise: { count: 12, seed: 3 } });
    test.state().setMethodShown('rise', true);
    await answerAll(test);
    const map = shownMap(test.state(), 'rise')?.map;
    await test.state().saveSession();
    const file = new File([test.saved.at(-1)?.content ?? ''], 'a.fastcam');
    const other = await explainedStore(shared);
    await other.state().giveFiles([file]);
    await answerAll(other);
    expect(countOf(other, 'rise')).toBe(0);
    expect(map).toBeDefined();
    expect(shownMap(other.state(), 'rise')?.map).toEqual(map);
  });
});
