import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { DEFAULT_SWEEP } from '../../explain/input/input-settings.ts';
import { METHODS } from '../../explain/methods/list.ts';
import { figureOf } from '../explanation/figures.ts';
import { FakeEngine } from '../testing/fake-engine.ts';
import { settled } from '../testing/fake-jobs.ts';
import { fakeModel } from '../testing/fake-model.ts';
import { createTestStore, NO_URL_VALUES, startedStore } from '../testing/test-store.ts';
import { isImageAwaited, selectedImage } from '../view/in-view.ts';

describe('the start', () => {
  it('shows the sample’s finished explanation while the model is still on its way', async () => {
    const test = createTestStore();
    void test.state().start();
    await settled();
    const { model, images } = test.state();
    expect(model.status).toBe('loading');
    expect(images.items.map(({ sample }) => sample?.modelId)).toEqual(['built-in']);
    expect(figureOf(test.state(), 'grad-cam').status).toBe('done');
    expect(figureOf(test.state(), 'fast-ablation-cam').status).toBe('done');
    expect(test.engine().explains).toEqual([]);
  });

  it('takes the view over from the URL', async () => {
    const url = {
      model: 'other',
      image: 'sample',
      layer: 'long',
      class: 'Cedar',
      score: 'probability',
      versus: 'ash',
      window: '3',
      stride: '2',
      value: 'blur',
      channels: '0',
      patch: '6',
      'patch-stride': '5',
      'patch-value': 'blur',
      masks: '300',
      seed: '7',
      methods: 'fast-ablation-cam,ablation-cam',
      backend: 'cpu',
      exact: 'dense',
    };
    const test = createTestStore({ readUrl: () => url });
    void test.state().start();
    await settled();
    await test.lastLoad().finish(fakeModel('other'));
    expect(test.engine().preference).toBe('cpu');
    expect(test.lastLoad().source).toEqual({ kind: 'folder', id: 'other', url: 'models/other/' });
    expect(test.state().view).toMatchObject({
      layer: 'long',
      classIndex: 2,
      score: 'probability',
      versus: 0,
      ablation: {
        ...{ window: 3, stride: 2, value: 'blur', channelValue: 0 },
        occlusion: { patch: 6, stride: 5, value: 'blur' },
        rise: { count: 300, seed: 7 },
      },
      methods: ['fast-ablation-cam', 'ablation-cam'],
      backend: 'cpu',
      exact: 'dense',
    });
    expect(test.urls.at(-1)).toEqual({ ...url, class: 'cedar' });
    expect(test.noticeTexts()).toEqual([]);
  });

  it('ignores what the URL asks for in vain, and says what', async () => {
    const url = {
      model: 'nothing',
      image: 'nobody’s',
      layer: 'nowhere',
      class: 'nobody',
      score: 'loud',
      versus: 'somebody',
      window: '0',
      stride: '1.5',
      value: 'red',
      channels: 'blue',
      patch: '0',
      'patch-stride': '4097',
      'patch-value': 'glue',
      masks: '9',
      seed: '-1',
      methods: 'grad-cam,magic',
      backend: 'quantum',
      exact: 'roughly',
    };
    const test = await startedStore({ readUrl: () => url });
    expect(test.state().notices.every(({ kind }) => kind === 'info')).toBe(true);
    // As one sentence, though the layer is known to be none only once the model is there.
    const [said, ...others] = test.noticeTexts();
    expect(others).toEqual([]);
    expect(said).toMatch(/^The URL asks for .+, .+ and the layer “nowhere”, which are not available here, so they were ignored\.$/);
    for (const value of Object.values(url)) expect(said).toContain(`“${value}”`);
    expect(test.state().view).toMatchObject({
      layer: 'last',
      classIndex: null,
      score: 'logit',
      versus: null,
      ablation: { ...DEFAULT_SWEEP, channelValue: 'after-relu' },
      backend: null,
      exact: null,
    });
  });

  it('says how many methods can be shown, where more are asked for', async () => {
    const methods = METHODS.slice(0, 7)
      .map(({ id }) => id)
      .join(',');
    const test = await startedStore({ readUrl: () => ({ ...NO_URL_VALUES, methods }) });
    expect(test.noticeTexts()).toEqual([
      `The URL asks for a choice of one to 6 methods “${methods}”, which is not available here, so it was ignored.`,
    ]);
  });

  it('says when the backend asked for is not the one in use', async () => {
    const test = await startedStore({ readUrl: () => ({ ...NO_URL_VALUES, backend: 'webgpu' }) });
    expect(test.noticeTexts()).toEqual(['WebGPU was asked for, but this browser has no WebGPU; WASM is used instead.']);
  });

  it('does not say that there is no image while the first one is on its way', async () => {
    const test = createTestStore();
    expect(isImageAwaited(test.state())).toBe(true);
    const started = test.state().start();
    expect(isImageAwaited(test.state())).toBe(true);
    await settled();
    expect(selectedImage(test.state())).not.toBeNull();
    expect(isImageAwaited(test.state())).toBe(false);
    await test.lastLoad().finish(fakeModel('built-in'));
    await started;
  });

  it('goes on without samples when those cannot be had', async () => {
    const test = await startedStore({ fetchSamples: () => Promise.reject(new Error('gone')) });
    expect(test.state().model.status).toBe('ready');
    expect(test.state().images.items).toEqual([]);
    expect(test.noticeTexts()).toEqual([]);
    expect(figureOf(test.state(), 'grad-cam').status).toBe('empty');
    expect(isImageAwaited(test.state())).toBe(false);
  });

  it('keeps the sample on screen when no backend works, and says so once', async () => {
    const test = createTestStore({ createEngine: () => new FakeEngine(false) });
    await test.state().start();
    expect(test.state().device.status).toBe('failed');
    expect(test.state().model.status).toBe('failed');
    expect(test.noticeTexts()).toEqual(['Nothing here can run a network.']);
    expect(figureOf(test.state(), 'grad-cam').status).toBe('done');
  });

  it('says why there is no model when the catalogue cannot be had', async () => {
    const failure = new AppError('download-failed', 'The file models/index.json could not be downloaded.');
    const test = createTestStore({ fetchCatalogue: () => Promise.reject(failure) });
    await test.state().start();
    expect(test.state().model.status).toBe('failed');
    expect(test.state().notices).toMatchObject([{ kind: 'error', text: failure.message }]);
  });

  it('takes display and theme over from the last visit, and keeps what is changed', async () => {
    const stored = {
      theme: 'dark',
      order: 'coarse-first',
      memoryMb: 512,
      engines: 2,
      isIntroShown: false,
      keepsImages: false,
      drawer: { tab: 'measure', isOpen: true },
      display: { colormap: 'viridis', sign: 'positive', opacity: 0.3, contrast: 'shared', cells: 'crisp', content: 'heatmap' },
    };
    const test = await startedStore({ readPreferences: () => stored });
    expect(test.state().view).toMatchObject(stored);
    test.state().setDisplay({ opacity: 0.9 });
    test.state().setTheme('light');
    expect(test.preferences.at(-1)).toEqual({ ...stored, theme: 'light', display: { ...stored.display, opacity: 0.9 } });
    expect(test.engine().explains).toEqual([]);
  });
});
