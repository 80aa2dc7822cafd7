import { describe, expect, it } from 'vitest';
import { metricScores } from '../../metrics/scores.ts';
import type { SetResult } from '../../metrics/set-result.ts';
import { inOrder, sortedPaths } from './grid-order.ts';

function result(path: string, predicted: string, label: string | null, probability: number, deletion: number | null): SetResult {
  return { path, predicted, label, probability, scores: { 'grad-cam': { ...metricScores(null, null, 'softmax'), deletion } } };
}

const RESULTS = [
  result('s/10.png', 'oak', 'oak', 0.9, 0.1),
  result('s/9.png', 'ash', 'oak', 0.4, 0.3),
  result('s/2.png', 'elm', null, 0.6, null),
];
const ALL = { wrongOnly: false, className: '' };

describe('the grid of a set', () => {
  it('is sorted by names as people count, by how sure the network is, and by measures, worst first', () => {
    expect(sortedPaths(RESULTS, { by: 'path' })).toEqual(['s/2.png', 's/9.png', 's/10.png']);
    expect(sortedPaths(RESULTS, { by: 'least-sure' })).toEqual(['s/9.png', 's/2.png', 's/10.png']);
    // Less is better by deletion; what has no value comes last.
    expect(sortedPaths(RESULTS, { by: 'metric', metric: 'deletion', map: 'grad-cam' })).toEqual(['s/9.png', 's/10.png', 's/2.png']);
  });

  it('keeps every row in its place while more come', () => {
    const order = sortedPaths(RESULTS.slice(0, 2), { by: 'least-sure' });
    expect(inOrder(RESULTS, order, ALL).map(({ path }) => path)).toEqual(['s/9.png', 's/10.png', 's/2.png']);
  });

  it('shows only what is wrong, or what has to do with a class', () => {
    expect(inOrder(RESULTS, [], { wrongOnly: true, className: '' }).map(({ path }) => path)).toEqual(['s/9.png']);
    expect(inOrder(RESULTS, [], { wrongOnly: false, className: 'oak' }).map(({ path }) => path)).toEqual(['s/10.png', 's/9.png']);
  });
});
