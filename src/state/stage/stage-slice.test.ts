import { describe, expect, it } from 'vitest';
import { WHOLE_IMAGE } from '../../core/images/viewport.ts';
import { commonScale } from '../explanation/common-scale.ts';
import { explainedStore } from '../testing/test-store.ts';
import { singleFigure, viewportOf } from './stage-slice.ts';

describe('the part of the image that figures show', () => {
  it('is of that image alone: another one is shown as a whole', async () => {
    const test = await explainedStore();
    const viewport = { zoom: 3, x: 0.4, y: 0.6 };
    test.state().setViewport(viewport);
    expect(viewportOf(test.state())).toEqual(viewport);
    const { selectedId } = test.state().images;
    const other = test.state().images.items.find(({ id }) => id !== selectedId);
    if (other) {
      test.state().selectImage(other.id);
      expect(viewportOf(test.state())).toBe(WHOLE_IMAGE);
      test.state().selectImage(selectedId ?? '');
    }
    test.state().setViewport(WHOLE_IMAGE);
    expect(test.state().stage.enlarged).toBeNull();
  });
});

describe('the one figure on a phone', () => {
  it('is the last one, or that which a person chose, as long as it is shown', async () => {
    const test = await explainedStore();
    const { methods } = test.state().view;
    expect(singleFigure(test.state())).toBe(methods.at(-1));
    test.state().setStage({ single: 'image' });
    expect(singleFigure(test.state())).toBe('image');
    test.state().setStage({ single: methods[0] ?? null });
    test.state().setMethodShown(methods[0] ?? 'grad-cam', false);
    expect(singleFigure(test.state())).toBe(methods.at(-1));
  });
});

describe('the legend of all figures', () => {
  it('is there only where they share a scale, and has the reach and the units of all', async () => {
    const test = await explainedStore();
    test.state().setDisplay({ contrast: 'zero-to-max', sign: 'signed' });
    expect(commonScale(test.state())).toBeNull();
    test.state().setDisplay({ contrast: 'shared' });
    const common = commonScale(test.state());
    // Grad-CAM gives 1 and -1 there, FastAblationCAM 0 and 1.
    expect(common?.scale).toMatchObject({ low: -1, high: 1, minimum: -1, maximum: 1 });
    expect(common?.units).toBe('gradient-weighted activation (logit) or drop in logit');
    expect(commonScale(test.state())).toBe(common);
  });
});
