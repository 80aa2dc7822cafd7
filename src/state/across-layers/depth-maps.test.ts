import { describe, expect, it } from 'vitest';
import { type Combination, combinedLayers } from '../../core/maps/combined-layers.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { comparisonOf } from '../compare/compare-selectors.ts';
import { imageFile } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { answerAll, explainedStore, type TestStore } from '../testing/test-store.ts';
import { combinedMaps, combinedOver } from './depth-maps.ts';
import { mapOver } from './depth-selectors.ts';
import type { DepthColumn } from './depth-state.ts';

async function withStrip() {
  const test = await explainedStore();
  void test.state().compareOverDepth();
  await settled();
  return test;
}

/** The layers that are put together, and how. */
function choose({ state }: TestStore, layers: readonly string[], combination: Combination): void {
  const names = state().depth.columns.map(({ layer }) => layer.name);
  state().setCombined({ combination, leftOut: names.filter((name) => !layers.includes(name)) });
}

const LAYERS = ['first', 'last'];

describe('layers of the strip in one map', () => {
  it('is there once all of them are, and says which they are', async () => {
    const test = await withStrip();
    choose(test, ['long', 'first'], 'product');
    expect(combinedOver(test.state(), 'grad-cam')).toBeNull();
    await answerAll(test);
    choose(test, LAYERS, 'product');
    const { columns } = test.state().depth;
    const chosen = columns.filter(({ layer }) => LAYERS.includes(layer.name));
    const maps = chosen.map((column) => mapOver(test.state(), column, 'grad-cam')).filter((map): map is SaliencyMap => map !== null);
    const found = combinedOver(test.state(), 'grad-cam');
    expect(maps).toHaveLength(2);
    expect(found?.map).toEqual(combinedLayers(maps, 'product'));
    const blocks = chosen.map(({ layer }) => layer.block);
    expect(found?.title).toBe(`Grad-CAM · product of ${blocks.join(', ')} · birch`);
    expect(combinedOver(test.state(), 'grad-cam')).toBe(found);
    choose(test, ['last'], 'mean');
    expect(combinedOver(test.state(), 'grad-cam')).toBeNull();
  });

  it('is not there of a method whose map is the same at every layer', async () => {
    const test = await explainedStore();
    test.state().setMethodShown('occlusion', true);
    await answerAll(test);
    void test.state().compareOverDepth();
    await settled();
    await answerAll(test);
    expect(mapOver(test.state(), test.state().depth.columns[0] as DepthColumn, 'occlusion')).not.toBeNull();
    expect(combinedOver(test.state(), 'occlusion')).toBeNull();
    expect(combinedMaps(test.state()).map(({ methods }) => methods)).toEqual([['grad-cam'], ['fast-ablation-cam']]);
  });

  it('is there of every method on screen, and of none where a method knows no class', async () => {
    const test = await explainedStore();
    test.state().setMethodShown('eigen-cam', true);
    await answerAll(test);
    void test.state().compareOverDepth();
    await settled();
    await answerAll(test);
    const titles = combinedMaps(test.state()).map(({ title, subject }) => [title.split(' · ').at(-1), subject.kind]);
    expect(titles).toEqual([
      ['birch', 'class'],
      ['birch', 'class'],
      ['no class', 'pattern'],
    ]);
  });

  it('says what must be known to read it right, as the figures do, on the page and in the report', async () => {
    const test = await explainedStore();
    test.state().setMethodShown('ablation-cam', true);
    test.state().setMethodShown('eigen-cam', true);
    // Of the first class less that of the best one: a negative score.
    test.state().chooseClass(0);
    test.state().chooseVersus(1);
    await answerAll(test);
    void test.state().compareOverDepth();
    await settled();
    await answerAll(test);
    choose(test, LAYERS, 'mean');
    const caveats = combinedMaps(test.state()).map(({ methods, caveat }) => [...methods, caveat]);
    expect(caveats).toEqual([
      ['grad-cam', ''],
      ['fast-ablation-cam', ''],
      ['ablation-cam', 'Negative score: its signs are turned around'],
      ['eigen-cam', 'Sign chosen'],
    ]);
    await test.state().savePage('report');
    const report = (await test.saved[0]?.content.text()) ?? '';
    // Of the figure, and of the map that was put together, each below its image and in place of it.
    expect(report.match(/Negative score: its signs are turned around/g)).toHaveLength(4);
    expect(report.match(/Sign chosen: the value furthest from zero is positive/g)).toHaveLength(4);
  });

  it('is pinned, and compared with the maps on screen', async () => {
    const test = await withStrip();
    await answerAll(test);
    choose(test, LAYERS, 'mean');
    const combined = combinedOver(test.state(), 'fast-ablation-cam');
    if (!combined) throw new Error('there is no map');
    test.state().pinDerived(combined);
    test.state().pinDerived(combined);
    const { pins } = test.state().compare;
    expect(pins).toHaveLength(1);
    expect(pins[0]).toMatchObject({ title: combined.title, map: combined.map, subject: { name: 'birch', kind: 'class' } });
    expect(comparisonOf(test.state()).second?.title).toBe(combined.title);
    // Out of view with the strip.
    test.state().chooseClass(0);
    expect(combinedOver(test.state(), 'fast-ablation-cam')).toBeNull();
  });

  it('is saved as overlay, heatmap, data and array, which say what it was made of', async () => {
    const test = await withStrip();
    await answerAll(test);
    choose(test, LAYERS, 'product');
    const combined = combinedOver(test.state(), 'grad-cam');
    if (!combined) throw new Error('there is no map');
    for (const file of ['overlay', 'heatmap', 'json', 'npy'] as const) await test.state().saveDerived(combined, file);
    const stem = 'grain_birch_conv2-conv3_grad-cam_product-of-layers';
    expect(test.saved.map(({ name }) => name)).toEqual([`${stem}.png`, `${stem}_heatmap.png`, `${stem}.json`, `${stem}.npy`]);
    const [, heatmap, json, npy] = await Promise.all(test.saved.map(({ content }) => content.text()));
    expect(heatmap?.replaceAll('\n', ' ')).toContain('product of shares of each layer’s largest value; values from 0 to 1.00');
    // Nothing speaks against a class in it.
    expect(heatmap).not.toContain('against');
    const data = JSON.parse(json ?? '');
    expect(data).toMatchObject({
      method: 'grad-cam',
      layer: 'conv2-conv3',
      class: { name: 'birch' },
      score: 'logit',
      shape: [combined.map.rows, combined.map.columns],
      window: null,
      durationMs: null,
      made: { of: 'layers', part: 'product', layers: [{ layer: 'first', ablation: { window: 1 } }, { layer: 'last' }] },
    });
    expect(data.values.flat()).toEqual([...combined.map.values]);
    expect(npy).toContain('NUMPY');
    // Of another image nothing is saved under this one’s name.
    await test.state().giveFiles([imageFile('other.png')]);
    await test.state().saveDerived(combined, 'json');
    expect(test.saved).toHaveLength(4);
  });
});
