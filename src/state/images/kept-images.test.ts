import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TORCH_PREPROCESSING } from '../../core/images/preprocessing.ts';
import type { ModelCard } from '../../core/models/model-card.ts';
import type { AppDependencies } from '../dependencies.ts';
import { figureOf } from '../explanation/figures.ts';
import { shownMap } from '../explanation/selectors.ts';
import { imageFile, SAMPLE } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { fakeModel } from '../testing/fake-model.ts';
import { imagesIn, type KeptStrip } from '../testing/fake-storage.ts';
import { openFiles } from '../testing/load-models.ts';
import { answerAll, createTestStore, NO_URL_VALUES, startedStore, type TestStore, works } from '../testing/test-store.ts';
import { imageVerdict } from './image-verdict.ts';

let strip: KeptStrip;
let preferences: unknown;

beforeEach(() => {
  strip = { images: new Map(), findings: [], arrangement: null };
  preferences = { isIntroShown: false };
});

function cardOf(id: string, revision: string, preprocessing = TORCH_PREPROCESSING): ModelCard {
  return { ...fakeModel(id), description: '', toCheck: '', revision, preprocessing };
}

/** The same browser, whenever the page is opened. */
function browser(change: Partial<AppDependencies>): Partial<AppDependencies> {
  return {
    keptImages: imagesIn(strip),
    fetchModelCard: async (id) => cardOf(id, 'abc'),
    readPreferences: () => preferences,
    writePreferences: (values) => {
      preferences = values;
    },
    ...change,
  };
}

/** A visit to the page, with everything found out that is in view. */
async function visit(change: Partial<AppDependencies> = {}): Promise<TestStore> {
  const test = await startedStore(browser(change));
  await settled();
  return test;
}

/** A visit in which the engine has answered nothing yet. */
async function reload(change: Partial<AppDependencies> = {}): Promise<TestStore> {
  const test = createTestStore(browser(change));
  void test.state().start();
  await settled();
  await test.lastLoad().finish(fakeModel('built-in'));
  await settled();
  return test;
}

const names = (test: TestStore) => test.state().images.items.map(({ name }) => name);
const idOf = (test: TestStore, name: string) => test.state().images.items.find((item) => item.name === name)?.id ?? '';
const selectedName = (test: TestStore) => test.state().images.items.find(({ id }) => id === test.state().images.selectedId)?.name;

async function withTwo(): Promise<TestStore> {
  const test = await visit();
  await test.state().addImages([imageFile('a.png'), imageFile('b.png')], 'trees/ash');
  await answerAll(test);
  await settled();
  await answerAll(test);
  // Two maps of a.png, and the logits of both.
  await vi.waitFor(() => expect(strip.findings).toHaveLength(4));
  return test;
}

describe('the person’s own images', () => {
  it('are there again after a reload, in their order, the same one in view', async () => {
    const test = await withTwo();
    test.state().moveImage(idOf(test, 'b.png'), idOf(test, 'a.png'));
    await settled();
    const again = await visit();
    expect(names(again)).toEqual(['b.png', 'a.png', 'sample.png']);
    expect(selectedName(again)).toBe('a.png');
    expect(again.state().images.items[0]).toMatchObject({ folder: 'trees/ash', width: 30, height: 20 });
    // Only what is in view is read.
    expect(again.state().images.items.map(({ bitmap }) => bitmap !== null)).toEqual([false, true, true]);
    expect(again.noticeTexts()).toEqual([]);
  });

  it('give way to the sample that a link names', async () => {
    await withTwo();
    const again = await visit({ readUrl: () => ({ ...NO_URL_VALUES, image: 'sample' }) });
    expect(selectedName(again)).toBe('sample.png');
    expect(names(again)).toEqual(['a.png', 'b.png', 'sample.png']);
  });

  it('are gone once they were removed, and kept again once they come back', async () => {
    const test = await withTwo();
    const id = idOf(test, 'a.png');
    test.state().removeImage(id);
    await settled();
    expect([...strip.images.values()].map(({ name }) => name)).toEqual(['b.png']);
    expect(strip.findings.map(({ finding }) => finding.imageId)).not.toContain(id);
    test.state().undo();
    await vi.waitFor(() => expect(strip.findings).toHaveLength(4));
    expect(names(await visit())).toEqual(['a.png', 'b.png', 'sample.png']);
  });

  it('are forgotten where they are not to be kept, and kept where they are again', async () => {
    const test = await withTwo();
    test.state().setKeepsImages(false);
    await settled();
    expect(strip.images.size + strip.findings.length).toBe(0);
    await test.state().giveFiles([imageFile('c.png')]);
    await settled();
    expect(strip.images.size).toBe(0);
    expect(strip.arrangement).toMatchObject({ order: [], selected: null });
    const again = await visit();
    expect(again.state().view.keepsImages).toBe(false);
    expect(names(again)).toEqual(['sample.png']);
    test.state().setKeepsImages(true);
    await vi.waitFor(() => expect(strip.images.size).toBe(3));
  });

  it('for which there is no room are named in one sentence', async () => {
    const keep = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    const test = await visit({ keptImages: { ...imagesIn(strip), keep } });
    await test.state().giveFiles([imageFile('a.png')]);
    await settled();
    expect(test.noticeTexts()).toEqual([
      'The browser has no room to keep a.png, so it must be given again after a reload; remove other images or models to make room.',
    ]);
  });

  it('are at hand as ever where the browser keeps nothing, which is said once', async () => {
    const refuse = () => Promise.reject(new DOMException('no', 'InvalidStateError'));
    const keptImages = {
      load: refuse,
      keep: refuse,
      remove: refuse,
      arrange: refuse,
      clear: refuse,
      keepFindings: refuse,
      findingsOf: refuse,
    };
    const test = await visit({ keptImages });
    await test.state().giveFiles([imageFile('a.png'), imageFile('b.png')]);
    await settled();
    expect(names(test)).toEqual(['a.png', 'b.png', 'sample.png']);
    expect(test.noticeTexts()).toEqual([
      'This browser keeps no images here, as in private windows, so yours must be given again after a reload.',
    ]);
  });
});

describe('samples', () => {
  it('that were removed stay away after a reload, until they are called back', async () => {
    const fetchSamples = async () => ['x.png', 'y.png'].map((name) => ({ ...SAMPLE, name, fetchImage: async () => imageFile(name) }));
    const test = await visit({ fetchSamples });
    test.state().removeImage(idOf(test, 'x.png'));
    await settled();
    const again = await visit({ fetchSamples });
    expect(names(again)).toEqual(['y.png']);
    expect(selectedName(again)).toBe('y.png');
    await again.state().bringSamplesBack();
    await settled();
    expect(names(await visit({ fetchSamples }))).toEqual(['x.png', 'y.png']);
  });
});

describe('what was found out about them', () => {
  it('is there again after a reload, before the engine is asked anything', async () => {
    const test = await withTwo();
    const former = shownMap(test.state(), 'fast-ablation-cam');
    const again = await reload();
    expect(figureOf(again.state(), 'grad-cam').status).toBe('done');
    expect(shownMap(again.state(), 'fast-ablation-cam')?.map).toEqual(former?.map);
    const b = again.state().images.items.find(({ name }) => name === 'b.png');
    expect(b && imageVerdict(again.state(), b)).toMatchObject({ name: 'birch', truth: 'ash', isRight: false });
    // One pass tells how fast the device is.
    expect(works(again)).toEqual([null]);
  });

  it.each([
    ['version of the engine', { engineVersion: 'another worker' }],
    ['network', { fetchModelCard: async (id: string) => cardOf(id, 'xyz') }],
    ['preparation of images', { fetchModelCard: async (id: string) => cardOf(id, 'abc', { ...TORCH_PREPROCESSING, fit: 'letterbox' }) }],
  ])('is found out anew by another %s', async (_, change: Partial<AppDependencies>) => {
    await withTwo();
    const again = await reload(change);
    expect(figureOf(again.state(), 'grad-cam').status).not.toBe('done');
    expect(shownMap(again.state(), 'grad-cam')).toBeNull();
    expect(again.engine().explains.length).toBeGreaterThan(0);
  });

  it('is found out anew for images that are prepared otherwise, and comes back with the former preparation', async () => {
    await withTwo();
    const again = await visit();
    again.state().setPreprocessing({ fit: 'letterbox' });
    await settled();
    expect(figureOf(again.state(), 'grad-cam').status).not.toBe('done');
    expect(again.lastExplain().request.preprocessing).toMatchObject({ fit: 'letterbox' });
    again.state().setPreprocessing({ fit: 'stretched' });
    await settled();
    expect(figureOf(again.state(), 'grad-cam').status).toBe('done');
  });

  it('is not taken for what the same files would find, as another file may have the same name and date', async () => {
    const test = await visit();
    const files = [new File(['x'], 'a.keras', { lastModified: 1 })];
    await openFiles(test, files);
    const { revision } = test.state().model.card ?? {};
    expect(revision).toMatch(/\w/);
    await openFiles(test, files);
    expect(test.state().model.card?.revision).not.toBe(revision);
  });

  it('is left alone while it is not finished', async () => {
    const test = await visit();
    await test.state().giveFiles([imageFile('a.png')]);
    test.state().chooseLayer('long');
    await settled();
    for (let i = 0; i < 9 && test.lastExplain().request.work?.method !== 'fast-ablation-cam'; i++) await test.lastExplain().answer();
    test.lastExplain().emitBegun();
    test.lastExplain().emitItems(3);
    await vi.waitFor(() => expect(strip.findings.length).toBeGreaterThan(0));
    expect(strip.findings.map(({ finding }) => (finding.kind === 'result' ? finding.work.method : finding.kind))).not.toContain(
      'fast-ablation-cam',
    );
  });
});
