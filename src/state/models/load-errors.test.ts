/** What went wrong with a model stays said: whatever is given next, and however soon. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import type { LoadProgress, ModelInfo, ModelSource } from '../../protocol/engine.ts';
import { FakeEngine } from '../testing/fake-engine.ts';
import { settled } from '../testing/fake-jobs.ts';
import { finishLoads, lastOf, OWN } from '../testing/given-files.ts';
import { choose } from '../testing/load-models.ts';
import { createTestStore, startedStore, type TestStore } from '../testing/test-store.ts';

/** An engine that says what is wrong with a file even where the load has been given up meanwhile. */
class LateEngine extends FakeEngine {
  readonly failures: ((error: AppError) => Promise<void>)[] = [];

  override loadModel(source: ModelSource, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<ModelInfo> {
    if (source.kind !== 'files' || source.files[0]?.name !== 'flowers.keras') return super.loadModel(source, onProgress, signal);
    return new Promise((_, reject) => {
      this.failures.push((error) => {
        reject(error);
        return settled();
      });
    });
  }
}

describe('what went wrong with a model', () => {
  const ROSES = [new File(['roses'], 'roses.keras')];
  const BROKEN = new AppError('model-file-broken', 'The file flowers.keras is broken.');

  async function lateStore(): Promise<{ readonly test: TestStore; readonly engine: LateEngine }> {
    const engine = new LateEngine();
    const test = createTestStore({
      createEngine() {
        test.engines.push(engine);
        return engine;
      },
    });
    const started = test.state().start();
    await settled();
    await finishLoads(test);
    await started;
    return { test, engine };
  }

  it('stays said when another is given at once, and when that is on screen', async () => {
    const test = await startedStore();
    void test.state().giveFiles(OWN);
    await settled();
    await test.lastLoad().fail(BROKEN);
    void test.state().giveFiles(ROSES);
    await settled();
    expect(test.noticeTexts()).toEqual([BROKEN.message]);
    await finishLoads(test);
    expect(test.state().model.card?.id).toBe('own-roses');
    expect(test.noticeTexts()).toEqual([BROKEN.message]);
    await choose(test, 'other');
    expect(test.noticeTexts()).toEqual([BROKEN.message]);
  });

  it('is said after another was given, whose loading goes on; the broken one is not offered', async () => {
    const { test, engine } = await lateStore();
    void test.state().giveFiles(OWN);
    await settled();
    void test.state().giveFiles(ROSES);
    await settled();
    await lastOf(engine.failures)(BROKEN);
    expect(test.noticeTexts()).toEqual([BROKEN.message]);
    expect(test.state().model.status).toBe('loading');
    await finishLoads(test);
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id: 'own-roses' } });
    expect(test.noticeTexts()).toEqual([BROKEN.message]);
    expect(test.state().model.catalogue.map(({ id }) => id)).toEqual(['built-in', 'other', 'own-roses']);
  });

  it('is said with the name of its file where the sentence has none', async () => {
    const { test, engine } = await lateStore();
    void test.state().giveFiles(OWN);
    await settled();
    void test.state().giveFiles(ROSES);
    await settled();
    await lastOf(engine.failures)(new AppError('out-of-memory', 'There is no room for this network.'));
    expect(test.noticeTexts()).toEqual(['flowers.keras: There is no room for this network.']);
  });

  it('is not said where it was cancelled', async () => {
    const { test, engine } = await lateStore();
    void test.state().giveFiles(OWN);
    await settled();
    test.state().cancelLoading();
    await lastOf(engine.failures)(BROKEN);
    expect(test.noticeTexts()).toEqual([]);
  });

  it('is said once where the same files are given again', async () => {
    const { test, engine } = await lateStore();
    void test.state().giveFiles(OWN);
    await settled();
    void test.state().giveFiles(OWN);
    await settled();
    await engine.failures[0]?.(BROKEN);
    expect(test.noticeTexts()).toEqual([]);
    await lastOf(engine.failures)(BROKEN);
    expect(test.noticeTexts()).toEqual([BROKEN.message]);
  });

  it('but only waits for other files is no longer said once another model is there', async () => {
    const test = await startedStore();
    void test.state().giveFiles(OWN);
    await settled();
    await test.lastLoad().fail(new AppError('model-file-missing', 'Please give the rest.'));
    void test.state().giveFiles(ROSES);
    await settled();
    expect(test.noticeTexts()).toEqual(['Please give the rest.']);
    await finishLoads(test);
    expect(test.noticeTexts()).toEqual([
      'The file flowers.keras, which waited for others, was set aside; please give it again together with those.',
    ]);
  });
});
