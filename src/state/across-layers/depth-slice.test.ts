import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { correlationsOf } from '../../core/maps/agreement.ts';
import { blockEnds } from '../../explain/layer-groups.ts';
import { depthVerdict } from '../drawer/verdicts.ts';
import { speedOfEngines } from '../engines/shared-time.ts';
import { figureOf } from '../explanation/figures.ts';
import { imageFile } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { answerAll, explainedStore, storeWithImage, type TestStore } from '../testing/test-store.ts';
import { combinedMaps } from './depth-maps.ts';
import {
  agreementOver,
  columnWindow,
  depthDurationMs,
  depthMethods,
  depthPasses,
  depthStatus,
  isColumnDone,
  isDepthInView,
  layerToAdd,
  mapOver,
} from './depth-selectors.ts';
import type { DepthColumn } from './depth-state.ts';

/** An image that is explained, and the strip asked for. */
async function comparing(): Promise<TestStore> {
  const test = await explainedStore();
  void test.state().compareOverDepth();
  await settled();
  return test;
}

describe('the strip across layers', () => {
  it('explains the end of every block, in windows where cells are many, and takes what is known already', async () => {
    const test = await comparing();
    const before = test.engine().explains.length - 1;
    expect(test.state().depth).toMatchObject({ status: 'running', score: { classIndex: 1 } });
    expect(test.state().depth.columns.map(({ layer, ablation }) => [layer.name, ablation.window])).toEqual([
      ['long', 2],
      ['first', 1],
      ['last', 1],
    ]);
    await answerAll(test);
    const requests = test
      .engine()
      .explains.slice(before)
      .map(({ request }) => request);
    expect(requests.map(({ layer, work }) => [layer, work?.method])).toEqual([
      ['long', 'grad-cam'],
      ['long', 'fast-ablation-cam'],
      ['first', 'grad-cam'],
      ['first', 'fast-ablation-cam'],
    ]);
    // So that all of them start from one pass.
    expect(requests.map(({ nextLayers }) => nextLayers)).toEqual([['first'], ['first'], ['long'], ['long']]);
    expect(test.state().depth.status).toBe('done');
    for (const column of test.state().depth.columns) {
      const { rows, columns } = column.layer;
      for (const id of depthMethods(test.state())) expect(mapOver(test.state(), column, id)).toMatchObject({ rows, columns });
    }
  });

  it('tells of windows only where a method on screen runs them', async () => {
    const test = await comparing();
    const windows = () => test.state().depth.columns.map((column) => columnWindow(test.state(), column));
    expect(windows()).toEqual([2, 1, 1]);
    for (const id of ['ablation-cam', 'rise'] as const) test.state().setMethodShown(id, true);
    test.state().setMethodShown('fast-ablation-cam', false);
    expect(windows()).toEqual([1, 1, 1]);
  });

  it('gives the same maps for the same state, however many layers and methods it has', async () => {
    const test = await comparing();
    await answerAll(test);
    const { depth } = test.state();
    const [column] = depth.columns;
    if (!column) throw new Error('the strip is empty');
    const copy = (): DepthColumn => ({
      ...column,
      results: Object.fromEntries(Object.entries(column.results).map(([id, result]) => [id, result && { ...result }])),
    });
    test.store.setState({ depth: { ...depth, columns: Array.from({ length: 100 }, copy) } });
    const state = test.state();
    const shown = () =>
      state.depth.columns.map((own) => ({
        maps: depthMethods(state).map((id) => mapOver(state, own, id)),
        agreement: agreementOver(state, own),
      }));
    const [once, again] = [shown(), shown()];
    for (const [i, { maps, agreement }] of once.entries()) {
      expect(agreement).toBe(again[i]?.agreement);
      for (const [j, map] of maps.entries()) expect(map).toBe(again[i]?.maps[j]);
    }
  });

  it('says what it costs before it starts', async () => {
    const test = await storeWithImage();
    const columns = blockEnds(test.state().model.info?.layers ?? []).map((layer) => ({ layer, results: {} }));
    // Five milliseconds a pass; a tail is half of one. Two layers of 2 cells, one of 25 windows, and four tails for the backward pass.
    const [both, swept] = [1 + 2, (2 + 2 + 25) / 2];
    expect(depthDurationMs(test.state(), columns)).toBeCloseTo(5 * (both + swept), 6);
    const two = { ...test.state(), machine: { cores: 2, memoryGb: 8 } };
    expect(depthDurationMs(two, columns)).toBeCloseTo(5 * (both + swept / speedOfEngines(two)), 6);
    // The last layer is shared by both, but for the passes that all layers start from.
    const long = columns.filter(({ layer }) => layer.name === 'long');
    expect(depthDurationMs(two, long)).toBeCloseTo(5 * (1 + 2 + 25 / 2 / speedOfEngines(two)), 6);
  });

  it('is made of as many layers at once as there are engines, but of the image itself once', async () => {
    const test = await explainedStore({ machine: { cores: 2, memoryGb: 8 } });
    test.state().setMethodShown('occlusion', true);
    const shown = test.lastExplain();
    const before = test.engine().explains.length;
    void test.state().compareOverDepth();
    await settled();
    expect([shown.request.work?.method, shown.signal?.aborted]).toEqual(['occlusion', true]);
    const open = () =>
      test
        .engine()
        .explains.slice(before)
        .filter((job) => job.isOpen);
    const asked = () => open().map(({ request }) => [request.layer, request.work?.method]);
    expect(asked()).toEqual([['long', 'occlusion']]);
    await open()[0]?.answer();
    expect(asked()).toEqual([
      ['long', 'grad-cam'],
      ['first', 'grad-cam'],
    ]);
    await open()[1]?.answer();
    const [sweep] = open().slice(1);
    sweep?.emitBegun();
    sweep?.emit({ kind: 'progress', done: 1, total: 2, remainingMs: null });
    // Two methods of three, and half of the last one.
    expect(test.state().depth.partial).toBeCloseTo((2 + 0.5) / 3, 9);
    await sweep?.answer();
    expect(test.state().depth.columns.map((column) => isColumnDone(test.state(), column))).toEqual([false, true, true]);
    expect(asked()).toEqual([['long', 'grad-cam']]);
    await answerAll(test);
    await open()[0]?.answer();
    await answerAll(test);
    expect(depthStatus(test.state())).toBe('done');
  });

  it('keeps what it has when cancelled, and goes on from there', async () => {
    const test = await comparing();
    await test.lastExplain().answer();
    await test.lastExplain().answer();
    test.state().cancelDepth();
    await settled();
    expect(test.state().depth.status).toBe('cancelled');
    expect(test.state().depth.columns.map((column) => isColumnDone(test.state(), column))).toEqual([true, false, true]);
    const before = test.engine().explains.length;
    void test.state().compareOverDepth();
    await settled();
    await answerAll(test);
    expect(test.engine().explains).toHaveLength(before + 2);
    expect(test.state().depth.status).toBe('done');
    expect(test.noticeTexts()).toEqual([]);
  });

  it('is stopped by another class or image, and out of view then; another layer leaves it be', async () => {
    const test = await comparing();
    test.state().chooseLayer('first');
    expect(test.state().depth.status).toBe('running');
    test.state().chooseClass(0);
    expect(test.state().depth.status).toBe('cancelled');
    expect(isDepthInView(test.state())).toBe(false);
    test.state().chooseClass(null);
    expect(isDepthInView(test.state())).toBe(true);
    await answerAll(test);
    void test.state().compareOverDepth();
    await settled();
    await test.state().giveFiles([imageFile('other.png')]);
    expect(test.state().depth.status).toBe('cancelled');
  });

  it('takes the engine from a long sweep, and gives it back', async () => {
    const test = await explainedStore();
    test.state().chooseLayer('long');
    for (let step = 0; step < 2; step++) await test.lastExplain().answer();
    const sweep = test.lastExplain();
    expect(sweep.request.work?.method).toBe('fast-ablation-cam');
    sweep.emitBegun();
    sweep.emitItems(10);
    void test.state().compareOverDepth();
    await settled();
    expect(sweep.signal?.aborted).toBe(true);
    expect(test.lastExplain().request.work).toMatchObject({ method: 'fast-ablation-cam', ablation: { window: 2 } });
    test.state().cancelDepth();
    await settled();
    const resumed = test.lastExplain().request.work;
    expect(resumed).toMatchObject({ method: 'fast-ablation-cam', ablation: { window: 1 } });
    expect(resumed && 'items' in resumed && resumed.items?.length).toBe(90);
  });

  it('gives way to another layer, and goes on afterwards', async () => {
    const test = await comparing();
    const former = test.lastExplain();
    test.state().chooseLayer('first');
    expect(former.signal?.aborted).toBe(true);
    expect(test.lastExplain().request.layer).toBe('first');
    await test.lastExplain().answer();
    await test.lastExplain().answer();
    await settled();
    expect(figureOf(test.state(), 'fast-ablation-cam').status).toBe('done');
    expect(test.lastExplain().request).toMatchObject({ layer: 'long', work: { method: 'grad-cam' } });
    await answerAll(test);
    expect(test.state().depth.status).toBe('done');
    expect(test.noticeTexts()).toEqual([]);
  });

  it('is of all methods on screen: one that comes to them is missing, and asked for by itself', async () => {
    const test = await comparing();
    await answerAll(test);
    expect(depthPasses(test.state())).toBe(0);
    test.state().setMethodShown('occlusion', true);
    test.state().setMethodShown('eigen-cam', true);
    await answerAll(test);
    expect(depthStatus(test.state())).toBe('idle');
    // The patches of the image are the same at every layer: they were run for the figure, and are counted once until that is known here.
    const before = test.engine().explains.length;
    void test.state().compareOverDepth();
    await settled();
    await answerAll(test);
    expect(depthStatus(test.state())).toBe('done');
    const asked = test.engine().explains.slice(before);
    expect(asked.map(({ request }) => [request.layer, request.work?.method])).toEqual([
      ['long', 'eigen-cam'],
      ['first', 'eigen-cam'],
    ]);
    for (const column of test.state().depth.columns) {
      const { titles, correlations } = agreementOver(test.state(), column) ?? {};
      expect(titles).toEqual(['Grad-CAM', 'FastAblationCAM', 'Eigen-CAM', 'Occlusion']);
      const maps = depthMethods(test.state()).map((id) => mapOver(test.state(), column, id));
      expect(correlations).toEqual(correlationsOf(maps.filter((map) => map !== null)));
    }
    // What is hidden again does not count.
    test.state().setMethodShown('occlusion', false);
    test.state().setMethodShown('eigen-cam', false);
    expect(depthStatus(test.state())).toBe('done');
    expect(depthVerdict(test.state())).toMatch(/^Grad-CAM and FastAblationCAM agree most at /);
    test.state().setMethodShown('eigen-cam', true);
    expect(depthVerdict(test.state())).toMatch(/^The 3 methods agree most at \S+ \(mean rank correlation /);
  });

  it('has the layer in view beside the ends of the blocks where it is added, once', async () => {
    const test = await comparing();
    await answerAll(test);
    expect(layerToAdd(test.state())).toBeNull();
    const { model } = test.state();
    const { info } = model;
    const [long, first, last, ...others] = info?.layers ?? [];
    if (!info || !long || !first || !last) throw new Error('the network lacks layers');
    // In the block that `last` ends.
    const inner = { ...last, name: 'inner' };
    test.store.setState({ model: { ...model, info: { ...info, layers: [long, first, inner, last, ...others] } } });
    test.state().chooseLayer('inner');
    await answerAll(test);
    expect(layerToAdd(test.state())).toBe(inner);
    void test.state().addDepthLayer();
    await settled();
    await answerAll(test);
    expect(depthStatus(test.state())).toBe('done');
    expect(test.state().depth.columns.map(({ title }) => title)).toEqual(['conv1', 'conv2', 'inner', 'conv3']);
    expect(layerToAdd(test.state())).toBeNull();
    test.state().setCombined({ leftOut: ['long', 'first'] });
    expect(combinedMaps(test.state()).map(({ title }) => title)).toEqual([
      'Grad-CAM · mean of inner, conv3 · birch',
      'FastAblationCAM · mean of inner, conv3 · birch',
    ]);
  });

  it('says how far a long layer is, and goes with the settings', async () => {
    const test = await comparing();
    await test.lastExplain().answer();
    const sweep = test.lastExplain();
    sweep.emitBegun();
    sweep.emit({ kind: 'progress', done: 5, total: 25, remainingMs: null });
    expect(test.state().depth.partial).toBeCloseTo((1 + 0.2) / 2, 9);
    test.state().setAblation({ value: 'mean' });
    expect(test.state().depth.status).toBe('cancelled');
    expect(depthStatus(test.state())).toBe('idle');
    void test.state().compareOverDepth();
    await settled();
    await answerAll(test);
    expect(depthStatus(test.state())).toBe('done');
    expect(test.state().depth.columns.map(({ ablation }) => ablation.value)).toEqual(['mean', 'mean', 'mean']);
  });

  it('says in one sentence what went wrong', async () => {
    const test = await comparing();
    await test.lastExplain().fail(new AppError('out-of-memory', 'There was too little memory.'));
    expect(test.state().depth.status).toBe('failed');
    expect(test.noticeTexts()).toEqual(['There was too little memory.']);
  });
});
