import { describe, expect, it, vi } from 'vitest';
import { imageFile } from '../testing/fake-images.ts';
import { fakeModel } from '../testing/fake-model.ts';
import { explainedStore } from '../testing/test-store.ts';

describe('undo and redo', () => {
  it('have nothing to do at first', async () => {
    const test = await explainedStore();
    expect(test.state().history).toEqual({ undo: null, redo: null });
    test.state().undo();
    test.state().redo();
    expect(test.state().view.layer).toBe('last');
  });

  it('walk through settings, each by its name', async () => {
    const test = await explainedStore();
    const { chooseClass, setDisplay, setAblation, setMethodShown, chooseScore, setMeasure, setPreprocessing } = test.state();
    const before = test.state();
    chooseClass(2);
    setDisplay({ content: 'heatmap' });
    setAblation({ value: 'mean' });
    setMethodShown('hires-cam', true);
    chooseScore('probability');
    setMeasure({ steps: 7 });
    setPreprocessing({ fit: 'letterbox' });
    const after = test.state();
    const titles: (string | null)[] = [];
    for (let i = 0; i < 7; i++) {
      titles.push(test.state().history.undo);
      test.state().undo();
    }
    expect(titles).toEqual([
      'network input',
      'settings of measures',
      'choice of score',
      'methods shown',
      'ablation settings',
      'display',
      'choice of class',
    ]);
    expect(test.state().view).toEqual(before.view);
    expect(test.state().faithfulness.settings).toEqual(before.faithfulness.settings);
    expect(test.state().model.card?.preprocessing).toEqual(before.model.card?.preprocessing);
    for (let i = 0; i < 7; i++) test.state().redo();
    expect(test.state().view).toEqual(after.view);
    expect(test.state().model.card?.preprocessing.fit).toBe('letterbox');
    expect(test.state().history.redo).toBeNull();
  });

  it('take the movement of a slider for one change, and a later one for another', async () => {
    const clock = vi.spyOn(performance, 'now');
    try {
      const test = await explainedStore();
      const { opacity } = test.state().view.display;
      for (const [atMs, value] of [
        [10_000, 0.6],
        [10_100, 0.7],
        [10_900, 0.8],
        [20_000, 0.9],
      ] as const) {
        clock.mockReturnValue(atMs);
        test.state().setDisplay({ opacity: value });
      }
      test.state().undo();
      expect(test.state().view.display.opacity).toBe(0.8);
      test.state().undo();
      expect(test.state().view.display.opacity).toBe(opacity);
    } finally {
      clock.mockRestore();
    }
  });

  it('bring back the layer together with the cells that went with it', async () => {
    const test = await explainedStore();
    test.state().toggleCells([1]);
    test.state().chooseLayer('first');
    expect(test.state().cells.removed).toEqual([]);
    test.state().undo();
    expect(test.state().view.layer).toBe('last');
    expect(test.state().cells.removed).toEqual([1]);
    test.state().undo();
    expect(test.state().cells.removed).toEqual([]);
  });

  it('bring marks back on the image that they are on', async () => {
    const test = await explainedStore();
    const marked = test.state().images.selectedId;
    test.state().toggleCells([1]);
    await test.state().giveFiles([imageFile('other.png')]);
    expect(test.state().images.selectedId).not.toBe(marked);
    test.state().undo();
    expect(test.state().images.selectedId).toBe(marked);
    expect(test.state().cells.removed).toEqual([]);
  });

  it('leave alone marks on an image that is gone', async () => {
    const test = await explainedStore();
    test.state().toggleCells([1]);
    test.state().removeImage(test.state().images.selectedId ?? '');
    test.state().undo();
    expect(test.state().cells.removed).toEqual([]);
  });

  it('begin anew after a change, which has nothing before it to be made again', async () => {
    const test = await explainedStore();
    test.state().chooseClass(2);
    test.state().undo();
    test.state().chooseClass(0);
    expect(test.state().history).toEqual({ undo: 'choice of class', redo: null });
  });

  it('forget settings that name another model’s layers and classes', async () => {
    const test = await explainedStore();
    test.state().chooseClass(2);
    const chosen = test.state().chooseModel('other');
    await vi.waitFor(() => expect(test.lastLoad().source).toMatchObject({ id: 'other' }));
    await test.lastLoad().finish(fakeModel('other'));
    await chosen;
    expect(test.state().history).toEqual({ undo: null, redo: null });
  });
});
