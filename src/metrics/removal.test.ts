import { describe, expect, it } from 'vitest';
import { chooseReplacement, isMuchLeft, leftShare, meanLeft, type RemovedScores, sampled } from './removal.ts';

function scores(removed: RemovedScores['removed'], intact = 1, isNumber = false): RemovedScores {
  return { intact, isNumber, removed };
}

describe('what is left once all pixels are replaced', () => {
  it('is a share of the probability of the intact image', () => {
    expect(leftShare(scores({ black: 0.2 }, 0.8), 'black')).toBeCloseTo(0.25, 9);
    expect(leftShare(scores({ black: 0.2 }, 0.8), 'blur')).toBeNull();
    expect(leftShare(scores({ black: 0 }, 0), 'black')).toBeNull();
  });

  it('has no share of a number', () => {
    expect(leftShare(scores({ blur: 3 }, 4, true), 'blur')).toBeNull();
    expect(chooseReplacement([scores({ blur: 3, black: 0 }, 4, true)])).toBe('blur');
  });

  it('says little above a half', () => {
    expect([0.3, 0.5, 0.51, 2, null].map(isMuchLeft)).toEqual([false, false, true, true, false]);
  });
});

describe('the replacement', () => {
  it('is the mildest that leaves next to nothing', () => {
    expect(chooseReplacement([scores({ blur: 0.05, 'strong-blur': 0.01, mean: 0, black: 0 })])).toBe('blur');
    expect(chooseReplacement([scores({ blur: 0.6, 'strong-blur': 0.09, mean: 0.02, black: 0.007 })])).toBe('strong-blur');
    expect(chooseReplacement([scores({ blur: 0.6, 'strong-blur': 0.4, mean: 0.3, black: 0.007 })])).toBe('black');
  });

  it('is the one that leaves least where all leave much', () => {
    expect(chooseReplacement([scores({ blur: 0.9, 'strong-blur': 0.7, mean: 0.4, black: 0.8 })])).toBe('mean');
  });

  it('of a set goes by the mean over its images, whatever their own probabilities are, and more than all counts as all', () => {
    const images = [scores({ blur: 0.5, black: 0.001 }, 0.5), scores({ blur: 0.01, black: 0.02 }, 1), scores({ blur: 0.4, black: 0 }, 0.1)];
    expect(meanLeft(images, 'blur')).toBeCloseTo((1 + 0.01 + 1) / 3, 9);
    expect(meanLeft(images, 'mean')).toBeNull();
    expect(chooseReplacement(images)).toBe('black');
    expect(chooseReplacement([])).toBe('blur');
  });

  it('of a set is chosen by some of its images, from all over the folder', () => {
    expect(sampled([1, 2, 3])).toEqual([1, 2, 3]);
    const some = sampled(Array.from({ length: 230 }, (_, i) => i));
    expect(some).toHaveLength(10);
    // Of 23 classes with ten images each, ten different ones.
    expect(new Set(some.map((i) => Math.floor(i / 10))).size).toBe(10);
    expect(sampled([])).toEqual([]);
  });
});
