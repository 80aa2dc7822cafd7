import { describe, expect, it } from 'vitest';
import { emptyChannelSweep } from '../../explain/channel-sweep.ts';
import { methodOf } from '../../explain/methods/list.ts';
import type { FigureState } from '../../state/explanation/explanation-state.ts';
import type { ShownMap } from '../../state/explanation/selectors.ts';
import { caveatOf, descriptionOf, summarise } from './figure-words.ts';

const MAP = { rows: 1, columns: 2, values: Float32Array.from([1, 3]) };

/** Ablation-CAM of a class whose logit this is. */
function shownAt(logit: number): ShownMap {
  const sweep = emptyChannelSweep({ rows: 1, columns: 2 }, new Float32Array(2), Float32Array.from([logit, 1]));
  return {
    map: MAP,
    raw: MAP,
    isNothing: false,
    isSaturated: false,
    result: { method: 'ablation-cam', sweep, durationMs: 21, forwardMs: 340 },
    context: { imageId: 'p', modelId: 'm', layer: 'conv', backend: 'wasm' },
    score: { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' },
    estimate: null,
  };
}

function figure(isCurrent: boolean): FigureState {
  return { status: 'done', progress: null, result: null, isCurrent, estimate: null, resultOf: null };
}

describe('what is said in a figure', () => {
  it('warns of Ablation-CAM’s division by a negative score, and by nothing', () => {
    expect(caveatOf(shownAt(2), figure(true))).toBe('');
    expect(caveatOf(shownAt(-2), figure(true))).toBe('Negative score: its signs are turned around');
    expect(caveatOf(shownAt(0), figure(true))).toBe('The score is zero: there are no shares of it');
  });

  it('says what the method took, and apart from it the forward pass', () => {
    expect(summarise(shownAt(2))).toBe('1 × 2 cells · 1 channels · 21 ms + 0.34 s forward pass');
  });

  it('says that there is nothing, and where a saturated probability is to blame what to do', () => {
    const nothing = { ...shownAt(2), isNothing: true };
    expect(caveatOf(nothing, figure(true))).toBe('Nothing stands out from rounding');
    const saturated = { ...nothing, isSaturated: true };
    expect(caveatOf(saturated, figure(true))).toMatch(/probability is saturated, so explain the logit$/);
    expect(descriptionOf(methodOf('ablation-cam'), saturated, 'birch', 'a.png', '')).toContain('a.png: Nothing stands out from rounding');
  });

  it('names the layer of a map that is only still there', () => {
    expect(caveatOf(shownAt(2), figure(false))).toBe('Former map: conv');
  });

  it('gives the strongest value with its unit', () => {
    expect(descriptionOf(methodOf('ablation-cam'), shownAt(2), 'birch', 'a.png', '')).toBe(
      'Ablation-CAM of the class birch at the layer conv over a.png: strongest in row 1 of 1, column 2 of 2, with 3.00 (activation weighted by share of logit)',
    );
    expect(descriptionOf(methodOf('ablation-cam'), shownAt(2), 'class 3', 'a.png', '')).toMatch(
      /^Ablation-CAM of class 3 at the layer conv /,
    );
  });
});
