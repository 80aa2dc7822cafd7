import { describe, expect, it } from 'vitest';
import { summarise } from '../../core/statistics/summary.ts';
import { mapOf } from '../../core/statistics/testing/maps.ts';
import type { SetResult } from '../../metrics/set-result.ts';
import { setAgreementOf } from './set-agreement.ts';

function resultWith(path: string, maps?: SetResult['maps']): SetResult {
  return { path, label: null, predicted: 'oak', probability: 0.9, scores: {}, ...(maps && { maps }) };
}

const [up, down, constant] = [mapOf(1, 3, [1, 2, 3]), mapOf(1, 3, [3, 2, 1]), mapOf(1, 3, [1, 1, 1])];

describe('how far methods agree over a set', () => {
  it('is the mean over the images whose maps were kept, in the order of the methods', () => {
    const results = [
      resultWith('a', { 'fast-ablation-cam': up, 'grad-cam': up }),
      resultWith('b', { 'grad-cam': up, 'fast-ablation-cam': down }),
      resultWith('c', { 'grad-cam': up, 'fast-ablation-cam': up }),
      // Nothing can be ranked here, or was kept.
      resultWith('d', { 'grad-cam': constant, 'fast-ablation-cam': up }),
      resultWith('e'),
    ];
    const { titles, summaries, means, count } = setAgreementOf(results);
    expect(titles).toEqual(['Grad-CAM', 'FastAblationCAM']);
    expect(count).toBe(4);
    const expected = summarise([1, -1, 1]);
    expect(means[0]?.[1]).toBeCloseTo(1 / 3, 6);
    expect(means[1]?.[0]).toBe(means[0]?.[1]);
    expect(summaries[0]?.[1]).toMatchObject({ count: 3, margin: expect.closeTo(expected.margin ?? 0, 6) });
  });

  it('is said of methods that some images have no map of', () => {
    const results = [resultWith('a', { 'grad-cam': up, 'eigen-cam': up }), resultWith('b', { 'grad-cam': up, 'fast-ablation-cam': down })];
    const { titles, means } = setAgreementOf(results);
    const [a, b, c] = ['Grad-CAM', 'FastAblationCAM', 'Eigen-CAM'].map((title) => titles.indexOf(title));
    expect(means[a ?? 0]?.[c ?? 0]).toBeCloseTo(1, 6);
    expect(means[a ?? 0]?.[b ?? 0]).toBeCloseTo(-1, 6);
    expect(means[b ?? 0]?.[c ?? 0]).toBeNull();
  });

  it('is of magnitudes where a sign is chosen, which may be another from image to image', () => {
    const results = [resultWith('a', { 'grad-cam': up, 'eigen-cam': up }), resultWith('b', { 'grad-cam': up, 'eigen-cam': down })];
    const { means } = setAgreementOf(results);
    expect(means[0]?.[1]).toBeCloseTo(1, 6);
    expect(means[1]?.[0]).toBeCloseTo(1, 6);
  });

  it('is, place by place, the mean of where the methods disagree about an image', () => {
    const [left, right] = [mapOf(1, 2, [1, 0]), mapOf(1, 2, [0, 1])];
    const results = [
      resultWith('a', { 'grad-cam': left, 'fast-ablation-cam': left }),
      resultWith('b', { 'grad-cam': left, 'fast-ablation-cam': right }),
      resultWith('c', { 'grad-cam': mapOf(1, 2, [1, 1]), 'fast-ablation-cam': left }),
      // Turned to agree, and one that says nothing.
      resultWith('d', { 'grad-cam': left, 'eigen-cam': mapOf(1, 2, [-1, 0]) }),
      resultWith('e', { 'grad-cam': left, 'fast-ablation-cam': mapOf(1, 2, [0, 0]) }),
    ];
    const { disagreement, disagreementCount } = setAgreementOf(results);
    const values = disagreement?.values;
    expect(disagreementCount).toBe(4);
    // Of shares that are 0 and 1 the std is a half.
    expect([...(values ?? [])]).toEqual([0.125, 0.25]);
  });

  it('is nothing where no maps were kept', () => {
    expect(setAgreementOf([resultWith('a')])).toEqual({
      titles: [],
      summaries: [],
      means: [],
      disagreement: null,
      disagreementCount: 0,
      count: 0,
    });
  });
});
