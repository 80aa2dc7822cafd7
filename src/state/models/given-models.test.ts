/** What is given one after the other: parts wait for each other, and for nothing that is whole without them. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { settled } from '../testing/fake-jobs.ts';
import { finishLoads } from '../testing/given-files.ts';
import { startedStore, type TestStore } from '../testing/test-store.ts';

describe('what is given to a part that waits', () => {
  const NETWORK = new File(['network'], 'trees.json');
  const WEIGHTS = new File(['weights'], 'own.h5', { lastModified: 3 });

  const MISSING = new AppError('model-file-missing', 'Please give the weights.');
  const MISFIT = new AppError('model-file-broken', 'The two do not belong together.');

  /** A network waits for its weights. */
  async function waitingStore(): Promise<TestStore> {
    const test = await startedStore();
    void test.state().giveFiles([NETWORK]);
    await settled();
    await test.lastLoad().fail(MISSING);
    return test;
  }

  /** The last load is of these files, and fails. */
  async function failLast(test: TestStore, files: readonly File[], error: AppError): Promise<void> {
    expect(test.lastLoad().source).toMatchObject({ files });
    await test.lastLoad().fail(error);
    await settled();
  }

  it.each([
    ['belongs to other files', MISFIT],
    ['does not complete it', MISSING],
    ['is another model', new AppError('model-unsupported', 'The two are two models.')],
  ])('and is whole opens without it where it %s, and what waited is set aside', async (_what, error) => {
    const test = await waitingStore();
    void test.state().giveFiles([WEIGHTS]);
    await settled();
    await failLast(test, [NETWORK, WEIGHTS], error);
    expect(test.lastLoad().source).toMatchObject({ files: [WEIGHTS] });
    expect(await finishLoads(test)).toEqual(['own-own']);
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id: 'own-own' } });
    expect(test.kept.get('own-own')?.files).toEqual([WEIGHTS]);
    expect(test.noticeTexts()).toEqual([
      'The file trees.json, which waited for others, was set aside; please give it again together with those.',
    ]);
    // It is no part of what comes then.
    const others = new File(['others'], 'others.h5', { lastModified: 4 });
    void test.state().giveFiles([others]);
    await settled();
    expect(test.lastLoad().source).toMatchObject({ files: [others] });
    await finishLoads(test);
  });

  it('and did not belong to it is opened alone when it is given again', async () => {
    const test = await waitingStore();
    void test.state().giveFiles([WEIGHTS]);
    await settled();
    await failLast(test, [NETWORK, WEIGHTS], MISFIT);
    await failLast(test, [WEIGHTS], MISSING);
    expect(test.noticeTexts()).toEqual([MISFIT.message]);
    void test.state().giveFiles([WEIGHTS]);
    await settled();
    expect(test.lastLoad().source).toMatchObject({ files: [WEIGHTS] });
    expect(await finishLoads(test)).toEqual(['own-own']);
    expect(test.state().model.card?.id).toBe('own-own');
  });

  it('gives way to what is given while it is tried alone', async () => {
    const test = await waitingStore();
    void test.state().giveFiles([WEIGHTS]);
    await settled();
    await failLast(test, [NETWORK, WEIGHTS], MISFIT);
    void test.state().chooseModel('other');
    await settled();
    expect(await finishLoads(test)).toEqual(['other']);
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id: 'other' } });
    expect(test.state().model.catalogue.some(({ title }) => title === 'own.h5')).toBe(true);
  });

  it('and did not belong to it leaves it waiting for what does', async () => {
    const test = await waitingStore();
    void test.state().giveFiles([WEIGHTS]);
    await settled();
    await failLast(test, [NETWORK, WEIGHTS], MISFIT);
    await failLast(test, [WEIGHTS], MISSING);
    const others = new File(['others'], 'others.h5', { lastModified: 4 });
    void test.state().giveFiles([others]);
    await settled();
    expect(test.lastLoad().source).toMatchObject({ files: [NETWORK, others] });
    await finishLoads(test);
    expect(test.noticeTexts()).toContain('The model was put together with trees.json, given before.');
  });
});
