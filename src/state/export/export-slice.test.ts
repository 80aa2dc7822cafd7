import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import type { Drawing } from '../../core/reports/drawing.ts';
import type { FigureContent } from '../dependencies.ts';
import { settled } from '../testing/fake-jobs.ts';
import { answerAll, explainedStore, storeWithImage } from '../testing/test-store.ts';

describe('downloads', () => {
  it('are named after image, class, layer and method, and an overlay has the image’s own size', async () => {
    const test = await explainedStore();
    await test.state().saveFigure('fast-ablation-cam', 'overlay');
    await test.state().saveFigure('grad-cam', 'json');
    await test.state().savePage('side-by-side');
    expect(test.saved.map(({ name }) => name)).toEqual([
      'grain_birch_last_fast-ablation-cam.png',
      'grain_birch_last_grad-cam.json',
      'grain_birch_last_side-by-side.png',
    ]);
    expect(await test.saved[0]?.content.text()).toBe('30 x 20');
    expect((await test.saved[2]?.content.text())?.split('\n')).toEqual(
      expect.arrayContaining(['Image', 'Grad-CAM', 'FastAblationCAM', 'birch · last', 'against birch ← 0 → for birch']),
    );
    expect(test.state().exporting).toBeNull();
  });

  it('of a heatmap hold the raw numbers and all that they depend on', async () => {
    const test = await explainedStore();
    test.state().chooseClass(0);
    await answerAll(test);
    await test.state().saveFigure('fast-ablation-cam', 'json');
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
    await test.state().saveFigure('grad-cam', 'json');
    const { score, baseline, window } = JSON.parse((await test.saved[0]?.content.text()) ?? '');
    expect(score).toBe('probability');
    expect(baseline).toBeCloseTo(Math.exp(3) / (Math.exp(1) + Math.exp(3) + Math.exp(2)), 6);
    expect(window).toBeNull();
  });

  it('wait for the figure: a former map is never saved under the name of the next', async () => {
    const test = await explainedStore();
    test.state().chooseLayer('first');
    await test.state().saveFigure('grad-cam', 'overlay');
    await test.state().saveFigure('grad-cam', 'json');
    await test.state().savePage('side-by-side');
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
    await test.state().saveFigure('grad-cam', 'overlay');
    expect(test.noticeTexts()).toEqual(['There is too little memory.']);
    hasMemory = true;
    await test.state().saveFigure('grad-cam', 'overlay');
    expect(test.saved).toHaveLength(1);
  });

  it('of a heatmap alone are a transparent drawing: the map at the image’s size, then its scale on white', async () => {
    const drawings: Drawing<FigureContent>[] = [];
    const test = await explainedStore({ renderDrawing: async (_bitmap, drawing) => new Blob([String(drawings.push(drawing))]) });
    await test.state().saveFigure('fast-ablation-cam', 'heatmap');
    expect(test.saved[0]?.name).toBe('grain_birch_last_fast-ablation-cam_heatmap.png');
    expect(drawings[0]?.ground).toBeNull();
    const [map, back] = drawings[0]?.marks ?? [];
    expect(map).toMatchObject({
      kind: 'image',
      frame: { left: 0, top: 0, width: 30, height: 20 },
      source: { display: { content: 'heatmap' } },
    });
    expect(back).toMatchObject({ kind: 'box', frame: { left: 0, top: 20 }, colour: '#ffffff' });
  });

  it('say what must be known to read a map right, as the figure on screen does', async () => {
    const test = await explainedStore();
    test.state().setMethodShown('ablation-cam', true);
    // Of the probability of the first class less that of the best one: a negative score.
    test.state().chooseClass(0);
    test.state().chooseVersus(1);
    await answerAll(test);
    await test.state().savePage('report');
    await test.state().savePage('side-by-side');
    for (const { content } of test.saved) {
      const words = (await content.text()).split(/\s+/).join(' ');
      expect(words).toContain('Negative score: its signs are turned around');
    }
  });

  it('of a report list the values that its legend and its image are of', async () => {
    const test = await explainedStore();
    test.state().setMethodShown('recipro-cam', true);
    for (const other of ['grad-cam', 'fast-ablation-cam'] as const) test.state().setMethodShown(other, false);
    await answerAll(test);
    await test.state().savePage('report');
    const report = (await test.saved[0]?.content.text()) ?? '';
    expect(report).toContain('logit of a cell alone, above the least; values from 0 to 1.00');
    // Raw they are 3 and 2.
    expect(report).toContain('<td>1</td><td>0</td>');
  });

  it('say in their names what a class was held against', async () => {
    const test = await explainedStore();
    for (const rival of [0, 'look-alikes'] as const) {
      test.state().chooseVersus(rival);
      await answerAll(test);
      await test.state().saveFigure('grad-cam', 'npy');
    }
    await test.state().savePage('paper-svg');
    expect(test.saved.map(({ name }) => name)).toEqual([
      'grain_birch-rather-than-ash_last_grad-cam.npy',
      'grain_birch-rather-than-its-look-alikes_last_grad-cam.npy',
      'grain_birch-rather-than-its-look-alikes_last_figure.svg',
    ]);
  });

  it('of raw numbers for NumPy are the same as in the JSON', async () => {
    const test = await explainedStore();
    await test.state().saveFigure('fast-ablation-cam', 'npy');
    await test.state().saveFigure('fast-ablation-cam', 'json');
    expect(test.saved[0]?.name).toBe('grain_birch_last_fast-ablation-cam.npy');
    const bytes = await test.saved[0]?.content.arrayBuffer();
    const { values } = JSON.parse((await test.saved[1]?.content.text()) ?? '');
    expect([...new Float32Array(bytes ?? new ArrayBuffer(), 128)]).toEqual(values.flat());
  });

  it('for a paper hold model, layer, class with probability, methods and version', async () => {
    const test = await explainedStore();
    await test.state().savePage('paper-svg');
    expect(test.saved[0]?.name).toBe('grain_birch_last_figure.svg');
    const svg = (await test.saved[0]?.content.text()) ?? '';
    const text = svg.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
    for (const part of [
      'birch (67 %)',
      'Grad-CAM',
      'FastAblationCAM',
      'Model: Model built-in',
      'layer: last',
      '1 × 2 cells',
      'FastAblationCAM 0.0.0',
    ])
      expect(text).toContain(part);
    expect(svg.match(/href="data:image\/png;base64,30"/g)).toHaveLength(3);
  });

  it('are stopped at once, whatever they are at, and save nothing afterwards', async () => {
    let finish = (_png: Blob) => {};
    const test = await explainedStore({
      renderOverlay: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    });
    const saving = test.state().saveFigure('grad-cam', 'overlay');
    expect(test.state().exporting?.what).toBe('Grad-CAM overlay');
    test.state().cancelExport();
    expect(test.state().exporting).toBeNull();
    await saving;
    finish(new Blob());
    await settled();
    expect(test.saved).toEqual([]);
    expect(test.noticeTexts()).toEqual([]);
    await test.state().saveFigure('grad-cam', 'json');
    expect(test.saved).toHaveLength(1);
  });
});

describe('copies', () => {
  it('of an overlay have the image’s own size', async () => {
    const test = await explainedStore();
    await test.state().copyFigure('grad-cam');
    expect(test.copied).toEqual(['30 x 20']);
    expect(test.noticeTexts()).toEqual(['The overlay was copied.']);
  });

  it('that the browser refuses are said in one sentence', async () => {
    const test = await explainedStore({ copyImage: () => Promise.reject(new Error('NotAllowedError')) });
    await test.state().copyFigure('grad-cam');
    expect(test.noticeTexts()).toEqual(['The browser did not let the image be copied; please save the overlay as PNG instead.']);
  });

  it('of an overlay that cannot be drawn are not put down to the clipboard', async () => {
    const test = await explainedStore({
      renderOverlay: () => Promise.reject(new AppError('out-of-memory', 'There is too little memory.')),
      copyImage: async (png) => void (await png),
    });
    await test.state().copyFigure('grad-cam');
    expect(test.noticeTexts()).toEqual(['There is too little memory.']);
  });
});
