import { describe, expect, it } from 'vitest';
import { DEFAULT_ABLATION } from '../core/ablation-plan.ts';
import type { ClassScore } from '../core/scores.ts';
import type { MethodResult } from '../protocol/engine.ts';
import { ResultCache, type ResultQuery } from './result-cache.ts';

const SCORE: ClassScore = { classIndex: 0, kind: 'logit', versus: null };

function query(change: Partial<ResultQuery> = {}): ResultQuery {
  return { modelId: 'm', pictureId: 'p', layer: 'l', score: SCORE, ablation: DEFAULT_ABLATION, ...change };
}

function contextOf({ modelId, pictureId, layer }: ResultQuery) {
  return { modelId, pictureId, layer, backend: 'wasm' as const };
}

function gradCam(values = 4): Extract<MethodResult, { method: 'grad-cam' }> {
  return {
    method: 'grad-cam',
    score: SCORE,
    map: { rows: 1, columns: values, values: new Float32Array(values) },
    durationMs: 1,
  };
}

const SWEEP: MethodResult = {
  method: 'fast-ablation-cam',
  sweep: {
    cells: { rows: 1, columns: 1 },
    window: 1,
    stride: 1,
    value: 0,
    baseline: new Float32Array(3),
    logits: new Float32Array(3),
  },
  durationMs: 1,
};

describe('the result cache', () => {
  it('knows a Grad-CAM by class and score, and a sweep for all of them', () => {
    const cache = new ResultCache();
    cache.add(gradCam(), contextOf(query()));
    cache.add(SWEEP, contextOf(query()));
    expect(cache.find('grad-cam', query())).not.toBeNull();
    expect(cache.find('grad-cam', query({ score: { ...SCORE, classIndex: 1 } }))).toBeNull();
    expect(cache.find('grad-cam', query({ score: { ...SCORE, kind: 'probability' } }))).toBeNull();
    expect(cache.find('fast-ablation-cam', query({ score: { classIndex: 1, kind: 'probability', versus: 2 } }))?.result).toBe(SWEEP);
    expect(cache.find('grad-cam', query({ score: { ...SCORE, versus: 1 } }))).toBeNull();
    for (const change of [{ window: 2 }, { stride: 2 }, { value: 2 }, { value: 'mean' }] as const)
      expect(cache.find('fast-ablation-cam', query({ ablation: { ...DEFAULT_ABLATION, ...change } }))).toBeNull();
    for (const other of [{ modelId: 'x' }, { pictureId: 'x' }, { layer: 'x' }])
      expect(cache.find('fast-ablation-cam', query(other))).toBeNull();
  });

  it('lets go first of what was longest unused', () => {
    const cache = new ResultCache();
    const third = 6_000_000;
    for (const layer of ['a', 'b']) cache.add(gradCam(third), contextOf(query({ layer })));
    cache.find('grad-cam', query({ layer: 'a' }));
    cache.add(gradCam(third), contextOf(query({ layer: 'c' })));
    expect(['a', 'b', 'c'].map((layer) => cache.find('grad-cam', query({ layer })) !== null)).toEqual([true, false, true]);
  });

  it('keeps the newest result however large it is', () => {
    const cache = new ResultCache();
    cache.add(gradCam(17_000_000), contextOf(query()));
    expect(cache.find('grad-cam', query())).not.toBeNull();
  });

  it('forgets everything about one picture, and nothing else', () => {
    const cache = new ResultCache();
    for (const pictureId of ['p', 'q']) {
      cache.add(gradCam(), contextOf(query({ pictureId })));
      cache.addLogits('m', pictureId, new Float32Array(3));
    }
    cache.forget(({ pictureId }) => pictureId === 'p');
    expect(cache.find('grad-cam', query())).toBeNull();
    expect(cache.findLogits('m', 'p')).toBeNull();
    expect(cache.find('grad-cam', query({ pictureId: 'q' }))).not.toBeNull();
    expect(cache.findLogits('m', 'q')).not.toBeNull();
  });
});
