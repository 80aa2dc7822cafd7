import { describe, expect, it } from 'vitest';
import { channelWeights, emptyChannelSweep, mapOfChannels } from './channel-sweep.ts';
import { withItems } from './item-sweep.ts';

const score = (classIndex: number, versus: number | null = null) => ({ classIndex, kind: 'logit', versus }) as const;

/** Two cells, three channels; class 0 scores 4, class 1 scores -2, class 2 nothing. */
function sweep() {
  const activation = Float32Array.from([1, 10, 100, 2, 20, 200]);
  const begun = emptyChannelSweep({ rows: 1, columns: 2 }, activation, Float32Array.from([4, -2, 0]));
  return withItems(begun, { items: Uint32Array.from([0, 1, 2]), logits: Float32Array.from([3, -3, 1, 4, -2, 0, 6, -1, 0]) });
}

describe('Ablation-CAM', () => {
  it('weights each channel by the share of the score that went with it', () => {
    expect([...channelWeights(sweep(), score(0), 'softmax')]).toEqual([0.25, 0, -0.5]);
    const { rows, columns, values } = mapOfChannels(sweep(), score(0), 'softmax');
    expect([rows, columns, ...values]).toEqual([1, 2, 0.25 - 50, 0.5 - 100]);
  });

  it('turns its signs around where the score is negative, as published', () => {
    expect([...channelWeights(sweep(), score(1), 'softmax')]).toEqual([-0.5, -0, 0.5]);
  });

  it('gives no numbers where the score is nothing', () => {
    expect(mapOfChannels(sweep(), score(2), 'softmax').values.some(Number.isFinite)).toBe(false);
  });

  it('explains one class against another by their difference', () => {
    expect([...channelWeights(sweep(), score(0, 1), 'softmax')]).toEqual([0, 0, Math.fround(-1 / 6)]);
  });
});
