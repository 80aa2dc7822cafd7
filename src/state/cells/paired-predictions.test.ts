import { describe, expect, it } from 'vitest';
import { explainedStore } from '../testing/test-store.ts';
import { pairedPredictions } from './paired-predictions.ts';

describe('predictions while cells are ablated', () => {
  it('have no second half while none is', async () => {
    const test = await explainedStore();
    expect(pairedPredictions(test.state(), 2).map(({ classIndex, without }) => [classIndex, without])).toEqual([
      [1, null],
      [2, null],
    ]);
  });

  it('are pairs of shares, each adding up to one over all classes', async () => {
    const test = await explainedStore();
    test.state().toggleCells([0]);
    const pairs = pairedPredictions(test.state(), 3);
    expect(pairs.map(({ classIndex }) => classIndex)).toEqual([1, 2, 0]);
    for (const half of ['before', 'without'] as const)
      expect(pairs.reduce((sum, pair) => sum + (pair[half] ?? Number.NaN), 0)).toBeCloseTo(1, 6);
  });

  it('show the new best class, however far down it was', async () => {
    const test = await explainedStore();
    test.state().toggleCells([0, 1]);
    await test
      .engine()
      .withouts.at(-1)
      ?.finish(Float32Array.from([9, 0, 0]));
    const pairs = pairedPredictions(test.state(), 2);
    expect(pairs.map(({ classIndex }) => classIndex)).toEqual([1, 0]);
    expect(pairs[1]?.without).toBeGreaterThan(0.99);
  });
});
