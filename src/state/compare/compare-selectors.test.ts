import { describe, expect, it } from 'vitest';
import { sharedLimit } from '../explanation/selectors.ts';
import { settled } from '../testing/fake-jobs.ts';
import { fakeModel } from '../testing/fake-model.ts';
import { answerAll, explainedStore, type TestStore } from '../testing/test-store.ts';
import { comparedLimit, comparisonOf } from './compare-selectors.ts';

// In these stores Grad-CAM gives 1 and -1 for birch at the last layer, FastAblationCAM 0 and 1.
describe('the colour scale of two compared maps', () => {
  it('is each map’s own where figures have their own', async () => {
    const test = await explainedStore();
    test.state().setDisplay({ contrast: 'zero-to-max', sign: 'signed' });
    expect(comparedLimit(test.state())).toBeNull();
  });

  it('is the figures’ where they share one, even where the greatest of them is not compared', async () => {
    const test = await explainedStore();
    test.state().setDisplay({ contrast: 'shared', sign: 'signed' });
    test.state().chooseLayer('long');
    await answerAll(test);
    test.state().pinMap('fast-ablation-cam');
    test.state().setCompare({ first: 'fast-ablation-cam' });
    const { first, second } = comparisonOf(test.state());
    expect([first?.title, second?.title]).toEqual(['FastAblationCAM', 'FastAblationCAM · long · birch']);
    // Grad-CAM goes down to -99 there.
    expect(comparedLimit(test.state())).toBe(99);
    expect(comparedLimit(test.state())).toBe(sharedLimit(test.state()));
  });

  it('grows with a kept map that reaches beyond the figures, which would be cut off', async () => {
    const test = await explainedStore();
    test.state().setDisplay({ contrast: 'shared', sign: 'signed' });
    test.state().chooseLayer('long');
    await answerAll(test);
    test.state().pinMap('grad-cam');
    test.state().chooseLayer('last');
    await answerAll(test);
    expect(sharedLimit(test.state())).toBe(1);
    expect(comparedLimit(test.state())).toBe(99);
    // What it reaches on the side that is not shown does not count.
    test.state().setDisplay({ sign: 'positive' });
    expect(comparedLimit(test.state())).toBe(1);
  });
});

describe('the unit of a compared map', () => {
  it('goes with its method and score', async () => {
    const test = await explainedStore();
    expect(comparisonOf(test.state()).maps.map(({ unit }) => unit)).toEqual(['gradient-weighted activation (logit)', 'drop in logit']);
  });

  it('stays that of the score that a kept map was of', async () => {
    const test = await explainedStore();
    test.state().pinMap('fast-ablation-cam');
    test.state().chooseScore('probability');
    await answerAll(test);
    const { maps } = comparisonOf(test.state());
    expect(maps.map(({ unit }) => unit)).toEqual(['gradient-weighted activation (probability)', 'drop in probability', 'drop in logit']);
  });
});

describe('a map that is kept aside', () => {
  const titles = ({ state }: TestStore) => comparisonOf(state()).maps.map(({ title }) => title);

  it('is compared with the maps of another model, and says which it is of', async () => {
    const test = await explainedStore();
    test.state().pinMap('grad-cam');
    expect(test.state().notices).toMatchObject([
      { kind: 'info', text: 'Grad-CAM · last · birch is pinned, to be compared in Wipe and Difference.', action: { title: 'Wipe' } },
    ]);
    test.state().notices[0]?.action?.run();
    expect(test.state().stage.layout).toBe('wipe');
    expect(titles(test)).toEqual(['Grad-CAM', 'FastAblationCAM', 'Grad-CAM · last · birch']);
    void test.state().chooseModel('other');
    await settled();
    // Of another size it is still the whole image.
    await test.lastLoad().finish(fakeModel('other', { input: { width: 7, height: 9 } }));
    // Alone as long as there are no figures: it is compared with nothing.
    expect(comparisonOf(test.state())).toMatchObject({ first: null, second: { title: 'Grad-CAM · last · birch · Model built-in' } });
    await answerAll(test);
    expect(titles(test)).toEqual(['Grad-CAM', 'FastAblationCAM', 'Grad-CAM · last · birch · Model built-in']);
    // Where it is in sight, nothing need be said.
    test.state().pinMap('grad-cam');
    expect(titles(test).slice(2)).toEqual(['Grad-CAM · last · birch · Model built-in', 'Grad-CAM · last · birch']);
    expect(test.state().notices).toHaveLength(1);
  });

  it('is left out where another part of the image is seen, which it has no cells of', async () => {
    const test = await explainedStore();
    test.state().pinMap('grad-cam');
    test.state().setPreprocessing({ fit: 'centre-crop' });
    await answerAll(test);
    expect(titles(test)).toEqual(['Grad-CAM', 'FastAblationCAM']);
    test.state().setPreprocessing({ fit: 'stretched' });
    await answerAll(test);
    expect(titles(test)).toHaveLength(3);
  });
});
