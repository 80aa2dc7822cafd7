import { describe, expect, it } from 'vitest';
import { type ChannelSweep, channelWeights, emptyChannelSweep, mapOfChannels } from './channel-sweep.ts';
import { withItems } from './item-sweep.ts';
import type { ClassScore } from './target.ts';

/** One row of three cells, two channels: `[cells, channels]`. */
const ACTIVATION = Float32Array.from([1, 10, 2, 0, 0, -4]);

/** The logits of two classes with channel 0 and with channel 1 zeroed. */
function sweepOf(baseline: readonly [number, number], ...zeroed: readonly (readonly [number, number])[]): ChannelSweep {
  const empty = emptyChannelSweep({ rows: 1, columns: 3 }, ACTIVATION, Float32Array.from(baseline));
  return withItems(empty, { items: Uint32Array.from(zeroed.keys()), logits: Float32Array.from(zeroed.flat()) });
}

const logit = (classIndex: number, versus: number | null = null): ClassScore => ({ classIndex, kind: 'logit', versus, reading: 'softmax' });

/** Of class 0. */
function ablationMap(sweep: ChannelSweep) {
  return mapOfChannels(sweep, channelWeights(sweep, logit(0)));
}

describe('Ablation-CAM', () => {
  it('begins with as many items as the layer has channels', () => {
    expect(emptyChannelSweep({ rows: 1, columns: 3 }, ACTIVATION, Float32Array.from([1, 2])).isExact).toHaveLength(2);
  });

  it('weights a channel by the share of the score that goes with it', () => {
    // Of 4, zeroing out channel 0 leaves 3 and channel 1 leaves 6.
    const sweep = sweepOf([4, 1], [3, 2], [6, 1]);
    expect([...channelWeights(sweep, logit(0))]).toEqual([0.25, -0.5]);
    expect([...channelWeights(sweep, logit(1))]).toEqual([-1, 0]);
  });

  it('adds up the channels by their weights, signed', () => {
    const map = ablationMap(sweepOf([4, 1], [3, 2], [6, 1]));
    expect([map.rows, map.columns]).toEqual([1, 3]);
    // 0.25 * [1, 2, 0] - 0.5 * [10, 0, -4]
    expect([...map.values]).toEqual([-4.75, 0.5, 2]);
  });

  it('explains a difference of two classes, or a probability, by the same logits', () => {
    const sweep = sweepOf([4, 1], [3, 2], [6, 1]);
    // 4 - 1 = 3 becomes 3 - 2 = 1 and 6 - 1 = 5.
    const difference = channelWeights(sweep, logit(0, 1));
    expect(difference[0]).toBeCloseTo(2 / 3, 6);
    expect(difference[1]).toBeCloseTo(-2 / 3, 6);
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    const probability = channelWeights(sweep, { classIndex: 0, kind: 'probability', versus: null, reading: 'independent' });
    expect(probability[0]).toBeCloseTo(1 - sigmoid(3) / sigmoid(4), 6);
    expect(probability[1]).toBeCloseTo(1 - sigmoid(6) / sigmoid(4), 6);
  });

  it('turns all signs round where the score is negative: that is the published formula', () => {
    // Both drop by 1 and rise by 2, from 4 and from -4.
    const positive = ablationMap(sweepOf([4, 0], [3, 0], [6, 0])).values;
    const negative = ablationMap(sweepOf([-4, 0], [-5, 0], [-2, 0])).values;
    expect([...negative]).toEqual([...positive].map((value) => -value));
    expect(positive.some((value) => value !== 0)).toBe(true);
  });

  it('gives no numbers where the score is zero: there is nothing to share out', () => {
    const sweep = sweepOf([0, 0], [1, 0], [0, 0]);
    expect([...channelWeights(sweep, logit(0))].some(Number.isFinite)).toBe(false);
    expect([...ablationMap(sweep).values].some(Number.isFinite)).toBe(false);
  });
});
