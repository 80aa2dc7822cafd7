import { describe, expect, it } from 'vitest';
import { disagreementOver } from '../across-layers/depth-maps.ts';
import { imageFile } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { answerAll, explainedStore, type TestStore } from '../testing/test-store.ts';
import type { DerivedMap } from './derived-map.ts';
import { disagreementInView } from './disagreement-map.ts';

function inView(test: TestStore): DerivedMap {
  const derived = disagreementInView(test.state());
  if (!derived) throw new Error('there is no map');
  return derived;
}

describe('where methods disagree', () => {
  it('is a map of the figures on screen, and the same one as long as they are the same', async () => {
    // Grad-CAM gives 1 and -1, FastAblationCAM 0 and 1.
    const test = await explainedStore();
    expect([...inView(test).map.values]).toEqual([0.5, 1]);
    expect(inView(test).title).toBe('Disagreement of Grad-CAM and FastAblationCAM · last · birch');
    expect(disagreementInView(test.state())).toBe(disagreementInView(test.state()));
    test.state().setMethodShown('fast-ablation-cam', false);
    expect(disagreementInView(test.state())).toBeNull();
  });

  it('is pinned, and saved with the methods that it is of', async () => {
    const test = await explainedStore();
    test.state().pinDerived(inView(test));
    expect(test.state().compare.pins).toMatchObject([{ title: inView(test).title, subject: { kind: 'spread' } }]);
    for (const file of ['overlay', 'heatmap', 'json', 'npy'] as const) await test.state().saveDerived(inView(test), file);
    const stem = 'grain_birch_last_disagreement-of-2-methods';
    expect(test.saved.map(({ name }) => name)).toEqual([`${stem}.png`, `${stem}_heatmap.png`, `${stem}.json`, `${stem}.npy`]);
    expect(await test.saved[1]?.content.text()).toContain('spread of the methods');
    const data = JSON.parse((await test.saved[2]?.content.text()) ?? '');
    expect(data).toMatchObject({ method: 'disagreement', class: { name: 'birch' }, values: [[0.5, 1]], window: null });
    expect(data.made).toMatchObject({ of: 'methods', part: 'std', methods: ['grad-cam', 'fast-ablation-cam'], ablation: { window: 1 } });
    // Of another image nothing is saved under this one's name.
    const before = inView(test);
    await test.state().giveFiles([imageFile('other.png')]);
    await test.state().saveDerived(before, 'json');
    expect(test.saved).toHaveLength(4);
  });

  it('stands in the report, with the methods whose sign was turned', async () => {
    const test = await explainedStore();
    test.state().setMethodShown('eigen-cam', true);
    await answerAll(test);
    await test.state().savePage('report');
    const report = await test.saved[0]?.content.text();
    expect(report).toContain('Grad-CAM, FastAblationCAM and Eigen-CAM, disagreement');
    expect(report).toContain('Eigen-CAM, whose sign is chosen, turned to agree');
  });

  it('is about the class where one of the methods asks about it', async () => {
    const test = await explainedStore();
    for (const id of ['eigen-cam', 'occlusion'] as const) test.state().setMethodShown(id, true);
    for (const id of ['grad-cam', 'fast-ablation-cam'] as const) test.state().setMethodShown(id, false);
    await answerAll(test);
    expect(inView(test)).toMatchObject({ methods: ['eigen-cam', 'occlusion'], name: 'birch' });
  });

  it('lies on the image where all methods change that', async () => {
    const test = await explainedStore();
    for (const id of ['occlusion', 'rise'] as const) test.state().setMethodShown(id, true);
    for (const id of ['grad-cam', 'fast-ablation-cam'] as const) test.state().setMethodShown(id, false);
    await answerAll(test);
    expect(inView(test)).toMatchObject({ layer: 'input image', title: 'Disagreement of Occlusion and RISE · input image · birch' });
  });

  it('is there of every layer of the strip, with the windows that were run there', async () => {
    const test = await explainedStore();
    void test.state().compareOverDepth();
    await settled();
    await answerAll(test);
    const maps = test.state().depth.columns.map((column) => disagreementOver(test.state(), column));
    expect(maps.map((map) => map?.layer)).toEqual(['long', 'first', 'last']);
    await test.state().saveDerived(maps[0] as DerivedMap, 'json');
    expect(test.saved[0]?.name).toBe('grain_birch_long_disagreement-of-2-methods.json');
    expect(JSON.parse((await test.saved[0]?.content.text()) ?? '').made).toMatchObject({ ablation: { window: 2 } });
  });
});
