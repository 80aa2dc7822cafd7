import { describe, expect, it } from 'vitest';
import { measuresWith } from '../../metrics/testing/made-up.ts';
import type { Session } from '../../protocol/session.ts';
import { combinedMaps } from '../across-layers/depth-maps.ts';
import { figureOf } from '../explanation/figures.ts';
import { shownMap } from '../explanation/selectors.ts';
import { measuredRows } from '../faithfulness/faithfulness-selectors.ts';
import { stabilityStatus, stabilityVerdict } from '../stability/stability-selectors.ts';
import { steadyMaps } from '../stability/steady-maps.ts';
import { imageFile } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { answerAll, explainedStore, startedStore, type TestStore } from '../testing/test-store.ts';

const MEASURES = measuresWith({ deletion: [1, 0], insertion: [0, 1], intact: 0.8, masked: [0.4], roadMost: [0.1], roadLeast: [0.5] });

/** What was saved last, as it is given to another page, which shares the files of sessions with this one. */
async function saved(test: TestStore): Promise<File> {
  await test.state().saveSession();
  const { name, content } = test.saved.at(-1) ?? { name: '', content: new Blob() };
  return new File([content], name);
}

/** Two pages, of which the second opens what the first saved. */
async function savedElsewhere(prepare: (test: TestStore) => Promise<void> | void = () => {}) {
  const sessions: Session[] = [];
  const shared = {
    writeSession: async (session: Session) => new Blob([String(sessions.push(session) - 1)]),
    readSession: async (file: File) => sessions[Number(await file.text())] as Session,
  };
  const first = await explainedStore(shared);
  await prepare(first);
  await answerAll(first);
  const file = await saved(first);
  return { first, file, shared, session: sessions[0] as Session };
}

describe('a session', () => {
  it('is named after image, model and layer', async () => {
    const { file } = await savedElsewhere();
    expect(file.name).toBe('grain_built-in_last_session.fastcam');
  });

  it('reopens images, view, cells, box and pins on another page, and computes nothing again', async () => {
    const { first, file, shared } = await savedElsewhere(async (test) => {
      test.state().chooseClass(2);
      test.state().setDisplay({ opacity: 0.2, contrast: 'min-to-max' });
      await answerAll(test);
      test.state().pinMap('grad-cam');
      test.state().setCells([0, 1]);
      await settled();
      test
        .engine()
        .withouts.at(-1)
        ?.finish(Float32Array.of(4, 5, 6));
      await settled();
      test.state().setBox({ imageId: test.state().images.selectedId ?? '', box: { left: 1, top: 2, width: 3, height: 4 } });
    });
    const second = await startedStore(shared);
    const explains = second.engine().explains.length;
    await second.state().giveFiles([file]);
    await settled();
    const [before, after] = [first.state(), second.state()];
    expect(after.images.items.map(({ name }) => name)).toEqual(before.images.items.map(({ name }) => name));
    expect(after.images.selectedId).toBe(before.images.selectedId);
    expect(after.view).toMatchObject({ layer: 'last', classIndex: 2, display: before.view.display });
    expect(after.cells).toMatchObject({ removed: [0, 1], status: 'done', logits: Float32Array.of(4, 5, 6) });
    expect(after.faithfulness.box).toEqual(before.faithfulness.box);
    expect(after.compare.pins.map(({ title, map }) => ({ title, map }))).toEqual(
      before.compare.pins.map(({ title, map }) => ({ title, map })),
    );
    for (const method of ['grad-cam', 'fast-ablation-cam'] as const) {
      expect(figureOf(after, method).status).toBe('done');
      expect(shownMap(after, method)?.raw).toEqual(shownMap(before, method)?.raw);
    }
    expect(second.engine().explains).toHaveLength(explains);
    expect(second.noticeTexts()).toEqual(['The session grain_built-in_last_session.fastcam was opened.']);
  });

  it('brings back runs over a changed image, layers in one map, and what was measured of a method without a layer', async () => {
    const { first, file, shared } = await savedElsewhere(async (test) => {
      await answerAll(test);
      test.state().setMethodShown('occlusion', true);
      await answerAll(test);
      void test.state().measureMaps();
      const measuring = test.engine().measures.at(-1);
      for (const { id } of measuring?.request.maps ?? []) measuring?.emit({ kind: 'measured', id, measures: MEASURES });
      await measuring?.finish();
      await answerAll(test);
      test.state().setStability({ runs: 5, flips: 'both', isShifted: false, seed: 4 });
      void test.state().runStability();
      await settled();
      await answerAll(test);
      void test.state().compareOverDepth();
      await settled();
      await answerAll(test);
      test.state().setCombined({ combination: 'product', leftOut: ['long'] });
    });
    const second = await startedStore(shared);
    await second.state().giveFiles([file]);
    await settled();
    const [before, after] = [first.state(), second.state()];
    expect(stabilityStatus(before)).toBe('done');
    expect(stabilityStatus(after)).toBe('done');
    expect(stabilityVerdict(after)).toBe(stabilityVerdict(before));
    expect(steadyMaps(after).map(({ title, map }) => ({ title, map }))).toEqual(
      steadyMaps(before).map(({ title, map }) => ({ title, map })),
    );
    expect(steadyMaps(after)).toHaveLength(6);
    expect(combinedMaps(after).map(({ title, map }) => ({ title, map }))).toEqual(
      combinedMaps(before).map(({ title, map }) => ({ title, map })),
    );
    expect(combinedMaps(after)[0]?.title).toMatch(/product of/);
    expect(measuredRows(after).map(({ id, scores }) => [id, scores])).toEqual(measuredRows(before).map(({ id, scores }) => [id, scores]));
    expect(measuredRows(after).map(({ id }) => id)).toEqual(['grad-cam', 'fast-ablation-cam', 'occlusion', 'random']);
    expect(second.engine().explains.filter(({ request }) => request.work)).toHaveLength(0);
  });

  it('brings back what was finished in the drawer, for the same view alone', async () => {
    const { first, file, shared, session } = await savedElsewhere(async (test) => {
      await answerAll(test);
      void test.state().measureMaps();
      const measuring = test.engine().measures.at(-1);
      for (const id of ['grad-cam', 'fast-ablation-cam', 'random']) measuring?.emit({ kind: 'measured', id, measures: MEASURES });
      await measuring?.finish();
      await answerAll(test);
      void test.state().checkSanity();
      const checking = test.engine().sanities.at(-1);
      const map = { rows: 1, columns: 2, values: Float32Array.of(1, 2) };
      for (const [stage, title] of ['as trained', 'head'].entries())
        for (const id of test.state().view.methods) checking?.emit({ kind: 'stage', stage, title, id, map, done: stage + 1, total: 2 });
      await checking?.finish();
      await settled();
    });
    const second = await startedStore(shared);
    await second.state().giveFiles([file]);
    await settled();
    const [before, after] = [first.state(), second.state()];
    expect(after.faithfulness).toMatchObject({ status: 'done', progress: null, className: before.faithfulness.className });
    expect(measuredRows(after)).toEqual(measuredRows(before));
    expect(after.sanity).toMatchObject({ status: 'done', methods: before.sanity.methods, stages: before.sanity.stages });
    expect(second.engine().measures).toHaveLength(0);
    // It goes with the view, as what was measured here does.
    second.state().chooseLayer('first');
    expect(second.state().faithfulness).toMatchObject({ status: 'idle', rows: [] });
    expect(second.state().sanity.status).toBe('idle');

    const opened = async (change: Partial<Session>) => {
      const other = await startedStore({ ...shared, readSession: async () => ({ ...session, ...change }) });
      await other.state().giveFiles([file]);
      await settled();
      return other.state();
    };
    const older = await opened({ version: '0.0.1-older' });
    expect([older.faithfulness.status, older.sanity.status]).toEqual(['idle', 'idle']);
    const foreignMap = { rows: 50, columns: 50, values: new Float32Array(2500) };
    const rows = session.measured?.rows.map((row) => ({ ...row, map: foreignMap })) ?? [];
    const stages = session.sanity?.stages.map((stage) => ({ ...stage, maps: { ...stage.maps, 'grad-cam': foreignMap } })) ?? [];
    const foreign = await opened({
      measured: session.measured && { ...session.measured, rows },
      sanity: session.sanity && { ...session.sanity, stages },
    });
    expect([foreign.faithfulness.status, foreign.sanity.status]).toEqual(['idle', 'idle']);
  });

  it('brings back the strip across layers from its results, where it was complete', async () => {
    const { first, file, shared, session } = await savedElsewhere(async (test) => {
      void test.state().compareOverDepth();
      await answerAll(test);
      await settled();
    });
    expect(first.state().depth.status).toBe('done');
    const second = await startedStore(shared);
    const explains = second.engine().explains.length;
    await second.state().giveFiles([file]);
    await settled();
    expect(second.state().depth.status).toBe('done');
    expect(second.state().depth.columns.map(({ layer }) => layer.name)).toEqual(first.state().depth.columns.map(({ layer }) => layer.name));
    expect(second.engine().explains).toHaveLength(explains);

    const findings = session.findings.filter((finding) => finding.kind === 'logits' || finding.layer === 'last');
    const partial = await startedStore({ ...shared, readSession: async () => ({ ...session, findings }) });
    await partial.state().giveFiles([file]);
    await settled();
    expect(partial.state().depth.status).toBe('idle');
  });

  it('opened twice is there once', async () => {
    const { file, shared } = await savedElsewhere();
    const second = await startedStore(shared);
    await second.state().giveFiles([file]);
    await second.state().giveFiles([file]);
    expect(second.state().images.items.map(({ name }) => name)).toEqual(['grain.png', 'sample.png']);
  });

  it('joins what is there already', async () => {
    const { file, shared } = await savedElsewhere();
    const second = await startedStore(shared);
    await second.state().giveFiles([imageFile('mine.png'), file]);
    expect(second.state().images.items.map(({ name }) => name)).toEqual(['mine.png', 'grain.png', 'sample.png']);
  });

  it('of a model that is not here says which to open, and changes nothing', async () => {
    const { file, shared, session } = await savedElsewhere();
    const readSession = async () => ({ ...session, model: { ...session.model, id: 'own-roses', title: 'Roses', sha256: 'other' } });
    const second = await startedStore({ ...shared, readSession });
    const { images, view } = second.state();
    await second.state().giveFiles([file]);
    expect(second.state().images.items).toEqual(images.items);
    expect(second.state().view).toEqual(view);
    expect(second.noticeTexts()).toEqual([
      `The session ${file.name} was made with the model Roses, whose weights are not here; please open that model first, and then the session again.`,
    ]);
  });

  it('of another version, or with findings that do not fit the network, has its results computed anew', async () => {
    const { file, shared, session } = await savedElsewhere();
    const older = await startedStore({ ...shared, readSession: async () => ({ ...session, version: '0.0.1-older' }) });
    await older.state().giveFiles([file]);
    await settled();
    expect(older.noticeTexts().join()).toContain('Its results are computed anew, as they are those of another version of this page.');
    expect(figureOf(older.state(), 'grad-cam').status).not.toBe('done');
    expect(older.lastExplain().isOpen).toBe(true);

    const findings = session.findings.map((finding) =>
      finding.kind === 'logits' ? { ...finding, logits: new Float32Array(7) } : { ...finding, layer: 'long' },
    );
    const foreign = await startedStore({ ...shared, readSession: async () => ({ ...session, findings }) });
    await foreign.state().giveFiles([file]);
    await settled();
    expect(figureOf(foreign.state(), 'grad-cam').status).not.toBe('done');
  });

  it('brings back how the network was given its images', async () => {
    const { file, shared } = await savedElsewhere((test) => test.state().setPreprocessing({ fit: 'letterbox' }));
    const second = await startedStore(shared);
    await second.state().giveFiles([file]);
    await settled();
    expect(second.state().model.card?.preprocessing.fit).toBe('letterbox');
    expect(figureOf(second.state(), 'fast-ablation-cam').status).toBe('done');
  });

  it('that is damaged is one sentence', async () => {
    const test = await explainedStore();
    await test.state().giveFiles([new File(['nothing'], 'a.fastcam')]);
    expect(test.noticeTexts()).toEqual(['The session a.fastcam cannot be opened, as it is damaged.']);
  });
});
