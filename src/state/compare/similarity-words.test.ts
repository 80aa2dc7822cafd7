import { describe, expect, it } from 'vitest';
import { similarityWords } from './similarity-words.ts';

describe('how alike two maps are', () => {
  it.each([
    [0.93, 'The two maps rank the cells almost alike: rank correlation 0.93, cosine 0.50.'],
    [0.5, 'The two maps rank the cells much alike: rank correlation 0.50, cosine 0.50.'],
    [0.21, 'The two maps rank the cells a little alike: rank correlation 0.21, cosine 0.50.'],
    [-0.1, 'The two maps rank the cells differently: rank correlation −0.10, cosine 0.50.'],
    [-0.3, 'The two maps rank the cells a little the other way round: rank correlation −0.30, cosine 0.50.'],
    [-0.95, 'The two maps rank the cells almost the other way round: rank correlation −0.95, cosine 0.50.'],
  ])('is said in words for a rank correlation of %f', (rankCorrelation, words) => {
    expect(similarityWords({ rankCorrelation, cosine: 0.5 })).toBe(words);
  });

  it('is not said of a map that is the same everywhere', () => {
    expect(similarityWords({ rankCorrelation: null, cosine: null })).toBe(
      'One of the maps is the same everywhere: rank correlation undefined (constant map), cosine undefined (constant map).',
    );
  });
});
