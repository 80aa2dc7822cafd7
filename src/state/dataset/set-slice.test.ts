import { describe, expect, it } from 'vitest';
import { measuresWith } from '../../metrics/testing/made-up.ts';
import type { SetImage } from '../../protocol/image-set.ts';
import { setRemovalWarning, setRemovalWords } from '../faithfulness/removal-words.ts';
import { imageFile } from '../testing/fake-images.ts';
import { type MeasureJob, settled } from '../testing/fake-jobs.ts';
import { fakeModel } from '../testing/fake-model.ts';
import { createTestStore, startedStore, type TestStore } from '../testing/test-store.ts';

const image = (path: string, content = 'pixels'): SetImage => ({ path, file: new File([content], path.split('/').at(-1) ?? path) });
const IMAGES = [image('trees/birch/a.png'), image('trees/oak/b.png'), image('trees/ash/c.png')];

async function answerMeasure(measure: MeasureJob): Promise<void> {
  const { settings } = measure.request;
  const isAutomatic = settings.replacement === 'auto';
  const replacement = settings.replacement === 'auto' ? 'blur' : settings.replacement;
  // A blurred image is as good as the image itself.
  const removed = { blur: 0.8, 'strong-blur': 0.2, mean: 0.04, black: 0.02 };
  measure.emit({ kind: 'removal', removal: { replacement, isAutomatic, isNumber: false, intact: 0.8, removed } });
  for (const { id } of measure.request.maps) {
    const values = { deletion: [1, 0], insertion: [0, 1], intact: 1, masked: [0.5], roadMost: [0], roadLeast: [1] };
    measure.emit({ kind: 'measured', id, measures: measuresWith(values) });
  }
  await measure.finish();
}

/** Answers everything that is asked about images of the set, until nothing more is. */
async function answerSet(test: TestStore, images = Number.POSITIVE_INFINITY): Promise<void> {
  const { engine } = test;
  for (let round = 0; round < 400 && test.state().set.results.length < images; round++) {
    const explain = engine().explains.find(({ isOpen }) => isOpen);
    const measure = engine().measures.find(({ isOpen }) => isOpen);
    if (explain) await explain.answer();
    else if (measure) await answerMeasure(measure);
    else await settled();
    if (test.state().set.status === 'done') return;
  }
}

describe('a set of images', () => {
  it('is measured image by image, with the classes of its folders, and leaves no bitmap behind', async () => {
    const test = await startedStore();
    void test.state().openSet(IMAGES);
    await answerSet(test);
    const { set } = test.state();
    expect(set).toMatchObject({ status: 'done', kept: { name: 'trees', layer: 'last' } });
    expect(set.results.map(({ path, label, predicted }) => [path, label, predicted])).toEqual([
      ['trees/birch/a.png', 'birch', 'birch'],
      // No class of the network is called oak.
      ['trees/oak/b.png', null, 'birch'],
      ['trees/ash/c.png', 'ash', 'birch'],
    ]);
    expect(Object.keys(set.results[0]?.scores ?? {})).toEqual(['grad-cam', 'fast-ablation-cam', 'random']);
    expect(test.bitmaps.slice(1).every(({ isClosed }) => isClosed)).toBe(true);
    expect([...test.keptSet.results.keys()]).toEqual(IMAGES.map(({ path }) => path));
  });

  it('is measured with as many images at once as there are engines, and is in its order all the same', async () => {
    const test = await startedStore({ machine: { cores: 2, memoryGb: 8 } });
    const paths = IMAGES.map(({ path }) => path);
    void test.state().openSet(IMAGES);
    for (let round = 0; round < 10; round++) await settled();
    const open = () => test.engine().explains.filter(({ isOpen }) => isOpen);
    expect(open()).toHaveLength(2);
    // The image that was begun last is answered first.
    for (let round = 0; round < 400 && test.state().set.status !== 'done'; round++) {
      const explain = open().at(-1);
      const measure = test.engine().measures.findLast(({ isOpen }) => isOpen);
      if (explain) await explain.answer();
      else if (measure) await answerMeasure(measure);
      else await settled();
    }
    expect(test.state().set.results.map(({ path }) => path)).toEqual(paths);
    expect(new Set(test.keptSet.results.keys())).toEqual(new Set(paths));
    expect(test.bitmaps.slice(1).every(({ isClosed }) => isClosed)).toBe(true);
  });

  it('that is nearly black is measured with a word, once; stretched like the last image by choice', async () => {
    const test = await startedStore();
    void test.state().openSet([image('s/a, 16-bit.png'), image('s/b, 16-bit.png')]);
    await answerSet(test);
    expect(test.noticeTexts()).toEqual([expect.stringMatching(/^The image s\/a, 16-bit\.png uses 12 of its 16 bits, .*\.$/)]);
    await test.state().giveFiles([imageFile('dark, 16-bit.png')]);
    await test.state().stretchImage(test.state().images.selectedId ?? '', true);
    await test.state().openSet([image('s/a, 16-bit.png')]);
    void test.state().replaceSet();
    await answerSet(test);
    expect(test.state().set.kept?.isStretched).toBe(true);
    expect(test.noticeTexts()).toHaveLength(1);
  });

  it('is measured with one replacement for all images, the mildest that takes the evidence away from them', async () => {
    const test = await startedStore();
    void test.state().openSet(IMAGES);
    await answerSet(test);
    const requests = test.engine().measures.map(({ request }) => [request.maps.length > 0, request.settings.replacement]);
    expect(requests).toEqual([...IMAGES.map(() => [false, 'auto']), ...IMAGES.map(() => [true, 'mean'])]);
    // What is known of the images is not asked again.
    const known = test.engine().measures.map(({ request }) => request.known);
    expect(known.slice(0, 3)).toEqual(IMAGES.map(() => ({ intact: expect.any(Number), removed: {} })));
    expect(known.slice(3).map((one) => one?.removed.mean)).toEqual([0.04, 0.04, 0.04]);
    const { kept, results } = test.state().set;
    expect(kept?.chosen).toMatchObject({ replacement: 'mean', images: 3 });
    expect(kept?.chosen?.left['strong-blur']).toBeCloseTo(0.25, 9);
    expect(results.map(({ left }) => left)).toEqual([0.05, 0.05, 0.05].map((share) => expect.closeTo(share, 9)));
    // It is kept with the set: what goes on later is measured alike.
    expect(test.keptSet.set?.chosen?.replacement).toBe('mean');
    if (!kept) throw new Error('there is no set');
    expect(setRemovalWords(kept)).toBe(
      'Removed pixels become the mean colour, which leaves 5.0 % of the probability once all are removed (blurred: 100 %, strongly blurred: 25 %, black: 2.5 %). Chosen for the whole set, by the means over 3 of its images.',
    );
    expect(setRemovalWarning(results)).toBe('');
  });

  it('takes the replacement that a person chose, and says of how many images it says little', async () => {
    const test = await startedStore();
    test.state().setMeasure({ replacement: 'blur' });
    void test.state().openSet(IMAGES);
    await answerSet(test);
    expect(test.engine().measures.map(({ request }) => request.settings.replacement)).toEqual(['blur', 'blur', 'blur']);
    const { kept, results } = test.state().set;
    expect(kept?.chosen ?? null).toBeNull();
    expect(kept && setRemovalWords(kept)).toBe('Removed pixels become blurred.');
    expect(setRemovalWarning(results)).toMatch(/^3 of 3 images keep over half of the probability/);
  });

  it('goes on without what cannot be read', async () => {
    const test = await startedStore();
    void test.state().openSet([image('s/bad.png', ''), ...IMAGES]);
    await answerSet(test);
    expect(test.state().set).toMatchObject({ status: 'done', failed: [{ path: 's/bad.png', message: 'The file s/bad.png is empty.' }] });
    expect(test.state().set.results).toHaveLength(3);
  });

  it('goes on where it was after the page was closed', async () => {
    const before = await startedStore();
    void before.state().openSet(IMAGES);
    await answerSet(before, 1);
    const test = createTestStore({ sets: before.sets });
    const started = test.state().start();
    await settled();
    await test.lastLoad().finish(fakeModel('built-in'));
    await started;
    expect(test.state().set).toMatchObject({ status: 'running', kept: { name: 'trees' } });
    expect(test.state().set.results.length).toBeGreaterThan(0);
    await answerSet(test);
    expect(test.state().set.results).toHaveLength(3);
  });

  it('stays paused in later visits once the person has paused it, until it is told to go on', async () => {
    const before = await startedStore();
    void before.state().openSet(IMAGES);
    await answerSet(before, 1);
    before.state().pauseSet();
    const visit = () => startedStore({ sets: before.sets });
    expect((await visit()).state().set.status).toBe('paused');
    const test = await visit();
    void test.state().runSet();
    expect(test.state().set.status).toBe('running');
    await settled();
    // Another model in its way is no wish of the person's.
    test.state().interruptSet();
    expect((await visit()).state().set.status).toBe('running');
    await test.state().downloadSet('json');
    expect(await test.saved[0]?.content.text()).not.toContain('isPaused');
  });

  it('with results gives its place to another folder only when the person says so', async () => {
    const test = await startedStore();
    void test.state().openSet(IMAGES);
    await answerSet(test, 1);
    const other = [image('more/c.png')];
    await test.state().openSet(other);
    expect(test.state().set).toMatchObject({ offered: 'more', kept: { name: 'trees' }, results: [{}], status: 'running' });
    expect(test.keptSet.set).toMatchObject({ name: 'trees' });
    test.state().keepSet();
    await test.state().replaceSet();
    expect(test.state().set).toMatchObject({ offered: null, kept: { name: 'trees' }, results: [{}] });
    await test.state().openSet(other);
    void test.state().replaceSet();
    await answerSet(test);
    expect(test.state().set).toMatchObject({ offered: null, kept: { name: 'more' }, results: [{ path: 'more/c.png' }], status: 'done' });
    expect(test.keptSet.set).toMatchObject({ name: 'more' });
  });

  it('gives way to what a person looks at, and begins the image again afterwards', async () => {
    const test = await startedStore();
    void test.state().openSet(IMAGES);
    await settled();
    const interrupted = test.lastExplain();
    test.state().chooseLayer('first');
    expect(interrupted.signal?.aborted).toBe(true);
    expect(test.lastExplain().request.layer).toBe('first');
    await answerSet(test);
    expect(test.state().set.results).toHaveLength(3);
  });

  it('is paused as soon as another model is on its way', async () => {
    const test = await startedStore();
    void test.state().openSet(IMAGES);
    await settled();
    const running = test.lastExplain();
    void test.state().chooseModel('other');
    await settled();
    expect(running.signal?.aborted).toBe(true);
    await test.lastLoad().finish(fakeModel('other'));
    await test.state().runSet();
    expect(test.state().set.status).toBe('paused');
    expect(test.noticeTexts()).toEqual([expect.stringContaining('begun with another model')]);
  });

  it('is paused, deleted, and saved as a table', async () => {
    const test = await startedStore();
    void test.state().openSet(IMAGES);
    await answerSet(test, 1);
    test.state().pauseSet();
    expect(test.state().set.status).toBe('paused');
    test.state().downloadSet('csv');
    test.state().downloadSet('json');
    expect(test.saved.map(({ name }) => name)).toEqual(['trees_faithfulness.csv', 'trees_faithfulness.json']);
    const [head, ...rows] = (await test.saved[0]?.content.text())?.split('\r\n') ?? [];
    expect(head).toBe(
      'path,label,predicted,probability,value,map,deletion,insertion,average-drop,increase,road,left,complexity,sparseness,max-sensitivity,pointing,energy',
    );
    // Files name the maps by their titles.
    expect(rows.map((row) => row.split(',')[5])).toEqual(['Grad-CAM', 'FastAblationCAM', 'Random map']);
    // Every changed image gives the same map here; random numbers are nobody's explanation.
    expect(rows.map((row) => row.split(',').slice(14))).toEqual([
      ['0', '', ''],
      ['0', '', ''],
      ['', '', ''],
    ]);
    const { results, settings } = JSON.parse((await test.saved[1]?.content.text()) ?? '');
    expect(settings.sensitivity).toEqual({ of: 'affordable', samples: 10, radiusPercent: 2 });
    expect(results[0].scores['Grad-CAM']['max-sensitivity']).toBe(0);
    expect(Object.keys(results[0].scores)).toEqual(['Grad-CAM', 'FastAblationCAM', 'Random map']);
    await test.state().clearSet();
    expect(test.state().set).toMatchObject({ status: 'none', kept: null, results: [] });
    expect(test.keptSet.set).toBeNull();
  });

  it('says once what was damaged of what a former visit left, and goes on with the rest', async () => {
    const before = await startedStore();
    void before.state().openSet(IMAGES);
    await answerSet(before, 1);
    before.state().interruptSet();
    const remark = 'One result is damaged.';
    const sets = { ...before.sets, load: async () => ({ ...(await before.sets.load()), remark }) };
    const test = await startedStore({ sets });
    await answerSet(test);
    expect(test.noticeTexts()).toEqual([remark]);
    expect(test.state().set).toMatchObject({ status: 'done', results: [{}, {}, {}] });
    const damaged = await startedStore({ sets: { ...before.sets, load: async () => ({ set: null, results: [], remark }) } });
    expect(damaged.noticeTexts()).toEqual([remark]);
    expect(damaged.state().set).toMatchObject({ status: 'none', kept: null });
  });
});
