import { describe, expect, it } from 'vitest';
import type { ClassScore } from '../target.ts';
import { METHODS, methodOf } from './list.ts';
import { knowsNoClass, unitOf } from './method.ts';

describe('the unit of a map', () => {
  const score: ClassScore = { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' };

  it.each(METHODS.map((method) => [method.id, method] as const))('names the score, and its difference as one thing: %s', (_id, method) => {
    if (knowsNoClass(method)) {
      expect(unitOf(method, { ...score, versus: 1 })).toBe(unitOf(method, score));
      return;
    }
    expect(unitOf(method, score)).toMatch(/\blogit\b/);
    expect(unitOf(method, { ...score, kind: 'value' })).toMatch(/\bvalue\b/);
    // Not “above the mean difference”, which would be a difference from a mean.
    expect(unitOf(method, { ...score, versus: [1, 2] })).toBe(unitOf(method, score).replace('logit', 'logit difference'));
  });

  it('says of a cell alone what is its own', () => {
    expect(unitOf(methodOf('recipro-cam'), { ...score, versus: 1 })).toBe('logit difference of a cell alone, above the least');
  });
});
