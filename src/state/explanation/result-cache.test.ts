import { describe, expect, it } from 'vitest';
import { DEFAULT_ABLATION, emptyAblationSweep } from '../../explain/ablation-plan.ts';
import { ablationSweepOf } from '../../explain/methods/ablation-sweep.ts';
import type { ClassScore } from '../../explain/target.ts';
import type { MapResult, Result, Work } from '../../explain/work.ts';
import { keepEvent, type Place, ResultCache } from './result-cache.ts';

const SCORE: ClassScore = { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' };
const PLACE: Place = { modelId: 'm', imageId: 'p', layer: 'l' };
const GRAD_CAM = { method: 'grad-cam', score: SCORE } as const satisfies Work;
const SWEEP = { method: 'fast-ablation-cam', ablation: DEFAULT_ABLATION, items: null } as const satisfies Work;

function contextOf(change: Partial<Place> = {}) {
  return { ...PLACE, ...change, backend: 'wasm' as const };
}

function gradCam(values = 4): MapResult {
  return {
    method: 'grad-cam',
    score: SCORE,
    map: { rows: 1, columns: values, values: new Float32Array(values) },
    scale: 1,
    durationMs: 1,
    forwardMs: 2,
  };
}

function sweep(): Result {
  return {
    method: 'fast-ablation-cam',
    sweep: emptyAblationSweep({ rows: 1, columns: 1 }, DEFAULT_ABLATION, new Float32Array(3)),
    durationMs: 1,
    forwardMs: 2,
  };
}

describe('the result cache', () => {
  it('knows maps by class and score, and a sweep for all of them, whichever of its items are asked for', () => {
    const cache = new ResultCache();
    const swept = sweep();
    cache.add(GRAD_CAM, gradCam(), contextOf());
    cache.add(SWEEP, swept, contextOf());
    expect(cache.find(PLACE, GRAD_CAM)).not.toBeNull();
    for (const change of [{ classIndex: 1 }, { kind: 'probability' }, { versus: 1 }] as const)
      expect(cache.find(PLACE, { ...GRAD_CAM, score: { ...SCORE, ...change } })).toBeNull();
    expect(cache.find(PLACE, { ...SWEEP, items: Uint32Array.from([0]) })?.result).toBe(swept);
    for (const change of [{ window: 2 }, { stride: 2 }, { value: 2 }, { value: 'mean' }] as const)
      expect(cache.find(PLACE, { ...SWEEP, ablation: { ...DEFAULT_ABLATION, ...change } })).toBeNull();
    for (const other of [{ modelId: 'x' }, { imageId: 'x' }, { layer: 'x' }]) expect(cache.find({ ...PLACE, ...other }, SWEEP)).toBeNull();
    expect(cache.find(PLACE, { method: 'first-order', score: SCORE, value: 0 })).toBeNull();
    expect(cache.find(PLACE, { method: 'ablation-cam', items: null })).toBeNull();
  });

  it('lets go first of what was longest unused', () => {
    const cache = new ResultCache();
    const third = 6_000_000;
    for (const layer of ['a', 'b']) cache.add(GRAD_CAM, gradCam(third), contextOf({ layer }));
    cache.find({ ...PLACE, layer: 'a' }, GRAD_CAM);
    cache.add(GRAD_CAM, gradCam(third), contextOf({ layer: 'c' }));
    expect(['a', 'b', 'c'].map((layer) => cache.find({ ...PLACE, layer }, GRAD_CAM) !== null)).toEqual([true, false, true]);
  });

  it('keeps the newest result however large it is', () => {
    const cache = new ResultCache();
    cache.add(GRAD_CAM, gradCam(17_000_000), contextOf());
    expect(cache.find(PLACE, GRAD_CAM)).not.toBeNull();
  });

  it('keeps what is about one layer of one image together, however large it is', () => {
    const cache = new ResultCache();
    const large = 17_000_000;
    cache.add(GRAD_CAM, gradCam(large), contextOf({ layer: 'other' }));
    cache.add(GRAD_CAM, gradCam(large), contextOf());
    cache.add(SWEEP, sweep(), contextOf());
    expect(cache.find(PLACE, GRAD_CAM)).not.toBeNull();
    expect(cache.find(PLACE, SWEEP)).not.toBeNull();
    expect(cache.find({ ...PLACE, layer: 'other' }, GRAD_CAM)).toBeNull();
  });

  it('forgets everything about one image, and nothing else', () => {
    const cache = new ResultCache();
    for (const imageId of ['p', 'q']) {
      cache.add(GRAD_CAM, gradCam(), contextOf({ imageId }));
      cache.addLogits('m', imageId, new Float32Array(3));
    }
    cache.forget(({ imageId }) => imageId === 'p');
    expect(cache.find(PLACE, GRAD_CAM)).toBeNull();
    expect(cache.findLogits('m', 'p')).toBeNull();
    expect(cache.find({ ...PLACE, imageId: 'q' }, GRAD_CAM)).not.toBeNull();
    expect(cache.findLogits('m', 'q')).not.toBeNull();
  });

  it('puts a sweep together from its parts, over several requests', () => {
    const cache = new ResultCache();
    cache.addLogits('m', 'p', Float32Array.from([1, 2]));
    const begin = () =>
      keepEvent(cache, contextOf(), SWEEP, { kind: 'begun', cells: { rows: 1, columns: 3 }, activation: null, forwardMs: 2 });
    const items = (...numbers: number[]) =>
      keepEvent(cache, contextOf(), SWEEP, {
        kind: 'items',
        swept: { items: Uint32Array.from(numbers), logits: Float32Array.from(numbers.flatMap((item) => [item, -item])) },
        durationMs: 10,
      });
    begin();
    items(2);
    // A second request begins anew, and must not lose what the first one found.
    begin();
    items(0, 1);
    const found = cache.find(PLACE, SWEEP)?.result;
    expect(found?.durationMs).toBe(20);
    const swept = found && ablationSweepOf(found);
    expect(swept?.exactCount).toBe(3);
    expect([...(swept?.logits ?? [])]).toEqual([0, -0, 1, -1, 2, -2]);
  });

  it('measures a sweep’s drops from the scores of its own run, not from those that came with the sample', () => {
    const cache = new ResultCache();
    cache.addLogits('m', 'p', Float32Array.from([1, 2]));
    keepEvent(cache, contextOf(), SWEEP, { kind: 'logits', logits: Float32Array.from([1.25, 2]), durationMs: 1 });
    keepEvent(cache, contextOf(), SWEEP, { kind: 'begun', cells: { rows: 1, columns: 3 }, activation: null, forwardMs: 2 });
    const found = cache.find(PLACE, SWEEP)?.result;
    expect([...(found ? ablationSweepOf(found).baseline : [])]).toEqual([1.25, 2]);
  });

  it('mixes no two backends in one sweep: what was unfinished on another is forgotten', () => {
    const cache = new ResultCache();
    cache.addLogits('m', 'p', new Float32Array(3));
    cache.add(SWEEP, sweep(), contextOf());
    cache.add(GRAD_CAM, gradCam(), contextOf());
    cache.forgetUnfinished('wasm');
    expect(cache.find(PLACE, SWEEP)).not.toBeNull();
    cache.forgetUnfinished('cpu');
    expect(cache.find(PLACE, SWEEP)).toBeNull();
    expect(cache.find(PLACE, GRAD_CAM)).not.toBeNull();
  });
});
