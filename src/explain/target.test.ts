import { describe, expect, it } from 'vitest';
import { classCount, type OutputReading, readingsFor } from '../core/models/output-reading.ts';
import {
  type ClassScore,
  classLogits,
  lookAlikesOf,
  probabilities,
  type ScoreKind,
  scoreGradient,
  scoreOf,
  topClasses,
  versusOf,
} from './target.ts';

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

  it('independent classes are each looked at alone', () => {
    expect([...probabilities(Float32Array.from([0, 1000, -1000]), 'independent')]).toEqual([0.5, 1, 0]);
  });

  it('one unit of two classes gives both, and the small one keeps its digits', () => {
    const [other, own] = probabilities(Float32Array.from([Math.log(3)]), 'binary');
    expect([other, own]).toEqual([expect.closeTo(0.25, 7), expect.closeTo(0.75, 7)]);
    expect(probabilities(Float32Array.from([60]), 'binary')[0]).toBeCloseTo(Math.exp(-60), 30);
    expect(probabilities(Float32Array.from([60]), 'binary')[0]).toBeGreaterThan(0);
  });

  it('numbers have none', () => {
    expect(probabilities(Float32Array.from([1, 2]), 'number')).toBeNull();
  });
});

describe('classes and units', () => {
  it('are as many, but for one unit of two classes', () => {
    expect((['softmax', 'independent', 'number'] as const).map((reading) => classCount(4, reading))).toEqual([4, 4, 4]);
    expect(classCount(1, 'binary')).toBe(2);
    expect(classCount(1, 'number')).toBe(1);
  });

  it('one unit is no class of several, and several are no binary one', () => {
    expect(readingsFor(1)).toEqual(['binary', 'number']);
    expect(readingsFor(3)).toEqual(['softmax', 'independent', 'number']);
  });

  it('of a binary unit: the second one is the unit’s, the first one its negative', () => {
    expect([...classLogits(Float32Array.from([2.5]), 'binary')]).toEqual([-2.5, 2.5]);
  });
});

/** Each with its logits, one per unit. */
const READINGS: readonly (readonly [OutputReading, readonly number[], readonly ScoreKind[]])[] = [
  ['softmax', [0.3, -1.2, 2.1, 0.9], ['logit', 'probability']],
  ['independent', [0.3, -1.2, 2.1, 0.9], ['logit', 'probability']],
  ['binary', [0.7], ['logit', 'probability']],
  ['number', [0.3, -1.2, 2.1], ['value']],
  ['number', [-0.4], ['value']],
];

/** Look-alikes are of classes that exclude each other. */
function severalOthers(reading: OutputReading, classes: readonly number[], classIndex: number): number[][] {
  return reading === 'softmax' ? [classes.filter((index) => index !== classIndex), [(classIndex + 1) % classes.length]] : [];
}

const CASES = READINGS.flatMap(([reading, logits, kinds]) => {
  const count = classCount(logits.length, reading);
  const classes = Array.from({ length: count }, (_, index) => index);
  return kinds.flatMap((kind) =>
    classes.flatMap((classIndex) =>
      [null, ...classes.filter((index) => index !== classIndex), ...severalOthers(reading, classes, classIndex)].map((versus) => ({
        logits: Float32Array.from(logits),
        score: { classIndex, kind, versus, reading } satisfies ClassScore,
      })),
    ),
  );
});

describe('the gradient of a score', () => {
  it.each(CASES)('is what finite differences say: $score', ({ logits, score }) => {
    const gradient = scoreGradient(logits, score);
    const step = 1e-2;
    expect(gradient).toHaveLength(logits.length);
    for (const [j] of logits.entries()) {
      const shifted = (by: number) =>
        scoreOf(
          logits.map((logit, i) => (i === j ? logit + by : logit)),
          score,
        );
      expect(gradient[j]).toBeCloseTo((shifted(step) - shifted(-step)) / (2 * step), 4);
    }
  });

  it('of the negative class is minus that of the positive one, of logits and of probabilities', () => {
    const logits = Float32Array.from([-1.3]);
    for (const kind of ['logit', 'probability'] as const) {
      const [negative, positive] = [0, 1].map((classIndex) => scoreGradient(logits, { classIndex, kind, versus: null, reading: 'binary' }));
      expect(negative?.[0]).toBe(-(positive?.[0] ?? Number.NaN));
      expect(positive?.[0]).toBeGreaterThan(0);
    }
  });
});

describe('look-alikes', () => {
  it('are the three classes with the nearest logits, on either side, nearest first', () => {
    expect(lookAlikesOf(Float32Array.from([5, 1, 4.5, 7, -3]), 0)).toEqual([2, 3, 1]);
    expect(lookAlikesOf(Float32Array.from([2, 1]), 1)).toEqual([0]);
  });

  it('count by their probability', () => {
    const logits = Float32Array.from([2, 0, Math.log(3)]);
    const score = scoreOf(logits, { classIndex: 0, kind: 'logit', versus: [1, 2], reading: 'softmax' });
    expect(score).toBeCloseTo((2 + 3 * (2 - Math.log(3))) / 4, 6);
  });

  it('depend on the image, which must have been seen, and are had only of classes that exclude each other', () => {
    const logits = Float32Array.from([2, 0, 1]);
    expect(versusOf('look-alikes', 0, null, 'softmax')).toBeUndefined();
    expect(versusOf('look-alikes', 0, logits, 'softmax')).toEqual([2, 1]);
    expect(versusOf('look-alikes', 0, logits, 'independent')).toBeNull();
    expect([versusOf(1, 0, null, 'softmax'), versusOf(0, 0, null, 'softmax'), versusOf(null, 0, null, 'number')]).toEqual([1, null, null]);
  });
});

describe('topClasses', () => {
  it('puts the largest first', () => {
    for (const reading of ['softmax', 'independent', 'number'] as const)
      expect(topClasses(Float32Array.from([1, 5, -2, 3]), reading, 3)).toEqual([1, 3, 0]);
  });

  it('of a binary unit is the class that is more likely', () => {
    expect(topClasses(Float32Array.from([0.2]), 'binary', 5)).toEqual([1, 0]);
    expect(topClasses(Float32Array.from([-0.2]), 'binary', 5)).toEqual([0, 1]);
  });
});

it('scoreOf refuses a class that is not there', () => {
  const score = { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' } as const;
  for (const missing of [{ classIndex: 1 }, { versus: 1 }])
    expect(() => scoreOf(Float32Array.from([1]), { ...score, ...missing })).toThrow(RangeError);
  expect(() => scoreOf(Float32Array.from([1]), { ...score, classIndex: 2, reading: 'binary' })).toThrow(RangeError);
});
