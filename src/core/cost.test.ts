import { describe, expect, it } from 'vitest';
import { costOf, impliedPassMs } from './cost.ts';
import type { LayerInfo } from './layer-info.ts';

const FORWARD = { multiplyAdds: 1000, values: 0 };
const LAYER: LayerInfo = {
  name: 'layer',
  kind: 'Conv2D',
  rows: 6,
  columns: 4,
  channels: 10,
  block: 'conv1',
  obstacle: null,
  tail: { multiplyAdds: 100, values: 0 },
  channelTail: { multiplyAdds: 50, values: 0 },
};

describe('what a method costs', () => {
  it('is a forward pass, and a tail for each cell or window', () => {
    expect(costOf('fast-ablation-cam', LAYER, { window: 1, stride: 1, value: 0 }, FORWARD)).toEqual({
      count: 24,
      unit: 'cells',
      passes: 1 + 2.4,
    });
    expect(costOf('fast-ablation-cam', LAYER, { window: 3, stride: 2, value: 0 }, FORWARD)).toEqual({
      count: 6,
      unit: 'windows',
      passes: 1 + 0.6,
    });
  });

  it('is for Ablation-CAM what mixes channels, for each channel', () => {
    expect(costOf('ablation-cam', LAYER, { window: 1, stride: 1, value: 0 }, FORWARD)).toEqual({
      count: 10,
      unit: 'channels',
      passes: 1.5,
    });
  });

  it('counts the values that are only passed over as well', () => {
    const tail = { multiplyAdds: 0, values: 100 };
    const { passes } = costOf('fast-ablation-cam', { ...LAYER, tail }, { window: 1, stride: 1, value: 0 }, FORWARD);
    expect(passes).toBeGreaterThan(1);
  });

  it('is judged by what batches took, unless they are too small to tell', () => {
    expect(impliedPassMs(LAYER.tail, 5, 300, FORWARD)).toBe(600);
    expect(impliedPassMs({ multiplyAdds: 1, values: 0 }, 5, 300, FORWARD)).toBeNull();
  });
});
