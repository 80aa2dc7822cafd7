import { describe, expect, it } from 'vitest';
import { combinedLayers } from '../../core/maps/combined-layers.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { comparisonOf } from '../compare/compare-selectors.ts';
import { settled } from '../testing/fake-jobs.ts';
import { answerAll, explainedStore } from '../testing/test-store.ts';
import { combinedOver } from './combined-depth.ts';
import { mapOver } from './depth-selectors.ts';

async function withStrip() {
  const test = await explainedStore();
  void test.state().compareOverDepth();
  await settled();
  return test;
}

const LAYERS = ['first', 'last'];

describe('layers of the strip in one map', () => {
  it('is there once all of them are, and says which they are', async () => {
    const test = await withStrip();
    expect(combinedOver(test.state(), 'grad-cam', ['long', 'first'], 'product')).toBeNull();
    await answerAll(test);
    const { columns } = test.state().depth;
    const maps = columns
      .filter(({ layer }) => LAYERS.includes(layer.name))
      .map((column) => mapOver(test.state(), column, 'grad-cam'))
      .filter((map): map is SaliencyMap => map !== null);
    const found = combinedOver(test.state(), 'grad-cam', LAYERS, 'product');
    expect(maps).toHaveLength(2);
    expect(found?.map).toEqual(combinedLayers(maps, 'product'));
    const blocks = columns.filter(({ layer }) => LAYERS.includes(layer.name)).map(({ layer }) => layer.block);
    expect(found?.title).toBe(`Grad-CAM · product of ${blocks.join(', ')} · birch`);
    expect(combinedOver(test.state(), 'grad-cam', LAYERS, 'product')).toBe(found);
    expect(combinedOver(test.state(), 'grad-cam', ['last'], 'mean')).toBeNull();
  });

  it('is pinned, and compared with the maps on screen', async () => {
    const test = await withStrip();
    await answerAll(test);
    test.state().pinLayers('fast-ablation-cam', LAYERS, 'mean');
    test.state().pinLayers('fast-ablation-cam', LAYERS, 'mean');
    const { pins } = test.state().compare;
    const { title, map } = combinedOver(test.state(), 'fast-ablation-cam', LAYERS, 'mean') ?? {};
    expect(pins).toHaveLength(1);
    expect(pins[0]).toMatchObject({ title, map, subject: { name: 'birch', kind: 'class' } });
    expect(comparisonOf(test.state()).second?.title).toBe(title);
    // Out of view with the strip.
    test.state().chooseClass(0);
    expect(combinedOver(test.state(), 'fast-ablation-cam', LAYERS, 'mean')).toBeNull();
    test.state().pinLayers('fast-ablation-cam', LAYERS, 'product');
    expect(test.state().compare.pins).toHaveLength(1);
  });
});
