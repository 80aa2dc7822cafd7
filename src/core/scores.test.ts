import { describe, expect, it } from 'vitest';
import { probabilities, scoreGradient, scoreOf, topClasses } from './scores.ts';

describe('probabilities', () => {
  it('softmax adds up to one, and survives extreme logits', () => {
    for (const logits of [
      [1, 2, 3],
      [1000, -1000, 999],
      [0, 0],
      [-5000, -5001],
    ]) {
      const shares = probabilities(Float32Array.from(logits), 'softmax');
      expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      expect([...shares].every((share) => share >= 0 && share <= 1)).toBe(true);
    }
    expect(probabilities(Float32Array.from([0, Math.log(3)]), 'softmax')[1]).toBeCloseTo(0.75, 6);
  });

  it('sigmoid looks at each class alone', () => {
    expect([...probabilities(Float32Array.from([0, 1000, -1000]), 'sigmoid')]).toEqual([0.5, 1, 0]);
  });
});

describe.each(['softmax', 'sigmoid'] as const)('scoreGradient under %s', (activation) => {
  it.each([
    ['logit', null],
    ['probability', null],
    ['logit', 1],
    ['probability', 1],
  ] as const)('is what finite differences of the %s say, against class %s', (kind, versus) => {
    const score = { classIndex: 2, kind, versus };
    const logits = Float32Array.from([0.3, -1.2, 2.1, 0.9]);
    const gradient = scoreGradient(logits, score, activation);
    const step = 1e-2;
    for (let j = 0; j < logits.length; j++) {
      const shifted = (by: number) =>
        scoreOf(
          logits.map((logit, i) => (i === j ? logit + by : logit)),
          score,
          activation,
        );
      expect(gradient[j]).toBeCloseTo((shifted(step) - shifted(-step)) / (2 * step), 4);
    }
  });
});

it('topClasses puts the largest logit first', () => {
  expect(topClasses(Float32Array.from([1, 5, -2, 3]), 3)).toEqual([1, 3, 0]);
});

it('scoreOf refuses a class that is not there', () => {
  const score = { classIndex: 0, kind: 'logit', versus: null } as const;
  for (const missing of [{ classIndex: 1 }, { versus: 1 }])
    expect(() => scoreOf(Float32Array.from([1]), { ...score, ...missing }, 'softmax')).toThrow(RangeError);
});
