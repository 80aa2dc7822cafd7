import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { METRICS } from '../../metrics/scores.ts';
import { measuresWith } from '../../metrics/testing/made-up.ts';
import { settled } from '../testing/fake-jobs.ts';
import { answerAll, explainedStore, type TestStore } from '../testing/test-store.ts';
import { bestOf, measuredRows } from './faithfulness-selectors.ts';
import { measureInWords, rowsSensitivityWords } from './measure-words.ts';

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
    await answerAll(test);
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

describe('max-sensitivity', () => {
  /** What is asked of the engine next. */
  const asked = (test: TestStore) => test.engine().explains.at(-1);

  it('is found after all else, by explaining changed images, change by change for all methods', async () => {
    const { test, job } = await measuring();
    test.state().setMeasure({ steps: 4 });
    for (const id of ['grad-cam', 'fast-ablation-cam', 'random']) job.emit({ kind: 'measured', id, measures: MEASURES });
    job.emit({ kind: 'progress', done: 9, total: 9, remainingMs: 0 });
    expect(test.state().faithfulness.progress?.total).toBeGreaterThan(9 + 10);
    const before = test.engine().explains.length;
    await job.finish();
    const words = () =>
      measuredRows(test.state()).map((row) =>
        METRICS.filter(({ needsExplanations }) => needsExplanations).map((metric) => measureInWords(metric, row, String)),
      );
    expect(words()).toEqual([['…'], ['…'], ['–']]);
    // The map was 1 and -1: it becomes 1 and -3, then what it was.
    for (const [i, values] of [
      [1, -3],
      [1, -1],
      [1, -2],
    ].entries()) {
      const explain = asked(test);
      if (explain?.request.work?.method !== 'grad-cam') throw new Error('another method was asked for');
      expect(explain.request).toMatchObject({ layer: 'last', change: { noise: 0.02, noiseKind: 'uniform', shiftX: 0 } });
      explain.emitLogits();
      const map = { rows: 1, columns: 2, values: Float32Array.from(values) };
      explain.emit({
        kind: 'map',
        result: { method: 'grad-cam', score: null, map, scale: 1, durationMs: 1, forwardMs: 1 },
      });
      await explain.finish();
      expect(test.state().faithfulness.rows[0]?.changes).toHaveLength(i + 1);
      expect(asked(test)?.request).toMatchObject({ work: { method: 'fast-ablation-cam' }, change: explain.request.change });
      await asked(test)?.answer();
    }
    await answerAll(test);
    expect(test.engine().explains).toHaveLength(before + 20);
    const { status, rows, progress } = test.state().faithfulness;
    expect({ status, progress }).toEqual({ status: 'done', progress: null });
    expect(rows[0]?.changes?.slice(0, 3)).toEqual([Math.SQRT2, 0, Math.SQRT1_2].map((value) => expect.closeTo(value, 6)));
    expect(words()).toEqual([[expect.stringMatching(/^1\.41/)], ['0'], ['–']]);
    expect(rowsSensitivityWords(measuredRows(test.state()), test.state().faithfulness.measuredWith)).toBe(
      'Max-sensitivity: the largest of 10 changes, in each of which uniform noise moves every value by up to 2 % of the input’s range.',
    );
  });

  it('goes on where it was after it gave way, and what is not finished of it is left out when it is cancelled', async () => {
    const { test, job } = await measuring();
    for (const id of ['grad-cam', 'fast-ablation-cam', 'random']) job.emit({ kind: 'measured', id, measures: MEASURES });
    await job.finish();
    for (let i = 0; i < 4; i++) await asked(test)?.answer();
    const changes = () => test.state().faithfulness.rows.map((row) => row.changes?.length ?? null);
    expect(changes()).toEqual([2, 2, null]);
    const interrupted = asked(test);
    // What is in view goes first.
    test.state().setMethodShown('hires-cam', true);
    await settled();
    expect(interrupted?.signal?.aborted).toBe(true);
    await asked(test)?.answer();
    expect(asked(test)?.request.change).toEqual(interrupted?.request.change);
    await asked(test)?.answer();
    expect(changes()).toEqual([3, 2, null]);
    expect(test.engine().measures).toHaveLength(1);
    test.state().cancelMeasuring();
    expect(changes()).toEqual([null, null, null]);
    expect(test.state().faithfulness).toMatchObject({ status: 'cancelled', rows: [{ measures: MEASURES }, { measures: MEASURES }, {}] });
  });

  it('is left out where a map takes long, and says so; all maps have it where that is asked for', async () => {
    const { test, job } = await measuring();
    test.state().cancelMeasuring();
    job.emit({ kind: 'progress', done: 1, total: 9, remainingMs: 5 });
    test.state().chooseLayer('long');
    await answerAll(test);
    const run = async () => {
      void test.state().measureMaps();
      const measures = test.engine().measures.at(-1);
      for (const id of ['grad-cam', 'fast-ablation-cam', 'random']) measures?.emit({ kind: 'measured', id, measures: MEASURES });
      await measures?.finish();
      await answerAll(test);
      return test.state().faithfulness.rows.map(({ changes }) => changes?.length ?? null);
    };
    expect(await run()).toEqual([10, null, null]);
    expect(rowsSensitivityWords(measuredRows(test.state()), test.state().faithfulness.measuredWith)).toMatch(
      /; left out for FastAblationCAM, of which one more map takes too long\.$/,
    );
    test.state().setMeasure({ sensitivity: { of: 'all', samples: 3, radiusPercent: 2 } });
    expect(await run()).toEqual([3, 3, null]);
    test.state().setMeasure({ sensitivity: { of: 'none', samples: 3, radiusPercent: 2 } });
    expect(await run()).toEqual([null, null, null]);
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
    const stage = (number: number, title: string, values: number[], id = 'grad-cam') =>
      job?.emit({
        kind: 'stage',
        stage: number,
        title,
        id,
        map: { rows: 1, columns: 3, values: Float32Array.from(values) },
        done: number + 1,
        total: 3,
      });
    stage(0, 'as trained', [1, 2, 3]);
    stage(1, 'head', [3, 2, 1]);
    stage(2, 'conv1', [5, 5, 5]);
    // Which end of its map is positive was chosen: another choice is no other map.
    stage(0, 'as trained', [-1, 2, 3], 'eigen-cam');
    stage(1, 'head', [1, -2, -3], 'eigen-cam');
    expect(test.state().sanity.stages).toMatchObject([
      { title: 'as trained', correlations: { 'grad-cam': 1, 'eigen-cam': 1 } },
      { title: 'head', correlations: { 'grad-cam': -1, 'eigen-cam': 1 } },
      { title: 'conv1', correlations: { 'grad-cam': null } },
    ]);
    await job?.finish();
    await settled();
    expect(test.state().sanity.status).toBe('done');
    test.state().chooseLayer('first');
    expect(test.state().sanity).toMatchObject({ status: 'idle', stages: [] });
  });
});
