import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { runChanges } from '../../explain/stability/run-changes.ts';
import { expectedTime } from '../drawer/expected-times.ts';
import { tabProgress } from '../drawer/tab-progress.ts';
import { imageFile } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { fakeModel } from '../testing/fake-model.ts';
import { answerAll, explainedStore, type TestStore } from '../testing/test-store.ts';
import { meanOf, spreadOf, stabilityInView, stabilityPasses, stabilityStatus, stabilityVerdict } from './stability-selectors.ts';
import { steadyMaps } from './steady-maps.ts';

const INPUT = { width: 8, height: 8 };

/** Explained, with few runs, and none of them asked for yet. */
async function beforeRuns(): Promise<TestStore> {
  const test = await explainedStore();
  // The fake network's input is too small to be moved.
  test.state().setStability({ runs: 5, flips: 'both' });
  test.engine().explains.length = 0;
  return test;
}

async function running(): Promise<TestStore> {
  const test = await beforeRuns();
  void test.state().runStability();
  await settled();
  return test;
}

function asked({ engine }: TestStore) {
  return engine().explains.map(({ request }) => [request.work?.method, request.change]);
}

describe('the stability of maps', () => {
  it('is asked for by nobody but the person, who is told the time before', async () => {
    const test = await beforeRuns();
    await settled();
    expect(test.engine().explains).toEqual([]);
    expect(stabilityStatus(test.state())).toBe('idle');
    // Of five runs four differ, and three change the image; a tail is half a pass of five milliseconds: a map by gradient is three, a sweep two.
    expect(stabilityPasses(test.state())).toBe(3 * (3 + 2));
    const { lowMs, highMs } = expectedTime(test.state(), 'stability') ?? { lowMs: 0, highMs: 0 };
    expect(lowMs).toBeGreaterThan(0);
    expect(lowMs).toBeLessThanOrEqual(75);
    expect(highMs).toBeGreaterThanOrEqual(75);
  });

  it('asks for every changed run of every method, and takes the map of the image as it is from the figures', async () => {
    const test = await running();
    await answerAll(test);
    const changes = runChanges(test.state().stability.settings, INPUT, { group: 'ablation' }).slice(1);
    expect(asked(test)).toEqual(
      changes.flatMap((change) => [
        ['grad-cam', change],
        ['fast-ablation-cam', change],
      ]),
    );
    expect(test.engine().explains[0]?.request).toMatchObject({ layer: 'last', work: { score: { classIndex: 1 } } });
    expect(stabilityStatus(test.state())).toBe('done');
    const { maps } = stabilityInView(test.state()) ?? {};
    for (const id of ['grad-cam', 'fast-ablation-cam'] as const) {
      const steady = maps?.[id];
      expect(steady).toMatchObject({ runs: 4, own: { rows: 1, columns: 2 } });
      // What is said of a changed image is the same here, so that a map is turned with every flip from left to right: in two runs of four.
      const [first = 0, second = 0] = steady?.own.values ?? [];
      expect(steady && [...(meanOf(steady)?.values ?? [])]).toEqual([(first + second) / 2, (first + second) / 2]);
      expect(steady && spreadOf(steady)?.values.every((value) => value > 0)).toBe(true);
    }
    expect(stabilityVerdict(test.state())).toMatch(/^While the image changes a little.*Grad-CAM.*FastAblationCAM/);
    // There is nothing left to do.
    expect(stabilityPasses(test.state())).toBe(0);
    // No finding of a changed image is taken for one of the image itself.
    test.engine().explains.length = 0;
    test.state().chooseClass(0);
    test.state().chooseClass(null);
    await answerAll(test);
    expect(asked(test).every(([, change]) => change === undefined)).toBe(true);
  });

  it('says how far it is, keeps what it has when cancelled, and goes on from there', async () => {
    const test = await running();
    expect(tabProgress(test.state(), 'stability')).toBe('…');
    for (let i = 0; i < 3; i++) await test.lastExplain().answer();
    expect(tabProgress(test.state(), 'stability')).toBe(`${Math.floor((100 * (3 + 2 + 3)) / 15)} %`);
    const last = test.lastExplain();
    last.emitBegun();
    last.emitItems(1);
    // Half of a sweep of two cells.
    expect(test.state().stability.progress).toMatchObject({ done: 9, total: 15 });
    test.state().cancelStability();
    expect(last.signal?.aborted).toBe(true);
    expect(stabilityStatus(test.state())).toBe('cancelled');
    expect(stabilityInView(test.state())?.maps['grad-cam']?.runs).toBe(3);
    expect(stabilityInView(test.state())?.maps['fast-ablation-cam']?.runs).toBe(2);
    const before = test.engine().explains.length;
    void test.state().runStability();
    await settled();
    await answerAll(test);
    expect(test.engine().explains.length - before).toBe(6 - 3);
    expect(stabilityInView(test.state())?.maps['fast-ablation-cam']?.runs).toBe(4);
    expect(test.noticeTexts()).toEqual([]);
  });

  it('is stopped by another view, and found again on coming back', async () => {
    const test = await running();
    await test.lastExplain().answer();
    test.state().chooseClass(0);
    expect(test.state().stability.status).toBe('cancelled');
    expect(stabilityInView(test.state())).toBeNull();
    expect(stabilityStatus(test.state())).toBe('idle');
    await answerAll(test);
    test.state().chooseClass(null);
    expect(stabilityInView(test.state())?.maps['grad-cam']?.runs).toBe(2);
    void test.state().runStability();
    await settled();
    await answerAll(test);
    await test.state().giveFiles([imageFile('other.png')]);
    await answerAll(test);
    expect(stabilityStatus(test.state())).toBe('idle');
    expect(stabilityVerdict(test.state())).toBe('');
  });

  it('belongs to the settings that it was found with', async () => {
    const test = await running();
    await answerAll(test);
    test.state().setStability({ seed: 7 });
    expect(stabilityInView(test.state())).toBeNull();
    test.state().setStability({ seed: 0 });
    expect(stabilityStatus(test.state())).toBe('done');
  });

  it('is forgotten with the model, which may come back as another one under the same name', async () => {
    const test = await running();
    await answerAll(test);
    test.store.setState(({ model }) => ({ model: { ...model, info: fakeModel('built-in') } }) as Partial<ReturnType<TestStore['state']>>);
    expect(test.state().stability.findings).toEqual([]);
  });

  it('gives way to what is in view, and goes on where it was', async () => {
    const test = await running();
    await test.lastExplain().answer();
    const given = test.lastExplain();
    test.state().setMethodShown('hires-cam', true);
    expect(given.signal?.aborted).toBe(true);
    expect(test.lastExplain().request).toMatchObject({ work: { method: 'hires-cam' } });
    await answerAll(test);
    expect(stabilityInView(test.state())?.maps['fast-ablation-cam']?.runs).toBe(4);
    // Its own runs are for another time.
    expect(stabilityInView(test.state())?.maps['hires-cam']).toBeUndefined();
    expect(stabilityVerdict(test.state())).toBe('');
    expect(stabilityPasses(test.state())).toBe(3 * 3);
  });

  it('gives noise to maps by gradient alone, from the first run on, and cannot begin where nothing is changed', async () => {
    const test = await beforeRuns();
    test.state().setStability({ flips: 'none', isShifted: false });
    expect(stabilityPasses(test.state())).toBeNull();
    await test.state().runStability();
    expect(test.engine().explains).toEqual([]);
    test.state().setStability({ noisePercent: 10 });
    void test.state().runStability();
    await settled();
    await answerAll(test);
    expect(asked(test).map(([method]) => method)).toEqual(Array.from({ length: 5 }, () => 'grad-cam'));
    expect(new Set(test.engine().explains.map(({ request }) => request.change?.seed)).size).toBe(5);
    expect(stabilityStatus(test.state())).toBe('done');
  });

  it('says in one sentence what went wrong', async () => {
    const test = await running();
    await test.lastExplain().fail(new AppError('out-of-memory', 'There was too little memory.'));
    expect(stabilityStatus(test.state())).toBe('failed');
    expect(test.noticeTexts()).toEqual(['There was too little memory.']);
  });

  it('has a mean and a std that can be pinned, under names that say so', async () => {
    const test = await running();
    await answerAll(test);
    for (const map of steadyMaps(test.state()).slice(0, 2)) test.state().pinDerived(map);
    const [mean, std] = test.state().compare.pins;
    expect(mean).toMatchObject({ title: 'Grad-CAM · mean of 4 runs · last · birch', subject: { kind: 'class', name: 'birch' } });
    expect(std).toMatchObject({ title: 'Grad-CAM · std over 4 runs · last · birch', subject: { kind: 'spread', name: 'birch' } });
    const steady = stabilityInView(test.state())?.maps['grad-cam'];
    expect(mean?.map).toEqual(steady && meanOf(steady));
    expect(std?.map).toEqual(steady && spreadOf(steady));
  });

  it('has means that say what must be known to read them right, as the figures do; a std has no sign', async () => {
    const test = await explainedStore();
    test.state().setStability({ runs: 5, flips: 'both' });
    test.state().setMethodShown('ablation-cam', true);
    // Of the first class less that of the best one: a negative score.
    test.state().chooseClass(0);
    test.state().chooseVersus(1);
    await answerAll(test);
    void test.state().runStability();
    await settled();
    await answerAll(test);
    const caveats = steadyMaps(test.state()).map(({ methods, making, caveat }) => [...methods, making.part, caveat]);
    expect(caveats).toEqual([
      ['grad-cam', 'mean', ''],
      ['grad-cam', 'std', ''],
      ['fast-ablation-cam', 'mean', ''],
      ['fast-ablation-cam', 'std', ''],
      ['ablation-cam', 'mean', 'Negative score: its signs are turned around'],
      ['ablation-cam', 'std', ''],
    ]);
  });

  it('says of a mean and a std in how many of the runs the score is negative, where it is so in some', async () => {
    const test = await explainedStore();
    test.state().setStability({ runs: 5, flips: 'both' });
    test.state().setMethodShown('ablation-cam', true);
    await answerAll(test);
    void test.state().runStability();
    await settled();
    const { explains } = test.engine();
    // Of the class with the second logit.
    for (let last = explains.at(-1); last?.isOpen; last = explains.at(-1))
      await last.answer(last.request.change?.isMirrored ? [1, -3, 2] : [1, 3, 2]);
    const caveats = steadyMaps(test.state()).flatMap(({ methods, caveat }) => (methods.includes('ablation-cam') ? caveat : []));
    const mixed = 'Negative score: its signs are turned around (in 2 of 4 runs)';
    expect(caveats).toEqual([mixed, mixed]);
  });

  it('has means and stds that are saved as figures, and stand in the report with how well the runs agree', async () => {
    const test = await running();
    await answerAll(test);
    const [, std] = steadyMaps(test.state());
    if (!std) throw new Error('there is no std');
    for (const file of ['overlay', 'heatmap', 'json', 'npy'] as const) await test.state().saveDerived(std, file);
    const stem = 'grain_birch_last_grad-cam_std-over-4-runs';
    expect(test.saved.map(({ name }) => name)).toEqual([`${stem}.png`, `${stem}_heatmap.png`, `${stem}.json`, `${stem}.npy`]);
    expect(await test.saved[1]?.content.text()).toContain('spread of birch');
    const data = JSON.parse((await test.saved[2]?.content.text()) ?? '');
    expect(data.values.flat()).toEqual([...std.map.values]);
    expect(data.made).toMatchObject({ of: 'runs', part: 'std', runs: 4, settings: { seed: 0 }, ablation: { window: 1 } });
    await test.state().savePage('report');
    const report = await test.saved[4]?.content.text();
    for (const words of [
      'Grad-CAM, mean of 4 runs',
      'FastAblationCAM, std over 4 runs',
      '<h2>Stability</h2>',
      stabilityVerdict(test.state()),
    ])
      expect(report).toContain(words);
  });
});
