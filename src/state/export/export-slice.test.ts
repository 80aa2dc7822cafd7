import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { answerAll, explainedStore, storeWithImage } from '../testing/test-store.ts';

describe('downloads', () => {
  it('are named after image, class, layer and method, and an overlay has the image’s own size', async () => {
    const test = await explainedStore();
    await test.state().downloadOverlay('fast-ablation-cam');
    await test.state().downloadHeatmap('grad-cam');
    await test.state().downloadSideBySide();
    expect(test.saved.map(({ name }) => name)).toEqual([
      'grain_birch_last_fast-ablation-cam.png',
      'grain_birch_last_grad-cam.json',
      'grain_birch_last_side-by-side.png',
    ]);
    expect(await test.saved[0]?.content.text()).toBe('30 x 20');
    expect(await test.saved[2]?.content.text()).toBe('Grad-CAM · birch · last\nFastAblationCAM · birch · last');
    expect(test.state().exporting).toBeNull();
  });

  it('of a heatmap hold the raw numbers and all that they depend on', async () => {
    const test = await explainedStore();
    test.state().chooseClass(0);
    await answerAll(test);
    await test.state().downloadHeatmap('fast-ablation-cam');
    expect(JSON.parse((await test.saved[0]?.content.text()) ?? '')).toEqual({
      method: 'fast-ablation-cam',
      model: 'built-in',
      layer: 'last',
      class: { index: 0, name: 'ash' },
      score: 'logit',
      baseline: 1,
      shape: [1, 2],
      values: [[0.5, 0]],
      window: 1,
      stride: 1,
      value: 0,
      versus: null,
      input: { name: 'grain.png', width: 30, height: 20 },
      backend: 'wasm',
      durationMs: 7,
      forwardMs: 5,
    });
  });

  it('of a probability give the baseline as a probability', async () => {
    const test = await storeWithImage();
    test.state().chooseScore('probability');
    await answerAll(test);
    await test.state().downloadHeatmap('grad-cam');
    const { score, baseline, window } = JSON.parse((await test.saved[0]?.content.text()) ?? '');
    expect(score).toBe('probability');
    expect(baseline).toBeCloseTo(Math.exp(3) / (Math.exp(1) + Math.exp(3) + Math.exp(2)), 6);
    expect(window).toBeNull();
  });

  it('wait for the figure: a former map is never saved under the name of the next', async () => {
    const test = await explainedStore();
    test.state().chooseLayer('first');
    await test.state().downloadOverlay('grad-cam');
    await test.state().downloadHeatmap('grad-cam');
    await test.state().downloadSideBySide();
    expect(test.saved).toEqual([]);
  });

  it('that fail are said in one sentence, and the next one works', async () => {
    let hasMemory = false;
    const test = await storeWithImage({
      async renderOverlay() {
        if (!hasMemory) throw new AppError('out-of-memory', 'There is too little memory.');
        return new Blob();
      },
    });
    await answerAll(test);
    await test.state().downloadOverlay('grad-cam');
    expect(test.noticeTexts()).toEqual(['There is too little memory.']);
    hasMemory = true;
    await test.state().downloadOverlay('grad-cam');
    expect(test.saved).toHaveLength(1);
  });
});
