import { describe, expect, it } from 'vitest';
import { summarise, summariseProportion } from '../core/statistics/summary.ts';
import type { MetricScores } from './scores.ts';
import { type SetResult, setCsv, summaryOf } from './set-result.ts';
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

describe('the table of a set', () => {
  it('has its columns in the order that scripts rely on, and new ones at its end', () => {
    const [head, row] = setCsv(
      resultsWith([{ deletion: 0.25, road: 0.5, complexity: 0.75, 'max-sensitivity': 0.125, energy: 0.375 }]),
    ).split('\r\n');
    expect(head).toBe(
      'path,label,predicted,probability,value,map,deletion,insertion,average-drop,increase,road,left,complexity,sparseness,max-sensitivity,pointing,energy',
    );
    expect(row).toBe('0.png,,birch,0.9,,grad-cam,0.25,,,,0.5,,0.75,,0.125,,0.375');
  });
});
