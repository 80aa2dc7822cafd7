import { describe, expect, it } from 'vitest';
import { metricScores } from '../../metrics/scores.ts';
import type { SetResult } from '../../metrics/set-result.ts';
import { inOrder, pathsByName, sortedPaths } from './grid-order.ts';

function result(path: string, predicted: string, label: string | null, probability: number, deletion: number | null): SetResult {
  return { path, predicted, label, probability, scores: { 'grad-cam': { ...metricScores(null, null, 'softmax'), deletion } } };
}

const RESULTS = [
  result('s/10.png', 'oak', 'oak', 0.9, 0.1),
  result('s/9.png', 'ash', 'oak', 0.4, 0.3),
  result('s/2.png', 'elm', null, 0.6, null),
];
const ALL = { wrongOnly: false, className: '' };

const PATHS = ['s/1.png', 's/2.png', 's/9.png', 's/10.png'];

describe('the grid of a set', () => {
  it('is sorted by names as people count, by how sure the network is, and by measures, worst first', () => {
    expect(pathsByName(['s/10.png', 's/9.png', 's/2.png'])).toEqual(['s/2.png', 's/9.png', 's/10.png']);
    expect(sortedPaths(RESULTS, { by: 'path' })).toEqual(['s/2.png', 's/9.png', 's/10.png']);
    expect(sortedPaths(RESULTS, { by: 'least-sure' })).toEqual(['s/9.png', 's/2.png', 's/10.png']);
    // Less is better by deletion; what has no value comes last.
    expect(sortedPaths(RESULTS, { by: 'metric', metric: 'deletion', map: 'grad-cam' })).toEqual(['s/9.png', 's/10.png', 's/2.png']);
  });

  it('has a place for every image from the beginning, and keeps it while they are measured', () => {
    const order = sortedPaths(RESULTS.slice(0, 2), { by: 'least-sure' });
    const places = (results: SetResult[]) => inOrder(PATHS, results, order, ALL).map(({ path }) => path);
    expect(places(RESULTS.slice(0, 2))).toEqual(['s/9.png', 's/10.png', 's/1.png', 's/2.png']);
    expect(places(RESULTS)).toEqual(places(RESULTS.slice(0, 2)));
    expect(inOrder(PATHS, RESULTS.slice(0, 2), order, ALL).map(({ result }) => result?.predicted)).toEqual([
      'ash',
      'oak',
      undefined,
      undefined,
    ]);
    // By name nothing is known to stand elsewhere.
    expect(inOrder(PATHS, [], [], ALL).map(({ path }) => path)).toEqual(PATHS);
  });

  it('shows only what is wrong, or what has to do with a class, and what comes of it behind', () => {
    expect(inOrder(PATHS, RESULTS, [], { wrongOnly: true, className: '' }).map(({ path }) => path)).toEqual(['s/9.png']);
    const oak = { wrongOnly: false, className: 'oak' };
    expect(inOrder(PATHS, RESULTS.slice(0, 1), ['s/10.png'], oak).map(({ path }) => path)).toEqual(['s/10.png']);
    expect(inOrder(PATHS, RESULTS, ['s/10.png'], oak).map(({ path }) => path)).toEqual(['s/10.png', 's/9.png']);
  });
});
