import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { measuresWith } from '../../metrics/testing/made-up.ts';
import { settled } from '../testing/fake-jobs.ts';
import { explainedStore } from '../testing/test-store.ts';
import { bestOf, measuredRows } from './faithfulness-selectors.ts';

const MEASURES = measuresWith({ deletion: [1, 0], insertion: [0, 1], intact: 0.8, masked: [0.4], roadMost: [0.1], roadLeast: [0.5] });

async function measuring() {
  const test = await explainedStore();
  void test.state().measureMaps();
  const job = test.engine().measures.at(-1);
  if (!job) throw new Error('nothing was measured');
  return { test, job };
}

describe('measuring the maps on screen', () => {
  it('asks for all of them and a random one in one run, about the class in view', async () => {
    const { test, job } = await measuring();
    expect(job.request.maps.map(({ id }) => id)).toEqual(['grad-cam', 'fast-ablation-cam', 'random']);
    expect(job.request).toMatchObject({
      score: { classIndex: 1, kind: 'probability', reading: 'softmax' },
      settings: { steps: 16, replacement: 'auto' },
    });
    job.emit({ kind: 'progress', done: 3, total: 9, remainingMs: 5 });
    job.emit({ kind: 'measured', id: 'grad-cam', measures: MEASURES });
    expect(test.state().faithfulness).toMatchObject({ status: 'running', progress: { done: 3 }, className: 'birch' });
    const [gradCam, sweep] = measuredRows(test.state());
    expect(gradCam?.scores).toMatchObject({ deletion: 0.5, insertion: 0.5, 'average-drop': 0.5, increase: 0, road: 0.2, energy: null });
    expect(sweep).toMatchObject({ isPending: true, measures: null });
    await job.finish();
    expect(test.state().faithfulness.status).toBe('done');
  });

  it('starts anew with another class, and keeps the settings', async () => {
    const { test, job } = await measuring();
    test.state().setMeasure({ steps: 8 });
    test.state().chooseClass(2);
    expect(job.signal?.aborted).toBe(true);
    expect(test.state().faithfulness).toMatchObject({ status: 'idle', rows: [], settings: { steps: 8 } });
  });

  it('is cancelled at once, and what was waiting goes on', async () => {
    const { test, job } = await measuring();
    test.state().cancelMeasuring();
    expect(job.signal?.aborted).toBe(true);
    job.emit({ kind: 'measured', id: 'grad-cam', measures: MEASURES });
    expect(test.state().faithfulness.status).toBe('cancelled');
    expect(test.state().faithfulness.rows.every(({ measures }) => measures === null)).toBe(true);
    test.state().chooseLayer('first');
    expect(test.lastExplain().request.layer).toBe('first');
  });

  it('that fails is said once', async () => {
    const { test, job } = await measuring();
    await job.fail(new AppError('out-of-memory', 'There was too little memory.'));
    expect(test.state().faithfulness.status).toBe('failed');
    expect(test.noticeTexts()).toEqual(['There was too little memory.']);
  });

  it('counts the box of the image on screen alone', async () => {
    const { test, job } = await measuring();
    job.emit({ kind: 'measured', id: 'grad-cam', measures: MEASURES });
    const imageId = test.state().images.selectedId ?? '';
    test.state().setBox({ imageId, box: { left: 0, top: 0, width: 30, height: 20 } });
    expect(measuredRows(test.state())[0]?.scores).toMatchObject({ pointing: 1, energy: 1 });
    test.state().setBox({ imageId: 'another', box: { left: 0, top: 0, width: 30, height: 20 } });
    expect(measuredRows(test.state())[0]?.scores.energy).toBeNull();
  });
});

describe('the best of a column', () => {
  it('is the least or the most, and none where all are alike', async () => {
    const { test, job } = await measuring();
    for (const [id, road] of [
      ['grad-cam', 0.5],
      ['fast-ablation-cam', 0.9],
      ['random', 0.1],
    ] as const)
      job.emit({ kind: 'measured', id, measures: { ...MEASURES, roadLeast: [road] } });
    const rows = measuredRows(test.state());
    expect(bestOf(rows, { id: 'road', isMoreBetter: true })).toBeCloseTo(0.4);
    expect(bestOf(rows, { id: 'deletion', isMoreBetter: false })).toBeNull();
  });
});

describe('the sanity check', () => {
  it('compares every stage with the trained network', async () => {
    const test = await explainedStore();
    void test.state().checkSanity();
    const job = test.engine().sanities.at(-1);
    const stage = (number: number, title: string, values: number[]) =>
      job?.emit({
        kind: 'stage',
        stage: number,
        title,
        id: 'grad-cam',
        map: { rows: 1, columns: 3, values: Float32Array.from(values) },
        done: number + 1,
        total: 3,
      });
    stage(0, 'as trained', [1, 2, 3]);
    stage(1, 'head', [3, 2, 1]);
    stage(2, 'conv1', [5, 5, 5]);
    expect(test.state().sanity.stages).toMatchObject([
      { title: 'as trained', correlations: { 'grad-cam': 1 } },
      { title: 'head', correlations: { 'grad-cam': -1 } },
      { title: 'conv1', correlations: { 'grad-cam': null } },
    ]);
    await job?.finish();
    await settled();
    expect(test.state().sanity.status).toBe('done');
    test.state().chooseLayer('first');
    expect(test.state().sanity).toMatchObject({ status: 'idle', stages: [] });
  });
});
