import { describe, expect, it } from 'vitest';
import { summarise, summariseProportion } from '../core/statistics/summary.ts';
import type { MetricScores } from './scores.ts';
import { type SetResult, summaryOf } from './set-result.ts';
import { scoresWith } from './testing/made-up.ts';

function resultsWith(scores: readonly Partial<MetricScores>[]): SetResult[] {
  return scores.map((own, i) => ({
    path: `${i}.png`,
    label: null,
    predicted: 'birch',
    probability: 0.9,
    scores: { 'grad-cam': scoresWith(own) },
  }));
}

describe('the summary of a metric over a set', () => {
  const results = resultsWith([{ deletion: 0.1, increase: 1 }, { deletion: 0.4, increase: 0 }, { deletion: 0.3, increase: 0 }, {}]);

  it('is of a mean where a metric is a number', () => {
    expect(summaryOf(results, 'grad-cam', 'deletion')).toEqual(summarise([0.1, 0.4, 0.3]));
  });

  it('is of a proportion where a metric is yes or no', () => {
    expect(summaryOf(results, 'grad-cam', 'increase')).toEqual(summariseProportion([1, 0, 0]));
  });
});
