import { describe, expect, it } from 'vitest';
import { RANDOM_MAP } from '../../metrics/random-map.ts';
import { metricScores } from '../../metrics/scores.ts';
import { explainedStore } from '../testing/test-store.ts';
import { setResults } from './boxed-results.ts';

const NOT_BOXED = metricScores(null, null, 'softmax');

describe('boxes on the images of a set', () => {
  it('say where every map peaks, the random one included, which is not kept', async () => {
    const test = await explainedStore();
    const { card } = test.state().model;
    const size = { width: 30, height: 20 };
    const map = { rows: 2, columns: 2, values: Float32Array.of(1, 0, 0, 0) };
    const scores = { 'grad-cam': NOT_BOXED, [RANDOM_MAP.id]: NOT_BOXED };
    const one = { path: 's/a.png', label: null, predicted: 'oak', probability: 0.9, size, maps: { 'grad-cam': map }, scores };
    const other = { ...one, path: 's/b.png' };
    const boxes = { 's/a.png': { left: 0, top: 0, width: 15, height: 10 } };
    const { set } = test.state();
    const kept = { modelId: card?.id } as NonNullable<typeof set.kept>;
    const [boxed, bare] = setResults({ ...test.state(), set: { ...set, kept, results: [one, other], boxes } });
    // Enlarged bilinearly, seven eighths of a cell's values lie on its own half of the image, along each side.
    expect(boxed?.scores['grad-cam']).toMatchObject({ pointing: 1, energy: expect.closeTo((7 / 8) ** 2, 5) });
    expect(boxed?.scores[RANDOM_MAP.id]?.energy).toBeGreaterThan(0);
    expect(boxed?.scores[RANDOM_MAP.id]?.pointing).not.toBeNull();
    expect(bare?.scores).toEqual(scores);
  });
});
