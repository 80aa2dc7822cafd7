import { describe, expect, it } from 'vitest';
import { RANDOM_MAP } from '../../metrics/random-map.ts';
import { metricScores } from '../../metrics/scores.ts';
import type { SetResult } from '../../metrics/set-result.ts';
import { datasetVerdict, sanityVerdict } from './verdicts.ts';

function scores(deletion: number | null, insertion: number | null) {
  return { ...metricScores(null, null, 'softmax'), deletion, insertion };
}

const RESULT: SetResult = {
  path: 's/a.png',
  label: 'oak',
  predicted: 'oak',
  probability: 0.9,
  scores: {
    'grad-cam': scores(0.3, 0.4),
    'fast-ablation-cam': scores(0.1, 0.6),
    [RANDOM_MAP.id]: scores(0.2, 0.5),
  },
};

describe('the verdict over a dataset', () => {
  it('counts the measures by which each map beats a random one, the best first', () => {
    // Less deletion is better, and more insertion.
    expect(datasetVerdict([RESULT], 'softmax')).toBe(
      '1 of 1 are named right. FastAblationCAM beats a random map on 2 of 2 measures, Grad-CAM on 0.',
    );
  });

  it('does not count what a map is by itself', () => {
    const simple = { ...scores(0.3, 0.4), complexity: 0.1, sparseness: 0.9 };
    const random = { ...scores(0.2, 0.5), complexity: 0.9, sparseness: 0.1 };
    expect(datasetVerdict([{ ...RESULT, label: null, scores: { 'grad-cam': simple, [RANDOM_MAP.id]: random } }], 'softmax')).toBe(
      'Grad-CAM beats a random map on 0 of 2 measures.',
    );
  });

  it('says how many measures each could be judged by, and nothing where there are none', () => {
    const constant = { ...RESULT, label: null, scores: { ...RESULT.scores, 'grad-cam': scores(0.1, null) } };
    expect(datasetVerdict([constant], 'softmax')).toBe('FastAblationCAM beats a random map on 2 of 2 measures, Grad-CAM on 1 of 1.');
    const nothing = { ...constant, scores: { 'grad-cam': scores(null, null), [RANDOM_MAP.id]: scores(0.2, 0.5) } };
    expect(datasetVerdict([nothing], 'softmax')).toBe('');
  });
});

describe('the verdict of the sanity check', () => {
  const stage = (title: string, ...[gradCam, ablation]: (number | null)[]) => ({
    title,
    maps: {},
    correlations: { 'grad-cam': gradCam ?? null, 'fast-ablation-cam': ablation ?? null },
  });
  const sanity = {
    status: 'done' as const,
    about: 'view',
    methods: ['grad-cam', 'fast-ablation-cam'] as const,
    stages: [stage('as trained', 1, 1), stage('conv1', 0.1, 0.9)],
    progress: null,
  };

  it('is what is left of each map once all weights are shuffled', () => {
    expect(sanityVerdict(sanity)).toBe(
      'With all weights shuffled, by rank correlation with the maps as trained, Grad-CAM falls apart (0.10), as it should; FastAblationCAM stays alike (0.90): it shows little of what the network has learnt.',
    );
    expect(sanityVerdict({ ...sanity, stages: [stage('as trained', 1, 1), stage('conv1', null, 0.4)] })).toBe(
      'With all weights shuffled, by rank correlation with the maps as trained, Grad-CAM shows nothing any more; FastAblationCAM changes in part (0.40).',
    );
  });

  it('does not take a map that turned around for one that fell apart', () => {
    expect(sanityVerdict({ ...sanity, stages: [stage('as trained', 1, 1), stage('conv1', -0.9, -0.4)] })).toBe(
      'With all weights shuffled, by rank correlation with the maps as trained, Grad-CAM turns around (−0.90): the places stay the same, which owes little to what the network has learnt; FastAblationCAM changes in part (−0.40).',
    );
  });

  it('waits for the last stage', () => {
    expect(sanityVerdict({ ...sanity, status: 'running' as const })).toBe('');
    expect(sanityVerdict({ ...sanity, stages: sanity.stages.slice(0, 1) })).toBe('');
  });
});
